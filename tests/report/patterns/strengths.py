"""What comes of a made-up tape."""

from __future__ import annotations

from typing import Any

from kalshi_exp.metrics.strength import Point, Verdict, judge, summary
from tests.metrics.strength.samples import tape


def told(planted: bool = True) -> tuple[dict[str, Any], list[Verdict]]:
    """(payload, verdicts)."""
    found = judge(tape(), 300, 0)
    points = [Point(k / 4, 20, 5 * k, 5 * k, 0.02 * k, 0.02 * k) for k in range(5)]
    power = {"levels": points[1:], "elsewhere": points} if planted else {}
    profile = {
        "cents": list(range(-5, 6)),
        "value": [0.01 * k for k in range(9)] + [None, None],
        "lo": [-0.05] * 9 + [None, None],
        "hi": [0.05] * 9 + [None, None],
    }
    return summary(found, [str(k) for k in range(24)], profile, power, 300, 0), found
