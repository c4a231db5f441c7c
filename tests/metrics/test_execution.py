from __future__ import annotations

import pytest

from kalshi_exp.market.units import ASK, BID
from kalshi_exp.metrics import FILLS, SESSIONS, fill_rates, markouts
from tests.metrics.rows import fill, frame_of, session


def outs(fills: list[dict], names: int = 1):
    sessions = frame_of([session(f"s{k}") for k in range(names)], SESSIONS)
    return markouts(sessions, frame_of(fills, FILLS), 300, 0)


@pytest.mark.parametrize(
    ("side", "mid", "cents"),
    [
        (BID, 10_300, 1.5),  # bought at 50, mid 51.5: gained
        (BID, 9_800, -1.0),
        (ASK, 9_800, 1.0),  # sold at 50, mid 49: gained
        (ASK, 10_300, -1.5),
    ],
)
def test_above_zero_is_good_for_us_on_either_side(side: int, mid: int, cents: float) -> None:
    got = outs([fill("s0", side=side, mid_10s=mid)])
    estimate, count = got["passive_markout_10s"]
    assert (estimate.value, count) == (pytest.approx(cents), 1)


def test_horizons_and_kinds_are_kept_apart() -> None:
    got = outs(
        [
            fill("s0", mid=10_100, mid_1s=10_200, mid_10s=10_300, mid_60s=10_400),
            fill("s0", passive=False, mid=9_900, mid_1s=9_800, mid_10s=9_700, mid_60s=9_600),
        ]
    )
    passive = [got[f"passive_markout_{s}s"][0].value for s in (0, 1, 10, 60)]
    aggressive = [got[f"aggressive_markout_{s}s"][0].value for s in (0, 1, 10, 60)]
    assert passive == pytest.approx([0.5, 1.0, 1.5, 2.0])
    assert aggressive == pytest.approx([-0.5, -1.0, -1.5, -2.0])


def test_weighted_by_contracts() -> None:
    got = outs([fill("s0", size=100, mid_1s=10_400), fill("s0", size=300, mid_1s=10_000)])
    assert got["passive_markout_1s"][0].value == pytest.approx(0.5)


def test_a_fill_without_a_later_mid_is_left_out_not_counted_as_zero() -> None:
    got = outs([fill("s0", mid_60s=10_400), fill("s0", mid_60s=-1)])
    estimate, count = got["passive_markout_60s"]
    assert (estimate.value, count) == (pytest.approx(2.0), 1)
    nothing, count = got["passive_markout_1s"]
    assert (nothing.value, count) == (None, 0)
    assert nothing.reason == "no passive fill had a two-sided book at 1 s"


def test_no_fill_is_no_figure() -> None:
    got = outs([fill("s0", mid_1s=10_000)])
    assert got["aggressive_markout_1s"][0].value is None
    assert got["aggressive_markout_1s"][0].reason == "no aggressive fill"


def test_markouts_cluster_by_session() -> None:
    spread = [fill(f"s{k}", mid_1s=10_000 + 100 * k) for k in range(12)]
    lumped = [fill(f"s{k}", mid_1s=10_000 + 100 * k) for k in range(12) for _ in range(9)]
    one, many = outs(spread, 12), outs(lumped, 12)
    a, b = one["passive_markout_1s"][0], many["passive_markout_1s"][0]
    assert (a.lo, a.hi, a.n) == pytest.approx((b.lo, b.hi, b.n))


def test_fill_rates_by_hand() -> None:
    rows = [
        session("s0", passive_placed=1000, passive_filled=250),
        session("s1", passive_placed=3000, passive_filled=250),
        session("s2"),
    ]
    got = fill_rates(frame_of(rows, SESSIONS), 200, 0)
    assert got["passive_fill_rate"].value == pytest.approx(500 / 4000)
    assert got["passive_fill_rate"].n == 2
    assert got["aggressive_fill_rate"].value is None
    assert got["aggressive_fill_rate"].reason == "no order was sent to take"


def test_a_fill_rate_interval_stays_a_share() -> None:
    rows = [
        session(f"s{k}", passive_placed=100, passive_filled=100 if k % 7 else 80) for k in range(14)
    ]
    got = fill_rates(frame_of(rows, SESSIONS), 500, 0)["passive_fill_rate"]
    assert 0 <= got.lo <= got.value <= got.hi <= 1
