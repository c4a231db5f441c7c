"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

# Before anything loads a thread pool: figures depend on the number of threads, and so do timings.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# The first example of a property compiles its kernels: a deadline would fail it for that.
settings.register_profile(
    "kernels", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("kernels")


def _folder(variable: str, default: str, what: str) -> Path:
    given = os.environ.get(variable)
    folder = Path(given) if given else ROOT / default
    if not folder.is_dir():
        pytest.skip(f"{what} are not at {folder}; set {variable} to their folder")
    return folder.resolve()


@pytest.fixture(scope="session")
def vectors_dir() -> Path:
    """Folder of worked examples: fees, depth fills, fill probabilities, wire messages."""
    return _folder("KALSHI_EXP_VECTORS", "../shared/vectors", "worked examples")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Folder of recorded tapes; none is part of the project."""
    return _folder("KALSHI_EXP_DATA", "../shared/data", "recorded tapes")
