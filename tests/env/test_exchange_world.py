"""The exchange world keeps the rules of the house, and its ledger is the engine's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.detector import RuleDetector
from kalshi_exp.config.fill import Fees, Fill, LatencyShape, MakerFees, QueueFill
from kalshi_exp.config.reward import DrawdownReward, PortfolioReward, PredictabilityReward
from kalshi_exp.config.scenario import Anchors, Cascades, Groups, Scenario, ScriptEvent, ScriptKind
from kalshi_exp.config.world import Decision
from kalshi_exp.config.world import ExchangeWorld as Config
from kalshi_exp.env import ExchangeWorld, MarketEnv, TapeWorld, World, make_reward
from kalshi_exp.env.conformance import EnvironmentConformance, draw_legal
from kalshi_exp.env.exchange_orders import AGENT
from kalshi_exp.exchange import simulate_session
from kalshi_exp.exchange.batch import grown, new_batch, one_of
from kalshi_exp.features.table import FEATURES as TABLE
from kalshi_exp.features.table import MARKET_FEATURES, group_columns
from kalshi_exp.features.track import build_tracks
from kalshi_exp.market.orders import EMPTY, RESTING
from kalshi_exp.market.units import PRICE_ONE
from kalshi_exp.patterns.detect import build_patterns
from kalshi_exp.tape.pack import pack_sessions
from kalshi_exp.tape.session import Kind
from tests.env.worlds import FEATURES, same_way

SHORT = replace(Scenario(), duration_s=60.0)
THREE = replace(
    Scenario(),
    duration_s=60.0,
    markets=3,
    groups=Groups(strength=1.0, exclusive=3, fewest=3, correlated=0),
    anchors=Anchors(strength=1.0),
    cascades=Cascades(strength=1.0),
)
HALTED = replace(THREE, script=[ScriptEvent(at_s=35.0, kind=ScriptKind.halt, lasts_s=9.0)])
# What simulated books of a minute may leave as it was.
STILL = {"one_sided", "anchor_refill", "liquidity_drop", "bid_gap", "since_cascade"}
ALONE = (
    STILL | {"since_cascade", "bid_gap"} | {f.name for f in TABLE[group_columns("cross_market")]}
)
DEAR = Fees(maker=MakerFees.quadratic_with_maker_fees)


def make_world(
    scenario: Scenario = SHORT,
    fill: Fill | None = None,
    placement: Placement = Placement.join,
    *,
    numbers: tuple[int, ...] = (5, 6, 7),
    environments: int = 3,
    seed: int = 1,
    whole_sessions: bool = True,
    every: float = 1.0,
    record_tapes: bool = True,
    **rules: Any,
) -> ExchangeWorld:
    return ExchangeWorld(
        scenario,
        3,
        numbers,
        Config(decision=Decision(every=every), **{"horizon": 20, **rules}),
        fill or QueueFill(),
        placement,
        FEATURES,
        environments=environments,
        seed=seed,
        whole_sessions=whole_sessions,
        record_fills=True,
        record_tapes=record_tapes,
    )


class TestExchangeWorld(EnvironmentConformance):
    """One market and several; what the tape world promises holds here."""

    steps = 50

    @pytest.fixture(autouse=True, params=[SHORT, THREE], ids=["one market", "three"])
    def _scenario(self, request: pytest.FixtureRequest) -> None:
        self.scenario = request.param

    def make_world(self, environments: int, seed: int, *, whole_sessions: bool) -> World:
        return make_world(
            self.scenario, environments=environments, seed=seed, whole_sessions=whole_sessions,
            cash=500.0, record_tapes=False,
        )  # fmt: skip

    def make_env(self, world: World) -> MarketEnv:
        terms = {
            "portfolio": PortfolioReward(),
            "drawdown": DrawdownReward(),
            "predictability": PredictabilityReward(),
        }
        return MarketEnv(world, make_reward(terms, world.n))


@pytest.mark.parametrize("whole", [True, False], ids=["judging", "training"])
@pytest.mark.parametrize(
    ("scenario", "every"), [(SHORT, 1.0), (THREE, 1.0), (HALTED, 0.25)],
    ids=["one market", "three", "three halted"],
)  # fmt: skip
@pytest.mark.parametrize("placement", Placement, ids=lambda p: p.value)
def test_who_only_holds_sees_what_the_tape_world_shows(
    placement: Placement, scenario: Scenario, every: float, whole: bool
) -> None:
    """Observation, masks, limits, clock and draws' keys are the tape world's, to the bit."""
    numbers = (5, 6, 7)
    sessions = [simulate_session(scenario, 3, number) for number in numbers]
    pack = pack_sessions(sessions)
    config = Config(horizon=20, decision=Decision(every=every))
    tracks = build_tracks(pack, sessions, config.decision, FEATURES)
    told = build_patterns(pack, sessions, tracks, RuleDetector(), FEATURES)
    ours = make_world(scenario, placement=placement, whole_sessions=whole, every=every)
    tape = TapeWorld(
        pack, tracks._replace(patterns=told), config, QueueFill(), placement, FEATURES,
        environments=3, seed=1, whole_sessions=whole,
    )  # fmt: skip
    seen, expected, legal = ours.reset(), tape.reset(), 0
    moved = np.zeros(len(TABLE), np.bool_)
    first = seen.observation[0, : len(TABLE)].copy()  # other rows are other sessions' or markets'
    while not ours.episodes["done"].all():
        for column, feature in enumerate(TABLE):
            told = seen.observation[:, column] == expected.observation[:, column]
            assert told.all(), feature.name
        for name in seen._fields:
            assert np.array_equal(getattr(seen, name), getattr(expected, name)), name
        moved |= (seen.observation[:, : len(TABLE)] != first).any(axis=0)
        assert ours.episodes.tobytes() == tape.episodes.tobytes()
        legal += int(seen.mask.sum() - len(seen.mask))
        hold = np.zeros(ours.n, np.int64)
        seen, expected = ours.step(hold), tape.step(hold)
    assert (seen.observation == expected.observation).all()
    assert (seen.terminated == expected.terminated).all()
    assert tape.episodes["done"].all() and legal > 100
    if whole:
        still = {
            f.name for f, moves in zip(TABLE[:MARKET_FEATURES], moved, strict=False) if not moves
        }
        assert not still - (ALONE if scenario.markets == 1 else STILL)


def check_accounts(world: ExchangeWorld) -> None:
    """Position, money, fees and orders: the engine says the same of us as our own ledger."""
    for number, row in enumerate(world.rows):
        environment, place = divmod(number, world.slots)
        engine = one_of(world.exchanges, environment).engine
        market = world.floor.markets[environment, place]
        account, position = engine.accounts[market, AGENT], int(row["position"])
        assert account["position"] == position
        assert account["fees"] == row["fees"]
        # A NO that we hold is paid with its price; the engine's seller of YES owes the dollar.
        owed = max(-position, 0) * PRICE_ONE
        assert account["cash"] == row["flow"] + owed
        pool = engine.orders
        ours = (pool["size"] > 0) & (pool["owner"] == AGENT) & (pool["market"] == market)
        resting = row["orders"]["state"] == RESTING
        if not row["settled"]:
            assert sorted(pool["size"][ours]) == sorted(row["orders"]["size"][resting])


@pytest.mark.parametrize(
    ("placement", "scenario", "every", "latency"),
    [
        (Placement.join, SHORT, 1.0, 60.0),
        (Placement.join, THREE, 0.25, 800.0),  # orders overtake one another
        (Placement.improve, SHORT, 0.25, 400.0),
        (Placement.cross, THREE, 1.0, 60.0),
    ],
)
def test_the_ledger_is_the_engine_s_account(
    placement: Placement, scenario: Scenario, every: float, latency: float
) -> None:
    fill = QueueFill(fees=DEAR, latency=same_way(LatencyShape.lognormal, latency, 1.0))
    world = make_world(scenario, fill, placement, every=every, position_limit=120)
    out, step, fills, rows = world.reset(), 0, [], []
    while not world.episodes["done"].all():
        out = world.step(draw_legal(out.mask, 2, step))
        step += 1
        check_accounts(world)
        log = world.fills()
        fills.append(log.fills.copy())
        rows.append(log.rows.copy())
    fill_log, row_log = np.concatenate(fills), np.concatenate(rows)
    assert len(fill_log) > 10
    assert not world.counters["overflow"].any()
    for environment in range(world.environments):
        engine = one_of(world.exchanges, environment).engine
        log = engine.log[: engine.counts[0]["logged"]]
        ours = log[(log["kind"] == Kind.FILL) & ((log["owner"] == AGENT) | (log["taker"] == AGENT))]
        mine = fill_log[row_log // world.slots == environment]
        assert len(ours) == len(mine)
        for name in ("ts", "level"):
            assert (ours[name] == mine[name]).all()
        assert (-ours["size"] == mine["size"]).all()
        assert ((ours["owner"] == AGENT) == (mine["passive"] == 1)).all()
        accounts = engine.accounts
        assert accounts["cash"].sum() + accounts["fees"].sum() == 0
        assert not accounts["position"].any()
        assert world.episodes["equity"][environment] == world.episodes["cash"][environment]


def test_growing_in_mid_episode_changes_nothing() -> None:
    roomy, tight = make_world(THREE), make_world(THREE)
    roomy.reset()
    small = tight._blank.engine
    log = np.zeros(150, small.log.dtype)
    tight._blank = tight._blank._replace(engine=small._replace(log=log))
    tight.exchanges = new_batch(tight._blank, 3)
    tight.reset()
    grew = 0
    for step in range(40):
        before = tight.exchanges.engine.log.shape[1]
        actions = draw_legal(roomy.out.mask, 4, step)
        roomy.step(actions)
        tight.step(actions)
        grew += tight.exchanges.engine.log.shape[1] > before
        assert roomy.rows.tobytes() == tight.rows.tobytes()
        assert (roomy.out.observation == tight.out.observation).all()
        assert roomy.fills().fills.tobytes() == tight.fills().fills.tobytes()
    assert grew > 1


def test_a_grown_batch_holds_what_it_held() -> None:
    world = make_world(record_tapes=False)
    world.reset()
    for step in range(10):
        world.step(draw_legal(world.out.mask, 1, step))
    counts = world.exchanges.engine.counts
    live = counts["live"].copy()
    pool = world.exchanges.engine.orders.shape[1]
    counts["live"][0] = pool  # as if there were no free record
    larger, blank = grown(world.exchanges, world._blank, np.int64(0))
    counts["live"][:] = larger.engine.counts["live"][:] = live
    assert larger.engine.orders.shape[1] == blank.engine.orders.size > pool
    assert larger.engine.log is world.exchanges.engine.log
    for environment in range(3):
        engine = one_of(larger, environment).engine
        free, slot = set(), int(engine.counts[0]["free"])
        while slot >= 0:
            free.add(slot)
            slot = int(engine.orders[slot]["behind"])
        assert len(free) + int(live[environment, 0]) == engine.orders.size


def test_a_snapshot_is_put_back_into_a_world_that_has_grown_or_has_not() -> None:
    world, other = make_world(THREE), make_world(THREE)
    world.reset()
    for step in range(15):
        world.step(draw_legal(world.out.mask, 6, step))
    kept = world.snapshot()
    other.restore(kept)  # another process that goes on
    for step in range(15, 40):
        actions = draw_legal(world.out.mask, 6, step)
        world.step(actions)
        other.step(actions)
        assert world.rows.tobytes() == other.rows.tobytes()
        assert (world.out.observation == other.out.observation).all()
    end = world.tape(0)
    world.restore(kept)
    for step in range(15, 40):
        world.step(draw_legal(world.out.mask, 6, step))
    assert world.rows.tobytes() == other.rows.tobytes()
    for one, again in zip(end.markets, world.tape(0).markets, strict=True):
        assert one.messages.tobytes() == again.messages.tobytes()


def test_what_the_exchange_would_not_take_is_counted() -> None:
    """A crossed own order, and one that comes while trading is halted."""
    world = make_world(placement=Placement.improve)
    out = world.reset()
    for step in range(20):
        world.exchanges.engine.open[1] = False
        out = world.step(draw_legal(out.mask, 2, step))
    halted = world.rows[1]
    assert world.episodes["refused"][1] > 0
    assert (halted["orders"]["state"] != RESTING).all() and halted["position"] == 0
    assert (world.rows["orders"]["state"] != EMPTY).any()


def test_exit_marks_are_the_others_touch_and_the_truth_is_drawn_beforehand() -> None:
    """A flat session shows the tape's marks; it settles where the recorded one did."""
    world = make_world(THREE, numbers=(5,), environments=2)
    world.reset(sessions=[0, -1])
    session = simulate_session(THREE, 3, 5)
    pack = pack_sessions([session])
    tracks = build_tracks(pack, [session], Decision(every=1.0), FEATURES)
    while world.episodes["done"][0] == 0:
        bid, ask = world.exit_marks()
        at = tracks.row[:3] + world.episodes["tick"][0]
        assert bid[:3].tolist() == tracks.mark_bid[at].tolist()
        assert ask[:3].tolist() == tracks.mark_ask[at].tolist()
        assert (bid[3:] == 0).all() and (ask[3:] == PRICE_ONE).all()
        world.step(np.zeros(world.n, np.int64))
    markets = world.floor.markets[0]
    drawn = world.exchanges.settlement[0][markets]
    assert drawn.tolist() == [market.settlement for market in session.markets]


def test_a_session_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="60 decisions, too few for an episode of 300"):
        make_world(whole_sessions=False, horizon=300)
    with pytest.raises(ValueError, match="the split is empty"):
        make_world(numbers=())
