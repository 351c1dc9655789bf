#!/usr/bin/env bash
# Installs what the tests need from Debian: Chromium, for the tests in a real browser, and programs
# that read what is served: Apache Jena and Redland; Virtuoso, an engine to be served from; nginx, which
# stands before several servers; and systemd, which checks its unit.
# Says what it skips and why; only a failed installation is an error.
set -euo pipefail

wanted=()

browser=""
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then browser="$name"; fi
done
if [ -n "$browser" ]; then echo "$browser is here already."; else wanted+=(chromium); fi

if [ -e /usr/share/java/jena-cmds.jar ]; then echo "Jena is here already."; else wanted+=(libapache-jena-java); fi
if command -v rapper >/dev/null; then echo "rapper is here already."; else wanted+=(raptor2-utils); fi
if command -v roqet >/dev/null; then echo "roqet is here already."; else wanted+=(rasqal-utils); fi
if command -v virtuoso-t >/dev/null; then echo "Virtuoso is here already."; else wanted+=(virtuoso-opensource); fi
if command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]; then echo "nginx is here already."; else wanted+=(nginx-light); fi
if command -v systemd-analyze >/dev/null; then echo "systemd-analyze is here already."; else wanted+=(systemd); fi

if [ "${#wanted[@]}" -eq 0 ]; then
  exit 0
elif ! command -v apt-get >/dev/null; then
  echo "Skipped: there is no apt-get here to install ${wanted[*]}."
elif [ "$(id -u)" -ne 0 ]; then
  echo "Skipped: only root may install ${wanted[*]}."
else
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${wanted[@]}"
fi
