"""A payload of a run in which one group is off."""

from __future__ import annotations

from functools import cache
from typing import Any

from kalshi_exp.features import GROUPS
from kalshi_exp.metrics.features import Judged, describe
from tests.metrics.features.sample import heeds, rows


@cache
def described() -> dict[str, Any]:
    on = [group for group in GROUPS if group != "activity"]
    return describe([Judged(rows(6), heeds)], on, 100, 1)
