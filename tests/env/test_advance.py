"""What a step does to orders, money and facts: errors that others made, as tests."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import kalshi_exp
from kalshi_exp.config.actions import Placement
from kalshi_exp.config.fill import (
    DepthFill,
    Fill,
    Latency,
    LatencyShape,
    OldFill,
    ProbabilisticFill,
    QueueFill,
)
from kalshi_exp.env import FACTS
from kalshi_exp.env import TapeWorld as World
from kalshi_exp.env.conformance import draw_legal
from kalshi_exp.market.orders import EMPTY, RESTING
from kalshi_exp.market.units import ASK, BID, MILLISECOND, MONEY_ONE, PRICE_ONE, SECOND
from tests.env.tapes import random_session
from tests.env.worlds import (
    ADD,
    AT_ONCE,
    CANCEL,
    FREE,
    NUMBER,
    PRINT,
    SNAPSHOT,
    TRADE,
    Row,
    act,
    make_world,
    market,
    same_way,
    session,
)

MODELS: dict[str, type[Fill]] = {
    "old": OldFill, "depth": DepthFill, "probabilistic": ProbabilisticFill, "queue": QueueFill,
}  # fmt: skip
EVIDENT = ["depth", "queue"]
DOLLAR = MONEY_ONE
BOOK: list[Row] = [(0, SNAPSHOT, BID, 48, 50), (0, SNAPSHOT, ASK, 50, 30)]
# Something is said every second, so that every row may act, far from the touch.
NEWS: list[Row] = [(s + 0.5, ADD, BID, 2, 1) for s in range(59)]


def tape(*rows: Row, **more: object) -> list[Row]:
    """The book, a word every second, and more rows, by time."""
    return sorted([*BOOK, *NEWS, *rows], key=lambda row: row[0])


def started(
    rows: list[Row],
    fill: Fill | None = None,
    placement: Placement = Placement.join,
    *,
    settlement: int = PRICE_ONE,
    **rules: object,
) -> World:
    """A world of one hand-made market, two seconds in, so that the row has news."""
    world = make_world(session(market(rows, settlement=settlement)), fill, placement, **rules)
    world.reset()
    act(world)
    return world


def fact(world: World, name: str, row: int = 0) -> float:
    """A fact of the last step."""
    return float(world.out.facts[row, FACTS.index(name)])


def order(world: World, side: int, row: int = 0) -> np.void:
    """The one live order of a side."""
    orders = world.rows[row]["orders"]
    live = orders[(orders["state"] != EMPTY) & (orders["side"] == side)]
    assert len(live) == 1
    return live[0]


# The fill model runs, and its effect reaches the account.


def test_a_100_lot_against_30_offered_leaves_70() -> None:
    world = started(tape(), placement=Placement.cross)
    act(world, "BUY_YES 100")
    row = world.rows[0]
    assert row["position"] == 3_000
    rest = order(world, BID)
    assert (rest["state"], rest["size"], rest["rested"]) == (RESTING, 7_000, 7_000)
    assert (fact(world, "aggressive"), fact(world, "passive")) == (30.0, 0.0)
    assert (fact(world, "aggressive_placed"), fact(world, "passive_placed")) == (100.0, 70.0)
    assert world.episodes["cash"][0] == 1000 * DOLLAR - 30 * DOLLAR // 2


def test_only_the_old_model_fills_what_was_never_offered() -> None:
    positions = {}
    for name in ("old", "depth", "queue"):
        world = started(tape(), MODELS[name](fees=FREE, latency=AT_ONCE), Placement.cross)
        act(world, "BUY_YES 100")
        positions[name] = int(world.rows["position"][0])
        assert (world.counters["violations"][0] > 0) == (name == "old")
    assert positions["old"] == 10_000
    assert positions["depth"] == positions["queue"] == 3_000


def test_every_model_is_really_called_and_they_differ() -> None:
    paths = {}
    for name, model in MODELS.items():
        sessions = [random_session(31, i, 90, 8.0) for i in range(3)]
        world = make_world(sessions, model(), Placement.improve, environments=3, seed=1)
        world.reset()
        path = []
        for step in range(88):
            world.step(draw_legal(world.out.mask, 1, step))
            path.append(world.episodes["equity"].tolist())
        counters = {n: int(world.counters[n].sum()) for n in world.counters.dtype.names}
        assert counters["take_calls"] > 50 and counters["rest_calls"] > 50, counters
        assert counters["fills_passive"] > 0, counters
        assert (counters["checks"] > 0) == (name == "probabilistic")
        assert (counters["violations"] > 0) == (name in ("old", "probabilistic")), counters
        assert counters["overflow"] == 0
        paths[name] = path
    assert len({str(path) for path in paths.values()}) == len(MODELS)


def test_a_partial_fill_at_rest_reaches_position_cash_and_facts() -> None:
    world = started(tape((2.5, TRADE, BID, 48, -50), (3.5, PRINT, BID, 48, 4)))
    act(world, "BUY_YES 10")  # decided at 1 s behind the 50 that trade at 2.5 s
    assert world.rows["position"][0] == 0 and order(world, BID)["ahead"] == 5_000
    act(world)
    assert world.rows["position"][0] == 0 and order(world, BID)["ahead"] == 0
    act(world)
    assert world.rows["position"][0] == 400 and order(world, BID)["size"] == 600
    assert world.episodes["cash"][0] == 1000 * DOLLAR - 4 * 48 * DOLLAR // 100
    assert (fact(world, "passive"), fact(world, "position")) == (4.0, 4.0)


def test_a_snapshot_sent_again_does_not_improve_the_queue() -> None:
    rows = tape(
        (2.5, SNAPSHOT, BID, 48, -20), (2.6, SNAPSHOT, BID, 48, 20), (3.5, TRADE, BID, 48, -5)
    )
    world = started(rows)
    act(world, "BUY_YES 50")
    act(world)
    act(world)
    assert order(world, BID)["ahead"] == 4_500
    assert world.rows["position"][0] == 0


@pytest.mark.parametrize("model", EVIDENT)
def test_the_same_liquidity_is_not_sold_twice(model: str) -> None:
    world = started(tape(), MODELS[model](fees=FREE, latency=AT_ONCE), Placement.cross)
    taken = 0.0
    for _ in range(4):
        act(world, "BUY_YES 25")
        taken += fact(world, "aggressive") + fact(world, "passive")
    assert taken == 30.0
    assert world.rows["position"][0] == 3_000


@pytest.mark.parametrize("model", EVIDENT)
def test_nor_under_two_names(model: str) -> None:
    """BUY_YES and SELL_NO take the same asks."""
    world = started(tape(), MODELS[model](fees=FREE, latency=AT_ONCE), Placement.cross)
    act(world, "BUY_NO 25")
    assert world.rows["position"][0] == -2_500
    act(world, "SELL_NO 25")
    assert world.rows["position"][0] == 0
    act(world, "BUY_YES 25")
    assert world.rows["position"][0] == 500


def test_improvement_on_the_limit_comes_back() -> None:
    world = started(
        tape((0, SNAPSHOT, ASK, 51, 100), (0, SNAPSHOT, ASK, 53, 100)), placement=Placement.cross
    )
    act(world, "BUY_YES 50")  # limit 54: 30 at 50 cents and 20 at 51
    assert world.rows["position"][0] == 5_000
    paid = 30 * 50 + 20 * 51
    assert world.episodes["cash"][0] == 1000 * DOLLAR - paid * DOLLAR // 100
    assert world.rows["reserved"][0] == 0


# Nothing is sold that is not held, and money is money.


@pytest.mark.parametrize("model", MODELS)
def test_selling_without_a_position_is_impossible(model: str) -> None:
    wide = [(0, SNAPSHOT, BID, 10, 500), (0, SNAPSHOT, ASK, 90, 500), *NEWS]
    world = started(wide, MODELS[model](), Placement.cross)
    sales = [name for name in NUMBER if name.startswith("SELL")]
    for step in range(57):
        assert not world.out.mask[0, [NUMBER[name] for name in sales]].any()
        act(world, sales[step % len(sales)])
    assert world.episodes["refused"][0] == 57
    assert world.episodes["cash"][0] == world.episodes["equity"][0] == 1000 * DOLLAR
    assert not world.rows["orders"]["state"].any()


@pytest.mark.parametrize("model", EVIDENT)
def test_two_sales_of_the_same_holding_close_it_once(model: str) -> None:
    """One is being called back, the other is new, and a sweep meets both."""
    slow = same_way(LatencyShape.constant, 1_500.0)
    rows = tape(
        (4.2, CANCEL, ASK, 50, -30),
        (4.2, ADD, ASK, 52, 5),
        (6.6, ADD, BID, 51, 90),
        (6.8, ADD, BID, 60, 90),
    )
    world = started(rows, MODELS[model](fees=FREE, latency=slow))
    world.rows["position"], world.rows["cost"] = 1_000, 1_000 * 5_000
    act(world, "HOLD")
    act(world, "SELL_YES 10")  # decided at 2 s at 50 cents
    act(world)
    act(world)
    act(world, "SELL_YES 10")  # decided at 5 s at 52 cents; the first is called back until 6.5 s
    assert (world.rows["orders"]["state"][0] != EMPTY).sum() == 2
    for _ in range(4):
        act(world)
        assert world.rows["position"][0] >= 0
    assert world.rows["position"][0] == 0
    assert (
        world.counters["contracts_passive"][0] + world.counters["contracts_aggressive"][0] == 1_000
    )


def test_a_clipped_sale_is_placed_as_the_size_it_is() -> None:
    """Under 20 contracts `cross` asks for the opposite touch, whatever the action's own size."""
    deep = [(0, SNAPSHOT, BID, 47, 50), (0, SNAPSHOT, BID, 45, 50), (1.5, CANCEL, BID, 48, -44)]
    world = started(tape(*deep), placement=Placement.cross)
    act(world, "BUY_YES 10")
    act(world, "BUY_YES 5")
    assert world.rows["position"][0] == 1_500
    act(world, "SELL_YES 25")
    assert world.rows["position"][0] == 900
    rest = order(world, ASK)
    assert world.pack.prices[rest["level"]] == 4_800 and rest["size"] == 900


