from __future__ import annotations

import io

from rich.console import Console

from kalshi_exp.report.detection import detection_table
from tests.report.detection.sample import scored


def printed(payload: dict) -> str:
    console = Console(file=io.StringIO(), width=220, highlight=False)
    console.print(detection_table(payload))
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_every_figure_with_its_interval_and_its_baseline() -> None:
    text = printed(scored())
    assert scored()["headline"] in " ".join(text.split())
    line = next(line for line in text.splitlines() if "Precision of related" in line)
    assert "100.0 %" in line
    lines = text.splitlines()
    at = next(k for k, line in enumerate(lines) if "Cascades" in line)
    latency = next(line for line in lines[at:] if "Median latency" in line)
    assert "4.00 s" in latency and "1.00 s" in latency and "under 5 s" in latency
    assert "rule ok" in latency and "learned ok" in latency
    recall = next(line for line in lines[at:] if "Recall" in line)
    assert "66.7 %" in recall and "rule off" in recall and "learned ok" in recall


def test_one_market_has_no_pair() -> None:
    text = printed(scored(plain=True, count=1))
    assert "no pair" in text
    assert "false alarms an hour of market time" in text
    assert "under 1 an hour" in text
