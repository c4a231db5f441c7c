from __future__ import annotations

import pytest

from kalshi_exp.metrics import Records, figures_over_seeds, summarise
from tests.metrics.rows import DOLLAR, records_of, session

NAMES = ("pnl_per_session", "max_drawdown", "passive_fill_rate")


def run(pnl: float, placed: int = 200) -> tuple[Records, dict]:
    records = records_of(
        [
            session(
                f"s{k}", round((pnl + k % 3) * DOLLAR), passive_placed=placed, passive_filled=100
            )
            for k in range(12)
        ]
    )
    return records, summarise(records, 200, 0)["policies"]["maker"]["figures"]


def test_figures_are_of_all_seeds_sessions_together() -> None:
    got = figures_over_seeds("maker", [run(1.0, 100), run(3.0, 300)], NAMES, 200, 0)
    assert got["pnl_per_session"]["value"] == pytest.approx(3.0)
    assert got["pnl_per_session"]["seeds"] == pytest.approx([2.0, 4.0])
    assert got["passive_fill_rate"]["value"] == pytest.approx(0.5)  # contracts, not rates, add up
    assert got["pnl_per_session"]["n"] == 12


def test_the_seeds_spread_widens_the_interval_within_what_can_be() -> None:
    wide = figures_over_seeds("maker", [run(1.0, 100), run(3.0, 300)], NAMES, 200, 0)
    same = figures_over_seeds("maker", [run(2.0), run(2.0)], NAMES, 200, 0)
    pnl, alike = wide["pnl_per_session"], same["pnl_per_session"]
    assert pnl["hi"] - pnl["lo"] > 12.0 > alike["hi"] - alike["lo"]
    assert (wide["passive_fill_rate"]["lo"], wide["passive_fill_rate"]["hi"]) == (0.0, 1.0)
    assert wide["max_drawdown"]["lo"] >= 0.0
    [(_, alone)] = [run(2.0)]
    for end in ("value", "lo", "hi"):
        assert alike[end] == pytest.approx(alone["pnl_per_session"][end])


def test_a_figure_that_cannot_be_formed_says_why() -> None:
    got = figures_over_seeds("maker", [run(1.0, 0), run(3.0, 0)], ("passive_markout_10s",), 200, 0)
    assert got["passive_markout_10s"]["value"] is None
    assert got["passive_markout_10s"]["reason"] == "no passive fill"
