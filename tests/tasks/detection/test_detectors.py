from __future__ import annotations

from kalshi_exp.config import RuleDetector
from kalshi_exp.patterns.episodes import OPERATING
from kalshi_exp.tasks.detection import GRID, detectors


def test_every_threshold_in_use_is_on_its_curve() -> None:
    for thresholds in OPERATING.values():
        assert set(thresholds) == set(GRID)
        for family, threshold in thresholds.items():
            assert GRID[family][0] < threshold < GRID[family][-1]
    assert isinstance(detectors(RuleDetector())["rule"], RuleDetector)
