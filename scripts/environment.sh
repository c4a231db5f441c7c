# Sourced by the other scripts: makes the project's virtual environment once, and enters it.
#   environment [EXTRAS]     e.g. environment, environment dev, environment dev,sweep
# KALSHI_EXP_VENV names another folder than .venv; PYTHON another interpreter than python3.

environment() {
  local extras="${1:-}"
  local root venv stamp
  root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
  venv="${KALSHI_EXP_VENV:-$root/.venv}"
  stamp="$venv/.installed${extras:+-${extras//,/-}}"
  if [ ! -x "$venv/bin/python" ]; then
    local python="${PYTHON:-python3}"
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      echo "error: $python is older than Python 3.11; name another one by PYTHON=python3.12" >&2
      return 2
    fi
    echo "making the environment in $venv"
    "$python" -m venv "$venv"
  fi
  # A changed pyproject.toml is installed again; an unchanged one costs nothing.
  if ! cmp -s "$root/pyproject.toml" "$stamp"; then
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
      -e "$root${extras:+[$extras]}"
    cp "$root/pyproject.toml" "$stamp"
  fi
  export VIRTUAL_ENV="$venv" PATH="$venv/bin:$PATH"
}
