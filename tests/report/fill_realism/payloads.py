"""What the two pages of `report=fills` are made from, of made-up contestants."""

from __future__ import annotations

from functools import cache
from typing import Any

from kalshi_exp.metrics.realism import (
    BAND,
    CEILING,
    bounds_headline,
    joiner,
    ladder_figures,
    named,
    named_joiner,
    summarise_bounds,
    summarise_fills,
)
from tests.metrics.realism.test_joiner import joins
from tests.metrics.realism.trials import profits, strategies, trial

CENTS = profits()
HOW: dict[str, int] = {"bootstrap": 100, "seed": 0}
HEADER = {"title": "a <run>", "config": "seed: 0\n", "seed": 0}
SECONDS = {"truth": 1.25, "old": 0.5, "rung old": 9.0}


@cache
def fills(old: bool = True) -> dict[str, Any]:
    """Of `report=fills data=twins`."""
    truth = trial("truth", CENTS)
    models = [trial(CEILING, CENTS), trial("my <own>", -CENTS, 2, error=0.3)]
    models += [trial("calibrated", CENTS + 0.1, error=0.1)]
    models += [trial("old", CENTS + 1.0, 2, error=0.2)] if old else []
    payload = summarise_fills(strategies(), truth, models, **HOW)
    rungs = [trial("old, at once", CENTS + 2.0), trial("there is a queue", CENTS)]
    payload["ladder"] = ladder_figures(strategies(), truth, rungs if old else [], **HOW)
    payload |= {"scenario": "Scenario", "numbers": [20_000, 20_014]}
    return payload | named(payload)


@cache
def bounds(nothing: str = "", gaps: int = 0) -> dict[str, Any]:
    """Of `report=fills data=tape`."""
    odds = {"queue": 0.5, "queue_pessimistic": 0.4, "queue_optimistic": 0.6, "old": 0.9}
    cents = {"queue": 0.0, "queue_pessimistic": -0.5, "queue_optimistic": 0.5, "old": 4.0}
    trials = {name: trial(name, CENTS + more) for name, more in cents.items()}
    found = joiner(
        {name: joins(odds[name], -1.0 + odds[name], gaps=gaps) for name in odds},
        nothing=nothing, **HOW,
    )  # fmt: skip
    payload = summarise_bounds(strategies(), trials, nothing=nothing, **HOW)
    payload |= {"joiner": found, "windows_without_trades": ["w"] * bool(gaps), "gaps": gaps}
    payload |= named_joiner(found)
    assert set(BAND.values()) < set(odds)
    return payload | {"headline": bounds_headline(payload)}
