"""The shared range checks."""

from __future__ import annotations

import math

import pytest

from kalshi_exp.config import Data, FeatureGroup, Fill, Logger, Phase, RewardTerm, Task, World
from kalshi_exp.config.checks import at_least, within


@pytest.mark.parametrize("base", [Data, FeatureGroup, Fill, Logger, Phase, RewardTerm, Task, World])
def test_a_base_class_is_never_used_itself(base: type) -> None:
    with pytest.raises(ValueError, match="names no known option"):
        base()


def test_bounds_are_inclusive_and_nan_is_outside() -> None:
    at_least("key", 1.0, 1.0)
    within("key", 0.0, 0.0, 1.0)
    within("key", 1.0, 0.0, 1.0)
    for bad in (0.999, math.nan):
        with pytest.raises(ValueError, match=r"key is .*; it must be at least 1"):
            at_least("key", bad, 1.0)
    for bad in (-0.001, 1.001, math.nan):
        with pytest.raises(ValueError, match=r"key is .*; it must lie in"):
            within("key", bad, 0.0, 1.0)