def test_fees_reach_the_cash() -> None:
    world = started(tape(), QueueFill(latency=AT_ONCE), Placement.cross)
    act(world, "BUY_YES 25")
    fee = 440_000  # 0.07 x 25 x 0.5 x 0.5 = 0.4375, and the balance moves by whole cents
    assert world.episodes["cash"][0] == 1000 * DOLLAR - 12_500_000 - fee
    assert world.rows["fees"][0] == fee
    assert fact(world, "fees") == pytest.approx(fee / DOLLAR)
    assert fact(world, "pnl") == pytest.approx(-0.02 * 25 - fee / DOLLAR)


def test_no_is_bought_at_the_complement_of_the_bid() -> None:
    world = started(tape(), placement=Placement.cross, settlement=0)
    act(world, "BUY_NO 10")
    assert world.rows["position"][0] == -1_000
    assert world.episodes["cash"][0] == 1000 * DOLLAR - 10 * 52 * DOLLAR // 100
    while not world.episodes["done"][0]:
        act(world)
    assert world.episodes["cash"][0] == 1000 * DOLLAR + 10 * 48 * DOLLAR // 100


@pytest.mark.parametrize("model", MODELS)
def test_a_small_account_never_owes(model: str) -> None:
    sessions = [random_session(41, i, 60, 10.0, markets=2, rough=True) for i in range(4)]
    world = make_world(sessions, MODELS[model](), Placement.cross, environments=4, cash=30.0)
    world.reset()
    least = 30 * DOLLAR
    for step in range(58):
        world.step(draw_legal(world.out.mask, 3, step))
        reserved = world.rows["reserved"].reshape(4, 2).sum(1)
        assert (world.episodes["cash"] >= reserved).all()
        least = min(least, int((world.episodes["cash"] - reserved).min()))
    assert least < 3 * DOLLAR, "it never came near its end: the test would prove nothing"


