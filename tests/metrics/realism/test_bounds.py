from __future__ import annotations

import pytest

from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.realism import BAND, GROUPS, summarise_bounds
from tests.metrics.realism.trials import PASSIVE, profits, strategies, trial

CENTS = profits()
BOUNDS = {
    "queue": trial("queue", CENTS),
    "queue_pessimistic": trial("queue_pessimistic", CENTS - 0.5),
    "queue_optimistic": trial("queue_optimistic", CENTS + 0.5),
}
HOW = {"bootstrap": 100, "seed": 0}


def test_how_many_strategies_a_model_values_within_the_bounds() -> None:
    half = CENTS.copy()
    half[: PASSIVE // 2] += 9.0
    others = {"half": trial("half", half), "none": trial("none", CENTS - 9.0)}
    found = summarise_bounds(strategies(), BOUNDS | others, **HOW)
    assert found["within"] == {
        "queue": 1.0, "queue_pessimistic": 1.0, "queue_optimistic": 1.0, "half": 0.5, "none": 0.0,
    }  # fmt: skip
    assert set(found["models"]) == {*BOUNDS, *others} and found["withheld"] is None
    for groups in found["models"].values():
        for group in GROUPS:
            assert "pearson" not in groups[group] and "error_cents" not in groups[group]
            assert groups[group]["profit_cents"]["value"] is not None
    assert found["strategies"][0]["profit_cents"]["queue"] == pytest.approx(CENTS[0].mean())
    assert to_bytes(found)


def test_without_bounds_nothing_is_within_them() -> None:
    alone = summarise_bounds(strategies(), {"queue": BOUNDS["queue"]}, **HOW)
    assert alone["within"] == {} and set(BAND.values()) > set(alone["models"])


def test_what_is_withheld_is_of_the_passive_ones() -> None:
    found = summarise_bounds(strategies(), BOUNDS, nothing="no trades", **HOW)
    assert found["withheld"] == "no trades" and found["within"] == {}
    for name in BOUNDS:
        for figure in found["models"][name]["passive"].values():
            assert figure["value"] is None and figure["reason"] == "no trades"
        assert found["models"][name]["aggressive"]["profit_cents"]["value"] is not None
    for row in found["strategies"]:
        assert (row["profit_cents"]["queue"] is None) == (not row["aggressive"])
    assert to_bytes(found)
