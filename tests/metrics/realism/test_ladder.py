from __future__ import annotations

import pytest

from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.realism import GROUPS, ladder_figures, summarise_fills
from tests.metrics.realism.trials import profits, strategies, trial

CENTS = profits()
TRUTH = trial("truth", CENTS)


def test_every_rung_is_held_against_the_truth_on_the_reports_own_draws() -> None:
    rungs = [trial("old", CENTS + 2.0), trial("orders take time", CENTS + 1.0), TRUTH]
    found = ladder_figures(strategies(), TRUTH, rungs, bootstrap=150, seed=3)
    assert [row["rung"] for row in found] == ["old", "orders take time", "truth"]
    for group in GROUPS:
        errors = [row[group]["error_cents"]["value"] for row in found]
        assert errors == pytest.approx([2.0, 1.0, 0.0])
        assert found[2][group]["overstatement"]["value"] == 0.0
    assert found[1]["profit_cents"]["strategy 4"] == pytest.approx(CENTS[4].mean() + 1.0)
    report = summarise_fills(strategies(), TRUTH, [rungs[0]], bootstrap=150, seed=3)
    for group in GROUPS:
        for figure in ("pearson", "overstatement", "error_cents"):
            assert found[0][group][figure] == report["models"]["old"][group][figure]
    assert to_bytes(found)


def test_no_rungs_no_ladder() -> None:
    assert ladder_figures(strategies(), TRUTH, [], bootstrap=100, seed=0) == []