def test_rounding_that_eats_the_reservation_cancels_the_youngest_order() -> None:
    trades = [(3.1 + k / 100, PRINT, BID, 49, 0.05) for k in range(30)]
    rows = [(0, SNAPSHOT, BID, 49, 1e-2), (0, SNAPSHOT, ASK, 60, 50), *NEWS,
            (2.9, CANCEL, BID, 49, -1e-2), (2.95, ADD, BID, 47, 5), *trades]  # fmt: skip
    world = make_world(session(market(sorted(rows, key=lambda row: row[0]))))
    # 5 bid at 49 cents and 5 offered at 60, that is 5 NO at 40, with a cent a contract and one more
    world.rules["cash"] = 5 * 490_000 + 5 * 400_000 + 2 * 6 * 10_001
    world.reset()
    act(world)
    act(world, "BUY_YES 5")
    act(world, "BUY_NO 5")
    assert world.episodes["cash"][0] == world.rows["reserved"][0]
    assert (world.rows["orders"]["state"][0] != EMPTY).sum() == 2
    act(world)
    assert world.rows["position"][0] == 150
    assert order(world, BID)["size"] == 350  # the older one stays
    assert 0 <= world.rows["reserved"][0] <= world.episodes["cash"][0]


# Endings.


@pytest.mark.parametrize(("settlement", "worth"), [(0, 0), (PRICE_ONE, 30), (2_500, 7.5)])
def test_a_position_is_settled_at_the_end(settlement: int, worth: float) -> None:
    empty = [(40, CANCEL, BID, 48, -50), (40.0, CANCEL, ASK, 50, -30)]
    gone = [row for row in tape(*empty) if row[0] <= 40]
    gone += [(40.0, CANCEL, BID, 2, -sum(1 for row in NEWS if row[0] <= 40))]
    world = started(gone, placement=Placement.cross, settlement=settlement)
    act(world, "BUY_YES 100")
    while not world.episodes["done"][0]:
        value = int(world.episodes["equity"][0] - world.episodes["cash"][0])
        assert value == 3_000 * 4_800, "a missing price is no price of zero"
        act(world)
    assert world.out.terminated.all() and not world.out.truncated.any()
    assert world.rows["position"][0] == 0 and world.rows["settled"][0] == 1
    assert world.episodes["equity"][0] == world.episodes["cash"][0]
    assert world.episodes["cash"][0] == round((1000 - 15 + worth) * DOLLAR)
    assert world.out.observation[0].any(), "the last observation is not blank"


