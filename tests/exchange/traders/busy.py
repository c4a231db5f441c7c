"""A short busy market and what can be read off it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kalshi_exp.config.scenario import Informed, Maker, Noise, Scenario
from kalshi_exp.exchange import Exchange, advance, new_exchange, session_start

SECONDS = 120.0


def market(
    noise: dict[str, float] | None = None,
    informed: dict[str, float] | None = None,
    maker: dict[str, float] | None = None,
) -> Scenario:
    """`plain`, shorter and busier, with some parameters changed."""
    scenario = replace(Scenario(), duration_s=SECONDS)
    scenario.noise = Noise(**{"rest_rate": 20.0, **(noise or {})})
    scenario.informed = Informed(**(informed or {}))
    scenario.maker = Maker(**(maker or {}))  # type: ignore[arg-type]
    return scenario


def play(scenario: Scenario, seed: int = 0, number: int = 0) -> Exchange:
    """A whole session."""
    exchange = new_exchange(scenario, seed, number, session_start(scenario, number))
    return advance(exchange, exchange.clock[0]["close"])


def log_of(exchange: Exchange) -> np.ndarray:
    """What was logged of it."""
    return exchange.engine.log[: exchange.engine.counts[0]["logged"]]


def of(log: np.ndarray, owner: int, kind: int) -> np.ndarray:
    """The entries of one kind and owner."""
    return log[(log["owner"] == owner) & (log["kind"] == kind)]
