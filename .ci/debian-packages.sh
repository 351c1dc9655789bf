#!/usr/bin/env bash
# Installs what the tests need from Debian: Chromium, for the tests in a real browser.
# Says what it skips and why; only a failed installation is an error.
set -euo pipefail

for browser in chromium chromium-browser google-chrome; do
  if command -v "$browser" >/dev/null; then
    echo "$browser is here already."
    exit 0
  fi
done

if ! command -v apt-get >/dev/null; then
  echo "Skipped: there is no apt-get here to install chromium."
elif [ "$(id -u)" -ne 0 ]; then
  echo "Skipped: only root may install chromium."
else
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends chromium
fi
