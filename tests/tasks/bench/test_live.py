from __future__ import annotations

from dataclasses import replace

import pytest

from kalshi_exp.config import RuleDetector, compose, typed
from kalshi_exp.exchange import simulate_session
from kalshi_exp.tasks.bench import live


def test_an_update_is_of_one_market(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "_ROUNDS", 1)
    scenario = replace(typed(compose()).scenario, duration_s=60.0, markets=3)
    row = live._update("rule", RuleDetector(), simulate_session(scenario, 0, 0))
    assert "3 markets, 180 updates" in row.how
    assert row.value is not None and row.value > 0.0 and row.unit == "us"


def test_without_weights_the_row_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(live, "PACKAGED", tmp_path_factory.mktemp("none") / "none.npz")
    scenario = replace(typed(compose()).scenario, duration_s=60.0)
    row = live._learned(simulate_session(scenario, 0, 0))
    assert row.value is None and row.reason is not None and not row.ok
