"""Limit levels on hand-made ladders, as the world itself decides them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kalshi_exp.config.actions import Placement
from kalshi_exp.env import TapeWorld as World
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import ASK, BID
from tests.env.worlds import ADD, CANCEL, SNAPSHOT, Row, act, make_world, market, session

LINEAR = PriceGrid.structure("linear_cent")
TAPERED = PriceGrid.structure("tapered_deci_cent")


def book(bids: Sequence[float], asks: Sequence[float]) -> list[Row]:
    """Five contracts at each of these prices in cents."""
    return [(0, SNAPSHOT, BID, cents, 5) for cents in bids] + [
        (0, SNAPSHOT, ASK, cents, 5) for cents in asks
    ]


def limits(world: World) -> list[float]:
    """Limits in cents: small bid, large bid, small ask, large ask."""
    levels = world.out.levels[0].ravel()
    assert (levels >= 0).all()
    return [float(cents) for cents in world.pack.prices[levels] / 100]


def first(rows: list[Row], placement: Placement, grid: PriceGrid = LINEAR) -> list[float]:
    world = make_world(session(market(rows, ladder=grid)), placement=placement)
    world.reset()
    return limits(world)


def test_join_is_the_own_touch() -> None:
    assert first(book([40, 44], [47, 49]), Placement.join) == [44, 44, 47, 47]


@pytest.mark.parametrize(
    ("bid", "ask", "expected"),
    [(44, 47, (45, 46)), (44, 46, (45, 45)), (44, 45, (44, 45)), (1, 99, (2, 98))],
)
def test_improve_is_one_tick_inside_and_never_crosses(
    bid: float, ask: float, expected: tuple[float, float]
) -> None:
    small_bid, large_bid, small_ask, large_ask = first(book([bid], [ask]), Placement.improve)
    assert (small_bid, small_ask) == (large_bid, large_ask) == expected
    assert small_bid < ask and small_ask > bid


@pytest.mark.parametrize(
    ("bids", "asks", "large"),
    [
        ([44, 42, 41, 30], [47, 50, 52, 60], (53, 40)),  # the third level and one tick
        ([44, 42], [47, 50], (51, 41)),  # as deep as there is
        ([44], [47], (48, 43)),
        ([3, 2, 1], [97, 98, 99], (99, 1)),  # the ladder ends there
        ([44, 43, 42], [45, 46, 47], (48, 41)),
    ],
)
def test_cross_takes_the_touch_or_reaches_past_the_third_level(
    bids: list[float], asks: list[float], large: tuple[float, float]
) -> None:
    small_bid, large_bid, small_ask, large_ask = first(book(bids, asks), Placement.cross)
    assert (small_bid, small_ask) == (min(asks), max(bids))
    assert (large_bid, large_ask) == large


@pytest.mark.parametrize(("action", "limit"), [("BUY_YES 10", 47), ("BUY_YES 25", 53)])
def test_twenty_contracts_are_where_cross_starts_to_walk(action: str, limit: float) -> None:
    rows = book([44, 42, 41], [47, 50, 52])
    world = make_world(session(market(rows)), placement=Placement.cross)
    world.reset()
    act(world, action)
    sent = world.rows["orders"][0][0]
    assert world.pack.prices[sent["level"]] == limit * 100


@pytest.mark.parametrize(
    ("bid", "ask", "expected"),
    [
        (5, 7, (5.1, 6.9)),  # a tenth of a cent below ten cents
        (9.9, 12, (10, 11)),
        (10, 12, (11, 11)),
        (88, 90.1, (89, 90)),
        (9.9, 10, (9.9, 10)),
    ],
)
def test_a_tick_is_the_tapered_grid_s_own(
    bid: float, ask: float, expected: tuple[float, float]
) -> None:
    found = first(book([bid], [ask]), Placement.improve, TAPERED)
    assert (found[0], found[2]) == expected


def test_cross_ends_on_the_tapered_grid() -> None:
    found = first(book([10, 9.8, 9.5], [11, 12, 90.0]), Placement.cross, TAPERED)
    assert found == [11, 90.1, 10, 9.4]


def test_a_grid_may_change_in_mid_session() -> None:
    rows = [*book([5], [7]), (9.5, ADD, BID, 3, 1), (10.5, ADD, BID, 3, 1), (20.5, ADD, BID, 3, 1)]
    epochs = [(0.0, LINEAR), (10.2, TAPERED), (20.2, LINEAR)]
    world = make_world(session(market(rows, epochs=epochs)), placement=Placement.improve)
    world.reset()
    seen = {}
    for tick in range(25):
        if world.out.weight[0]:
            seen[tick] = limits(world)[::2]
        act(world)
    assert seen == {0: [6, 6], 10: [6, 6], 11: [5.1, 6.9], 21: [6, 6]}


def test_levels_follow_the_book() -> None:
    rows = [*book([44], [47]), (0.5, CANCEL, BID, 44, -5), (0.6, ADD, BID, 40, 5)]
    world = make_world(session(market(rows)))
    world.reset()
    act(world)
    assert limits(world) == [40, 40, 47, 47]
