"""What may be asked for, and that whatever may be asked for can be paid."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.fill import (
    DepthFill,
    Fees,
    Fill,
    LatencyShape,
    MakerFees,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    Rounding,
)
from kalshi_exp.env import ACTIONS, HOLD
from kalshi_exp.env import TapeWorld as World
from kalshi_exp.env.conformance import draw_legal
from kalshi_exp.market.account import fill_flow
from kalshi_exp.market.fees import charge
from kalshi_exp.market.orders import EMPTY, ORDER, Direction
from kalshi_exp.market.units import ASK, BID, SIZE_ONE
from tests.env.reference import NEW_ORDER, reservation
from tests.env.tapes import random_session
from tests.env.worlds import (
    ADD,
    CANCEL,
    NUMBER,
    SNAPSHOT,
    Row,
    act,
    make_world,
    market,
    same_way,
    session,
)

BOOK: list[Row] = [(0, SNAPSHOT, BID, 48, 50), (0, SNAPSHOT, ASK, 50, 30)]
NEWS: list[Row] = [(s + 0.5, ADD, BID, 2, 1) for s in range(59)]
BALANCE = Fees()
CEILING = Fees(maker=MakerFees.quadratic_with_combo_maker_fees, rounding=Rounding.cent_ceiling)


def started(
    rows: list[Row], fill: Fill | None = None, placement: Placement = Placement.join, **rules: Any
) -> World:
    """A world of one hand-made market at its first decision."""
    ordered = sorted([*BOOK, *rows], key=lambda row: row[0])
    world = make_world(session(market(ordered)), fill, placement, **rules)
    world.reset()
    return world


def legal(world: World, kind: str) -> list[int]:
    """Sizes of a kind of action that the first row may ask for."""
    return [
        a.contracts
        for a in ACTIONS
        if a.name.startswith(kind) and world.out.mask[0, NUMBER[a.name]]
    ]


def holding(contracts: float, **rules: Any) -> World:
    """A world whose row holds a position (YES positive)."""
    world = started(NEWS, **rules)
    world.rows["position"] = round(contracts * SIZE_ONE)
    act(world)
    return world


@pytest.mark.parametrize(
    ("held", "sizes"),
    [
        (0.01, [5]), (3.5, [5]), (5, [5]), (5.01, [5, 10]), (25, [5, 10, 25]),
        (30, [5, 10, 25, 50]), (100, [5, 10, 25, 50, 100]), (250, [5, 10, 25, 50, 100]),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("sign", "kind"), [(1, "SELL_YES"), (-1, "SELL_NO")])
def test_sales_go_up_to_the_smallest_that_closes_whole(
    held: float, sizes: list[int], sign: int, kind: str
) -> None:
    world = holding(sign * held)
    other = "SELL_NO" if kind == "SELL_YES" else "SELL_YES"
    assert legal(world, kind) == sizes
    assert legal(world, other) == []
    act(world, f"{kind} {sizes[-1]}")
    sent = world.rows["orders"][0][0]
    assert sent["reduce"] == 1
    assert sent["placed"] == min(round(held * SIZE_ONE), sizes[-1] * SIZE_ONE)


@pytest.mark.parametrize(
    ("held", "yes", "no"),
    [
        (0, [5, 10, 25, 50, 100], [5, 10, 25, 50, 100]),
        (60, [5, 10, 25], [5, 10, 25, 50, 100]),
        (100, [], [5, 10, 25, 50, 100]),
        (-95, [5, 10, 25, 50, 100], [5]),
    ],
)
def test_purchases_stop_at_the_position_limit(held: float, yes: list[int], no: list[int]) -> None:
    world = holding(held, position_limit=100)
    assert (legal(world, "BUY_YES"), legal(world, "BUY_NO")) == (yes, no)


def test_standing_orders_count_against_the_limit() -> None:
    world = holding(60, position_limit=100)
    act(world, "BUY_YES 25")
    assert legal(world, "BUY_YES") == [5, 10]


def cost(contracts: int, cents: int, fees: Fees) -> int:
    """Price, taker's fee and rounding of an order, in 1e-6 dollars, by hand."""
    price = contracts * cents * 10_000
    scaled = contracts * round(fees.taker_rate * 100) * cents * (100 - cents)  # 1e-6 dollars
    rounding = (contracts + 1) * 10_001 if fees is BALANCE else 10_000 + contracts + 1
    return price + scaled + rounding


@pytest.mark.parametrize("contracts", [5, 10, 25, 50, 100])
@pytest.mark.parametrize(("kind", "cents"), [("BUY_YES", 48), ("BUY_NO", 50)])
@pytest.mark.parametrize("fees", [BALANCE, CEILING], ids=["balance", "ceiling"])
def test_affordability_is_exact(fees: Fees, kind: str, cents: int, contracts: int) -> None:
    """To the millionth of a dollar."""
    for spare in (0, -1):
        world = started(NEWS, QueueFill(fees=fees))
        world.rules["cash"] = cost(contracts, cents, fees) + spare
        world.reset(sessions=[0])
        assert world.out.mask[0, NUMBER[f"{kind} {contracts}"]] == (spare == 0)
        act(world, f"{kind} {contracts}")
        assert (world.rows["reserved"][0] == world.episodes["cash"][0]) == (spare == 0)


def test_the_complement_of_what_is_held_costs_nothing() -> None:
    world = holding(-25)
    world.episodes["cash"] = 0
    act(world)
    assert legal(world, "BUY_YES") == legal(world, "SELL_NO") == [5, 10, 25]
    assert legal(world, "BUY_NO") == []
    act(world, "BUY_YES 25")
    assert world.rows["reserved"][0] == 0


