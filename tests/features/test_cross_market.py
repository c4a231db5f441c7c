"""Events of two and three markets whose sums, correlations and leads are worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kalshi_exp.config import CrossMarketFeatures
from kalshi_exp.features import FEATURES, group_columns
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape import Kind, MarketTape
from tests.env.worlds import Row, market, session
from tests.features.reference_seconds import soft
from tests.features.stream import CROSS, walk

NAMES = [f.name for f in FEATURES[group_columns("cross_market")]]
Path = list[tuple[float, int, int]]
"""From when (s) bid and ask are (cents)."""


def quoted(path: Path) -> MarketTape:
    """A market of two quotes; a bid of 0 or an ask of 100 is none."""
    rows: list[Row] = []
    held: dict[int, int] = {}
    for seconds, bid, ask in path:
        for side, cents in held.items():
            rows.append((seconds, Kind.CANCEL, side, cents, -10))
        held = {side: c for side, c in ((BID, bid), (ASK, ask)) if 0 < c < 100}
        for side, cents in held.items():
            rows.append((seconds, Kind.ADD, side, cents, 10))
    return market(rows, close=900.0)


def read(
    *paths: Path, at: float, config: CrossMarketFeatures | None = None
) -> list[dict[str, float]]:
    event = session(*(quoted(path) for path in paths))
    (rows,) = walk(event, [round(at * SECOND)], {"cross_market": config or CrossMarketFeatures()})
    assert np.isfinite(rows).all()
    return [dict(zip(NAMES, row[CROSS].tolist(), strict=True)) for row in rows]


def against(path: Path, extra: int = 0) -> Path:
    """Worth a dollar less the other, and so many cents more."""
    return [(t, 100 - ask + extra, 100 - bid + extra) for t, bid, ask in path]


def waves(seconds: int, low: int = 39, step: int = 3, every: int = 20) -> Path:
    """Up and down by a step, two cents wide."""
    return [
        (float(t), low + up * step, low + 2 + up * step)
        for up, t in enumerate(range(0, seconds, every))
        for up in (up % 2,)
    ]


def test_a_market_alone_has_no_siblings() -> None:
    (alone,) = read(waves(100), at=99.0)
    assert set(alone.values()) == {0.0}


def test_dispersion_is_that_of_the_mids() -> None:
    one, other = read([(0.0, 39, 41)], [(0.0, 59, 61)], at=0.0)
    assert one["dispersion"] == other["dispersion"] == pytest.approx(0.2)
    one, _, _ = read([(0.0, 10, 12)], [(0.0, 40, 100)], [(9.0, 1, 2)], at=0.0)
    mids = [0.11, 0.70, 0.50]  # an empty side is at 0 or 1
    assert one["dispersion"] == pytest.approx(2 * np.std(mids), rel=1e-6)


def test_two_that_sum_to_one_are_found_after_half_a_minute() -> None:
    path = waves(200)
    for at in (29.9, 34.9):  # the search at 30 s is the first
        one, other = read(path, against(path, 2), at=at)
        found = at > 30
        assert one["violation"] == pytest.approx(soft(0.02 / 0.05) if found else 0.0, abs=1e-6)
        assert other["violation"] == one["violation"] and other["arbitrage"] == one["arbitrage"]
    # At 34.9 s the bids are 42 and 58, the asks 44 and 60: selling both is what loses least.
    sell = 0.42 + 0.58 - 1 - 0.07 * (0.42 * 0.58 + 0.58 * 0.42)
    assert one["arbitrage"] == pytest.approx(soft(sell / 0.05), rel=1e-5)


def test_a_basket_that_pays_after_fees() -> None:
    path = waves(200)
    dear = [*against(path)[:4], (70.0, 64, 66)]  # while the first is at 42 and 44
    one, other = read(path[:4], dear, at=72.0)
    sell = 0.42 + 0.64 - 1 - 0.07 * (0.42 * 0.58 + 0.64 * 0.36)
    assert sell > 0.02 and one["arbitrage"] == other["arbitrage"]
    assert one["arbitrage"] == pytest.approx(soft(sell / 0.05), rel=1e-5)
    cheap = [*against(path)[:4], (70.0, 44, 46)]
    buy = 1 - 0.44 - 0.46 - 0.07 * (0.44 * 0.56 + 0.46 * 0.54)
    one, _ = read(path[:4], cheap, at=72.0)
    assert buy > 0.05 and one["arbitrage"] == pytest.approx(soft(buy / 0.05), rel=1e-5)


def test_a_one_sided_member_leaves_the_group_neutral_and_others_are_not_asked() -> None:
    path, third = waves(200), waves(200, low=20, every=13)
    whole = read(path, against(path, 2), third, at=50.0)
    assert whole[0]["violation"] > 0.2 and whole[2]["violation"] == whole[2]["arbitrage"] == 0.0
    broken = [*path[:3], (45.0, 39, 100)]
    one, other, _ = read(broken, against(path, 2), third, at=50.0)
    assert one["violation"] == other["violation"] == one["arbitrage"] == 0.0
    half = [*third[:3], (45.0, 0, 22)]  # of no group
    assert read(path, against(path, 2), half, at=50.0)[0]["violation"] == whole[0]["violation"]


def test_a_sum_that_strays_too_far_is_none() -> None:
    path = waves(200)
    for extra, limit, found in ((7, 6.0, False), (7, 8.0, True), (5, 6.0, True)):
        config = CrossMarketFeatures(deviation_cents=limit)
        one, _ = read(path, against(path, extra), at=50.0, config=config)
        assert (one["violation"] != 0.0) == found


def test_markets_that_move_together_are_no_group() -> None:
    path = waves(200, low=49)
    one, _ = read(path, path, at=50.0)  # their sum is near a dollar, their moves add up
    assert one["violation"] == 0.0 and one["sibling_correlation"] > 0


def test_markets_that_never_move_or_quote_are_no_group() -> None:
    still, moving = [(0.0, 39, 41)], waves(200, low=20)
    for other in ([(0.0, 59, 61)], [(0.0, 0, 61)], []):
        for row in read(still, other, moving, at=90.0):
            assert row["violation"] == row["arbitrage"] == 0.0


def test_correlation_with_the_closest_sibling_grows_with_what_was_seen() -> None:
    path, slow = waves(400), [(0.0, 20, 22), (47.0, 24, 26)]
    for at in (50.0, 300.0):
        n = at / 5
        one, other, third = read(path, against(path), slow, at=at)
        for row in (one, other):
            assert row["sibling_correlation"] == pytest.approx(-n / (n + 20), rel=1e-6)
        assert abs(third["sibling_correlation"]) < n / (n + 20)


def test_who_moves_first_leads() -> None:
    one, other = [(0.0, 39, 41), (10.5, 41, 43)], [(0.0, 59, 61), (12.5, 61, 63)]
    first, second = read(one, other, at=40.0)
    # Changes over 5 s: at 11 to 15 s and at 13 to 17 s, three of five at once; n is 8.
    assert first["sibling_correlation"] == pytest.approx(3 / 5 * 8 / 28, rel=1e-6)
    # Changes over 2 s: at 11 and 12 s, and 2 s later: two against five.
    assert second["sibling_lead"] == pytest.approx(2 / 5, rel=1e-6)
    assert first["sibling_lead"] == pytest.approx(-2 / 5, rel=1e-6)
    together = read(one, one, at=40.0)
    assert [row["sibling_lead"] for row in together] == [0.0, 0.0]


def test_a_sibling_that_closes_early_is_held_against_as_it_was_left() -> None:
    path = waves(400)
    one, other = read(path, against(path, 2)[:3], at=390.0)  # its last quote is of 40 s
    assert abs(one["violation"]) <= 1 and math.isfinite(other["sibling_correlation"])
    one, other = read(path, [*against(path, 2)[:3], (41.0, 0, 100)], at=390.0)  # emptied
    assert one["violation"] == other["violation"] == 0.0
