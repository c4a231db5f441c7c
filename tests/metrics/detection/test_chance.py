from __future__ import annotations

import polars as pl

from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.detection import match, placed_at_random
from tests.metrics.detection.tables import episodes, markets

DETECTED = pl.concat([episodes((0, 10), (50, 51)), episodes((5, 105), market=1, score=0.9)])


def test_only_times_change_and_they_stay_within_the_market() -> None:
    watched = markets(["a"], 2, 120.0)
    placed = list(placed_at_random(DETECTED, watched, 3))
    assert len(placed) == 20
    kept = ["session", "market", "family", "price", "score"]
    for one in placed:
        assert one.select(kept).equals(DETECTED.select(kept))
        assert (one["end"] - one["start"]).equals(DETECTED["end"] - DETECTED["start"])
        assert one["start"].min() >= 0 and one["end"].max() <= 120 * SECOND  # type: ignore[operator]
    assert len({one["start"][1] for one in placed}) == 20


def test_equal_seeds_place_equally() -> None:
    watched = markets(["a"], 2)
    for one, other in zip(
        placed_at_random(DETECTED, watched, 3), placed_at_random(DETECTED, watched, 3), strict=True
    ):
        assert one.equals(other)


def test_chance_finds_what_its_share_of_time_says() -> None:
    # 20 s anywhere in 920 s match a given 20 s when they begin within 6.67 s of it: 13.3 / 900.
    true = episodes((400, 420))
    watched = markets(["a"], 1, 920.0)
    hits = [len(match(one, true)) for one in placed_at_random(true, watched, 1, 1_000)]
    assert 0.006 < sum(hits) / len(hits) < 0.026
