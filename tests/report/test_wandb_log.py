from __future__ import annotations

from pathlib import Path

import pytest
import wandb

from kalshi_exp.metrics import summarise
from kalshi_exp.report import flat_metrics, log_to_wandb
from tests.metrics.sample_records import sample_records

METRICS = summarise(sample_records(8), 200, 0)


def test_keys_are_flat_and_money_is_the_leaders() -> None:
    keys = flat_metrics(METRICS)
    value = METRICS["policies"]["agent/deterministic"]["figures"]["pnl_per_session"]["value"]
    assert keys["judge/agent/deterministic/pnl_per_session"] == value
    assert keys["money/pnl_per_session"] == value
    assert "money/pnl_per_session/lo" in keys
    assert keys["judge/agent/sampled/versus/momentum/verdict"] == "better than momentum"
    assert keys["calls/maker/rest_calls"] == METRICS["calls"]["maker"]["rest_calls"]
    assert "judge/hold/sharpe_per_session" not in keys
    assert all(isinstance(one, float | int | str) for one in keys.values())


def test_figures_with_a_slash_keep_their_names_and_may_stand_alone() -> None:
    keys = flat_metrics(METRICS)
    assert keys["exploit/success"] == METRICS["exploit/success"]["value"]
    assert "exploit/random_success/lo" in keys and "exploit/aversion/success" not in keys
    detection = {"detect/anchor_recall": {"value": 0.75, "lo": 0.5, "hi": 0.9}}
    assert flat_metrics(detection)["detect/anchor_recall/hi"] == 0.9


def test_an_offline_run_takes_figures_and_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_DIR", str(tmp_path))
    monkeypatch.setenv("WANDB_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("WANDB_DATA_DIR", str(tmp_path / "data"))
    report = tmp_path / "report.html"
    report.write_text("<p>report</p>")
    run = wandb.init(mode="offline", project="test", dir=tmp_path)
    try:
        log_to_wandb(run, METRICS, report)
        assert run.summary["headline"] == METRICS["headline"]
        assert run.summary["money/pnl_per_session"] == pytest.approx(
            flat_metrics(METRICS)["money/pnl_per_session"]
        )
    finally:
        wandb.finish()
    assert list(tmp_path.glob("wandb/offline-run-*/files/media/html/*.html"))


def test_a_missing_report_is_said_before_anything_is_logged(tmp_path: Path) -> None:
    run = wandb.init(mode="disabled")
    try:
        with pytest.raises(FileNotFoundError, match="write it before logging"):
            log_to_wandb(run, METRICS, tmp_path / "none.html")
        assert "headline" not in dict(run.summary)
    finally:
        wandb.finish()
