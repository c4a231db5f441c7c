#!/usr/bin/env bash
# The environment of the benchmark's peers, apart from ours: hftbacktest needs an older numpy.
#   bash scripts/peers.sh [FOLDER]     default .peers
set -euo pipefail
cd "$(dirname "$0")/.."
folder="${1:-.peers}"
[ -x "$folder/bin/python" ] || "${PYTHON:-python3}" -m venv "$folder"
# The peers, then what importing our kernels needs: stable-baselines3 plays the same world.
"$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
  "hftbacktest==2.4.4" "stable-baselines3>=2.9,<2.10" "torch>=2.13,<2.14" \
  "torchrl==0.14.1" "tensordict==0.14.3" "numba>=0.62" "scipy>=1.14" \
  "hydra-core>=1.3.8,<1.4" "omegaconf>=2.3.1,<2.4" \
  "polars>=2.1,<3" "pandera[polars]>=0.35,<0.36" "pyarrow>=17" "orjson>=3.10" "rich>=14"
echo "the peers' environment is in $folder"