def test_the_horizon_truncates_and_marks_to_the_exit_side() -> None:
    world = make_world(session(market(tape())), placement=Placement.cross, horizon=5,
                       whole_sessions=False, random_start=False)  # fmt: skip
    world.reset()
    act(world)
    act(world, "BUY_YES 25")
    for _ in range(3):
        assert not (world.out.truncated.any() or world.out.terminated.any())
        act(world)
    assert world.out.truncated.all() and not world.out.terminated.any()
    assert world.rows["position"][0] == 2_500
    assert world.episodes["equity"][0] == 1000 * DOLLAR - 25 * 2 * DOLLAR // 100
    assert world.out.mask[0].sum() == 1 and world.out.weight[0] == 0


def test_an_unknown_settlement_truncates_with_the_last_marks() -> None:
    world = started(tape(), placement=Placement.cross, settlement=-1)
    act(world, "BUY_YES 25")
    while not world.episodes["done"][0]:
        act(world)
    assert world.out.truncated.all() and not world.out.terminated.any()
    assert world.rows["position"][0] == 2_500
    assert world.episodes["equity"][0] == 1000 * DOLLAR - 25 * 2 * DOLLAR // 100
    assert not world.rows["orders"]["state"].any()


def test_a_market_that_closes_before_its_sibling_settles_then() -> None:
    early = market([row for row in tape() if row[0] < 20], close=20.0)
    world = make_world(session(early, market(tape())), placement=Placement.cross)
    world.reset()
    act(world)
    act(world, "BUY_YES 100")  # 30 fill and 70 rest
    while world.episodes["tick"][0] < 20:
        assert world.rows["settled"][0] == 0
        act(world)
    assert world.rows["settled"].tolist() == [1, 0]
    assert world.rows["position"][0] == 0 and not world.rows["orders"]["state"][0].any()
    assert world.episodes["cash"][0] == 1000 * DOLLAR + 15 * DOLLAR
    assert world.out.mask[0].sum() == 1, "a closed market masks"
    assert world.out.mask[1].sum() > 1
    act(world, "BUY_YES 5", "BUY_YES 5")
    assert world.episodes["refused"][0] == 1
    assert world.rows["position"].tolist() == [0, 500]


