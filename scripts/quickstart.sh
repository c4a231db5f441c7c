#!/usr/bin/env bash
# From a fresh clone to a report: environment, install, the default experiment.
# Arguments go on to run.py: bash scripts/quickstart.sh +experiment=smoke
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/environment.sh
environment

started="$(mktemp)"
trap 'rm -f "$started"' EXIT
python run.py "$@"

report="$(find outputs -name report.html -newer "$started" | sort | tail -n 1)"
if [ -z "$report" ]; then
  echo "error: the run ended without a report under outputs/" >&2
  exit 1
fi
echo "report: $PWD/$report"
