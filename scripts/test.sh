#!/usr/bin/env bash
# Every check of the project, in its own environment. Arguments go on to pytest.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/environment.sh
environment dev

# Two workers on two cores: each stays on its own, or they would fight over them.
export OMP_NUM_THREADS=1 NUMBA_NUM_THREADS=1 POLARS_MAX_THREADS=1

ruff check .
ruff format --check .
mypy
lint-imports
pytest --numprocesses 2 --dist loadfile "$@"
