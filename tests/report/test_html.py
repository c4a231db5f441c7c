from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from kalshi_exp.metrics import Records, summarise
from kalshi_exp.report import write_report
from kalshi_exp.report.equity import mean_curves
from tests.metrics.rows import DOLLAR, fill, records_of, session
from tests.metrics.sample_records import sample_learning, sample_paths, sample_records

HOSTILE = '</script><img src=x onerror="alert(1)">'


def report(folder: Path, records: Records, **more: Any) -> str:
    header = more.pop("header", {"title": "a run", "seed": 3})
    write_report(folder, summarise(records, 300, 0), records, header, **more)
    return (folder / "report.html").read_text()


def specs(text: str) -> dict[str, Any]:
    found = re.search(r'id="charts">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return {spec["id"]: spec for spec in json.loads(found[1])}


def test_everything_is_there(tmp_path: Path) -> None:
    text = report(
        tmp_path,
        sample_records(12),
        paths=sample_paths(12),
        learning=sample_learning(),
        header={
            "title": "phase1",
            "config": "fill:\n  kind: QueueFill\n",
            "data_hash": "abc123",
            "seed": 3,
            "versions": {"numpy": "2.4"},
        },
    )
    assert set(specs(text)) == {
        "equity-within",
        "equity-summed",
        "sessions",
        "markouts-passive",
        "markouts-aggressive",
        "fills-0",
        "fills-1",
        "fills-2",
        "actions",
        "learning",
    }
    assert "<h1>The agent made $" in text
    assert "Fills beyond the evidence" in text
    assert "kind: QueueFill" in text and "abc123" in text and "numpy 2.4" in text
    assert text.index("<h1>") < text.index("<table")


def test_text_from_outside_is_escaped(tmp_path: Path) -> None:
    records = sample_records(8)
    named = Records(
        *(
            frame.with_columns(
                session=pl.col("session") + HOSTILE,
                policy=pl.when(pl.col("policy") == "maker")
                .then(pl.lit(HOSTILE))
                .otherwise(pl.col("policy")),
            )
            for frame in (records.sessions, records.fills, records.equity)
        )
    )
    header = {"title": HOSTILE, "config": HOSTILE, "command": HOSTILE, "git": HOSTILE}
    text = report(tmp_path, named, header=header)
    assert HOSTILE not in text
    assert "<img" not in re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL)
    # Plotly reads tags in its labels, so they are escaped there too.
    for spec in specs(text).values():
        for trace in spec["data"]:
            shown = json.dumps([trace.get("name"), trace.get("text"), trace.get("hovertemplate")])
            assert "<img" not in shown


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    records = sample_records(8)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert report(tmp_path / "a", records) == report(tmp_path / "b", records)


def test_nothing_optional_is_needed(tmp_path: Path) -> None:
    rows = [session(f"s{k}", k * DOLLAR, "agent/deterministic") for k in range(3)]
    text = report(tmp_path, records_of(rows, seconds=None), header={})
    assert set(specs(text)) == {"equity-summed", "actions"}
    assert "no interval: too few sessions" in text


def test_a_run_that_judged_nothing_still_says_so(tmp_path: Path) -> None:
    assert "No learned policy was judged." in report(tmp_path, Records.concat([]))


def test_a_baseline_alone_is_reported_without_an_agent(tmp_path: Path) -> None:
    text = report(tmp_path, sample_records(8, policies=("maker", "hold")))
    assert "No learned policy was judged." in text
    assert "equity-within" in specs(text)


@pytest.mark.parametrize("given", [True, False])
def test_fills_stand_on_the_path_at_their_price_and_time(tmp_path: Path, given: bool) -> None:
    second = 10**9
    rows = [session("s0", DOLLAR, "agent/deterministic")]
    fills = [
        fill("s0", policy="agent/deterministic", ts=60 * second, price=4_200, mid=8_500),
        fill(
            "s0",
            policy="agent/deterministic",
            ts=120 * second,
            side=1,
            price=4_400,
            passive=False,
            mid=8_700,
        ),
    ]
    paths = pl.DataFrame(
        {"session": ["s0"] * 3, "ts": [0, 60 * second, 90 * second], "mid": [8_000, 8_500, -1]}
    )
    text = report(tmp_path, records_of(rows, fills), paths=paths if given else None)
    path, bought, sold = specs(text)["fills-0"]["data"]
    assert (bought["x"], bought["y"]) == ([1.0], [42.0])
    assert (sold["x"], sold["y"]) == ([2.0], [44.0])
    assert bought["marker"]["symbol"] == "triangle-up"
    assert sold["marker"]["symbol"] == "triangle-down-open"
    assert path["y"] == ([40.0, 42.5] if given else [42.5, 43.5])


def test_equity_starts_at_zero_ends_at_the_pnl_and_waits_for_the_first_point() -> None:
    rows = [session("a", 3 * DOLLAR), session("b", -DOLLAR)]
    records = records_of(rows)
    grid, curves = mean_curves(records)
    assert grid[0] == 0 and grid[-1] == 900
    ends = sorted(curve[-1] for curve in curves["maker"])
    assert ends == [-1.0, 3.0]
    assert np.abs(curves["maker"][:, :-1]).max() == 0


def test_the_action_bars_add_up(tmp_path: Path) -> None:
    traces = specs(report(tmp_path, sample_records(8)))["actions"]["data"]
    assert len(traces) == 22  # HOLD, any order, and the 20 orders
    left = np.array([t["x"] for t in traces[:2]]).sum(axis=0)
    right = np.array([t["x"] for t in traces[2:]]).sum(axis=0)
    np.testing.assert_allclose(left, 1, atol=1e-4)
    labels = traces[2]["y"]
    np.testing.assert_allclose(right, [0 if y == "hold" else 1 for y in labels], atol=1e-3)
