"""What the tests of features may ask for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kalshi_exp.tape import Session
from tests.features.tapes import START, random_messages, session_of


@pytest.fixture(scope="session")
def start_ts() -> int:
    """Time of the first message of the random tapes, ns."""
    return START


@pytest.fixture(scope="session")
def make_messages() -> Callable[..., np.ndarray]:
    return random_messages


@pytest.fixture(scope="session")
def make_session() -> Callable[..., Session]:
    return session_of
