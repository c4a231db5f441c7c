"""Windows of two made-up markets, and what comes of comparing them."""

from __future__ import annotations

from typing import Any

from kalshi_exp.metrics.market import Window, compare, measure
from tests.metrics.market.tapes import random_window


def compared() -> tuple[dict[str, Any], list[Window], list[Window]]:
    """(payload, recorded windows, simulated windows)."""
    tape = [measure(random_window(seed)) for seed in range(7)]
    simulation = [measure(random_window(seed, pace=1.5)) for seed in range(20, 27)]
    return compare(tape, simulation, 100), tape, simulation
