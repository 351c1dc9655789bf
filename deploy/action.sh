#!/usr/bin/env bash
# What action.yml runs: installs this version of Foedus beside the project and runs the gate.
# Set by the action: ACTION, DIRECTORY, REQUIRE_TEXTS, STAGES, COMPARE_WITH. FOEDUS names a program
# that is installed already.
set -euo pipefail

if [ -z "${FOEDUS:-}" ]; then
  environment="${RUNNER_TEMP:-$(mktemp -d)}/foedus"
  python -m venv "$environment"
  "$environment/bin/pip" install --quiet --disable-pip-version-check \
    --require-hashes --requirement "$ACTION/requirements.lock"
  "$environment/bin/pip" install --quiet --disable-pip-version-check \
    --no-deps --no-build-isolation "$ACTION"
  FOEDUS="$environment/bin/foedus"
fi

arguments=(check "$DIRECTORY" --format github)
if [ "$REQUIRE_TEXTS" = true ]; then
  arguments+=(--require-texts)
fi
read -r -a stages <<<"$STAGES"
for stage in "${stages[@]}"; do
  arguments+=(--stage "$stage")
done

if [ -n "$COMPARE_WITH" ] && [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  # A comparison that cannot be made says why and does not hide what the gate finds.
  (cd "$DIRECTORY" && "$FOEDUS" diff "$COMPARE_WITH" .) >>"$GITHUB_STEP_SUMMARY" ||
    echo "::warning::foedus diff $COMPARE_WITH could not be made; its reason stands above."
fi
exec "$FOEDUS" "${arguments[@]}"
