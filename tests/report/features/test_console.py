from __future__ import annotations

import io

from rich.console import Console

from kalshi_exp.features import FEATURES
from kalshi_exp.report.features import features_table
from tests.report.features.sample import described


def test_a_row_a_feature_and_what_is_off_is_said_to_be() -> None:
    console = Console(file=io.StringIO(), width=170, highlight=False)
    console.print(features_table(described()))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    lines = text.splitlines()
    for feature in FEATURES:
        assert any(f" {feature.name} " in line for line in lines), feature.name
    assert "activity: off" in text
    elapsed = next(line for line in lines if " elapsed " in line)
    assert " off" in elapsed
    spread = next(line for line in lines if line.split()[1:2] == ["spread"])
    assert "100.0 % at 0" in spread and " 10.0 % " in spread
