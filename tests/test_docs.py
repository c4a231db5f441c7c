"""The generated tables of docs/ are what the code says now."""

from __future__ import annotations

import pytest

from kalshi_exp.config.scenario import Scenario
from scripts.docs import ROOT, tables


@pytest.mark.parametrize("path", sorted(tables()))
def test_a_generated_table_is_up_to_date(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == tables()[path], "run python scripts/docs.py"


def test_every_parameter_of_every_trader_is_told() -> None:
    text = tables()["docs/traders.md"]
    assert "| `noise.rest_rate` | 1.2 | 1/s | at least 0 | resting orders |" in text
    assert text.count("| `maker.") == len(vars(Scenario().maker))