def test_a_finished_episode_stays_as_it_ended_until_reset() -> None:
    world = started(tape(), placement=Placement.cross)
    act(world, "BUY_YES 25")
    while not world.episodes["done"][0]:
        act(world)
    state = (world.episodes, world.rows, world.counters, world.out.observation, world.out.mask)
    kept = [array.tobytes() for array in state]
    act(world, "BUY_YES 25")
    assert kept == [array.tobytes() for array in state]
    assert not world.out.facts.any() and not world.out.terminated.any()


# Luck.


def test_fill_models_meet_the_same_latency() -> None:
    """The touch goes up and down, so that each purchase is a new order."""
    moves = [(s + 0.2, (CANCEL, ADD)[s % 2], BID, 48, (-50, 50)[s % 2]) for s in range(59)]
    travels: dict[str, dict[int, int]] = {}
    for name, model in MODELS.items():
        world = started(tape((0, SNAPSHOT, BID, 47, 50), *moves), model(latency=Latency()))
        seen = travels[name] = {}
        for _ in range(40):
            act(world, "BUY_YES 5")
            orders = world.rows["orders"][0]
            mine = orders[orders["serial"] > 0]
            seen |= dict(
                zip(mine["sent"].tolist(), (mine["arrive"] - mine["sent"]).tolist(), strict=True)
            )
    shared = set.intersection(*(set(seen) for seen in travels.values()))
    assert len(shared) >= 20
    for ts in shared:
        assert len({seen[ts] for seen in travels.values()}) == 1
    drawn = {travels["queue"][ts] for ts in shared}
    assert len(drawn) == len(shared) and all(10 * MILLISECOND < t < SECOND for t in drawn)


def test_orders_without_latency_are_counted_as_placed() -> None:
    instant = same_way(LatencyShape.constant, 0.0)
    world = started(tape(), QueueFill(fees=FREE, latency=instant), Placement.cross)
    act(world, "BUY_YES 100")
    assert (fact(world, "aggressive_placed"), fact(world, "passive_placed")) == (100.0, 70.0)
    act(world)
    assert (fact(world, "aggressive_placed"), fact(world, "passive_placed")) == (0.0, 0.0)


def test_no_simulation_reads_a_clock_or_a_global_generator() -> None:
    root = Path(kalshi_exp.__file__).parent
    forbidden = {"time", "datetime", "random", "secrets", "uuid"}
    for room in ("market", "fills", "features", "env"):
        for path in (root / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                if isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                if isinstance(node, ast.Attribute) and node.attr == "random":
                    names = ["random"]
                assert not forbidden & {name.split(".")[0] for name in names}, path