def test_a_one_sided_book_masks_everything_but_hold() -> None:
    rows = [(0.2, CANCEL, ASK, 50, -30), (1.2, ADD, ASK, 52, 5), (2.2, CANCEL, BID, 48, -50)]
    world = started(
        [*rows, (2.3, CANCEL, ASK, 52, -5), (3.2, ADD, BID, 48, 5), (3.3, ADD, ASK, 49, 5)]
    )
    allowed = []
    for _ in range(5):
        assert world.out.mask[0, HOLD] and world.out.weight[0] == 1.0
        allowed.append(int(world.out.mask[0].sum()))
        act(world, "BUY_YES 5")
    assert allowed == [11, 1, 11, 1, 11]
    assert world.episodes["refused"][0] == 2


def test_without_news_there_is_nothing_to_decide() -> None:
    world = started([(2.5, ADD, BID, 2, 1)])
    weights = []
    for _ in range(5):
        weights.append(float(world.out.weight[0]))
        assert (world.out.mask[0].sum() > 1) == (weights[-1] == 1.0)
        act(world, "BUY_YES 5")
    assert weights == [1.0, 0.0, 0.0, 1.0, 0.0]


def test_four_orders_on_their_way_leave_no_slot() -> None:
    """Each replaces the one before, but no cancel has arrived yet."""
    slow = same_way(LatencyShape.constant, 6_000.0)
    moves = [(s + 0.2, (CANCEL, ADD)[s % 2], BID, 48, (-50, 50)[s % 2]) for s in range(59)]
    world = started([(0, SNAPSHOT, BID, 47, 50), *moves], QueueFill(latency=slow))
    free = []
    for _ in range(12):
        free.append(int((world.rows["orders"]["state"][0] == EMPTY).sum()))
        assert (world.out.mask[0].sum() > 1) == (free[-1] > 0)
        act(world, "BUY_YES 5")
    assert free[:5] == [4, 3, 2, 1, 0]
    assert free[6] == 0 and max(free[7:]) > 0


def worst_case(world: World, rng: np.random.Generator, eager: int | None) -> int:
    """Least cash there could be: all live orders fill, a contract at a time, one side first."""
    orders = [o.copy() for o in world.rows[0]["orders"] if o["state"] != EMPTY]
    position, cash = int(world.rows["position"][0]), int(world.episodes["cash"][0])
    fees, least = world.spec[0]["fees"], cash
    while orders:
        mine = [o for o in orders if o["side"] == eager] or orders
        one = mine[int(rng.integers(len(mine)))]
        side, size = int(one["side"]), min(int(one["size"]), SIZE_ONE)
        if one["reduce"]:
            size = min(size, max(-position if side == BID else position, 0))
        if size == 0:
            orders.remove(one)
            continue
        price = int(world.pack.prices[one["level"]])
        flow = int(fill_flow(position, side, price, size))
        fee, one["fees"] = charge(
            fees, int(one["fees"]), flow, price, size, bool(rng.random() < 0.3)
        )
        cash += flow - int(fee)
        position += size if side == BID else -size
        one["size"] -= size
        least = min(least, cash)
        assert abs(position) <= world.rules["limit"][0]
    return least


@pytest.mark.parametrize("fees", [BALANCE, CEILING], ids=["balance", "ceiling"])
@pytest.mark.parametrize("placement", Placement, ids=lambda p: p.value)
@pytest.mark.parametrize("model", [OldFill, DepthFill, ProbabilisticFill, QueueFill])
def test_whatever_the_mask_allows_can_be_paid(
    model: type[Fill], placement: Placement, fees: Fees
) -> None:
    """With cash for exactly the next purchase beside whatever else stands, and no hair less."""
    rng, least = np.random.default_rng(0), []
    slow = same_way(LatencyShape.constant, 300.0)
    one = random_session(71, 0, 50, 12.0, rough=True)
    world = make_world(one, model(fees=fees, latency=slow), placement, every=0.25, cash=1e5)
    world.reset()
    for step in range(95):
        world.episodes["cash"] = 10**11
        world.step(draw_legal(world.out.mask, 0, step))
        choices = [n for n, a in enumerate(ACTIONS) if a.direction == Direction.BUY]
        number = int(rng.choice(choices))
        if world.out.mask[0, number]:
            spare, refused = -int(rng.random() < 0.2), int(world.episodes["refused"][0])
            world.episodes["cash"] = world.rows["reserved"] + added(world, number) + spare
            world.step(np.array([number]))
            assert world.episodes["refused"][0] - refused == -spare
            if spare == 0:
                least.append(min(worst_case(world, rng, side) for side in (BID, ASK, None)))
    assert len(least) > 50 and 0 <= min(least) < 1_000_000


def added(world: World, number: int) -> int:
    """What a purchase adds to the reservation."""
    one = ACTIONS[number].intent(5_000)
    assert one is not None
    level = world.out.levels[0, one.book_side, int(one.size >= 20 * SIZE_ONE)]
    serial = int(world.rows["serial"][0]) + 1
    new = SimpleNamespace(
        **NEW_ORDER, side=one.book_side, reduce=0, level=level, size=one.size, serial=serial
    )
    orders = [
        SimpleNamespace(**{name: int(o[name]) for name in ORDER.names})
        for o in world.rows[0]["orders"]
    ]
    place = (int(world.rows["position"][0]), world.pack.prices.tolist(), world.spec[0]["fees"])
    return reservation([*orders, new], *place) - reservation(orders, *place)
