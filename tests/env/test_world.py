"""The batched world against the slow reference, and what a caller may ask of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
import torch

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.fill import (
    Delay,
    DepthFill,
    Fees,
    Fill,
    Impact,
    Latency,
    LatencyShape,
    MakerFees,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    QueuePosition,
    Rounding,
)
from kalshi_exp.config.reward import DrawdownReward, PortfolioReward
from kalshi_exp.config.world import Clock, Decision, TapeWorld
from kalshi_exp.env import (
    ACTIONS,
    FACTS,
    HOLD,
    N_ACTIONS,
    MarketEnv,
    make_reward,
)
from kalshi_exp.env import TapeWorld as World
from kalshi_exp.env.conformance import draw_legal
from kalshi_exp.features import FEATURES, GROUPS, group_columns
from kalshi_exp.market.orders import (
    CALL_BACK,
    EMPTY,
    INTENT,
    NOTHING,
    ORDER,
    PLACE,
    Direction,
)
from kalshi_exp.market.units import ASK, BID, NEVER, PRICE_ONE, SECOND
from kalshi_exp.tape.session import MESSAGE, Kind, Session
from tests.env.reference import ReferenceWorld
from tests.env.tapes import random_session
from tests.env.worlds import act, make_world, market, session
from tests.fills.reference import ACTIVITY

MODELS: dict[str, Fill] = {
    "old": OldFill(),
    "depth": DepthFill(),
    "probabilistic": ProbabilisticFill(activity_s=ACTIVITY / SECOND),
    "pessimistic": QueueFill(position=QueuePosition.pessimistic),
    "pro_rata": QueueFill(position=QueuePosition.pro_rata),
    "optimistic": QueueFill(position=QueuePosition.optimistic),
}
IMPACT = Impact(small=1.2, medium=2.0, large=4.0, half_life_s=6.0, widen_cents=1.5, widen_s=9.0)
SLOW = Latency(
    Delay(LatencyShape.uniform, 300.0, 0.5), Delay(median_ms=200.0),
    Delay(LatencyShape.uniform, 900.0, 1.0),
)  # fmt: skip
VARIANTS: dict[str, Fill] = {
    "power": QueueFill(position=QueuePosition.power),
    "log": QueueFill(position=QueuePosition.log, latency=SLOW),
    "picked off": QueueFill(pick_off_s=1.5),
    "drawn": QueueFill(drawn=True, pick_off_s=1.5),
    "recovering": QueueFill(recovery_s=5.0),
    "impact": QueueFill(impact=IMPACT, latency=SLOW),
    "old, impact": OldFill(impact=IMPACT),
    "depth, impact": DepthFill(impact=IMPACT),
    "probabilistic, impact": ProbabilisticFill(activity_s=ACTIVITY / SECOND, impact=IMPACT),
    "all of it": QueueFill(
        latency=SLOW, impact=IMPACT, position=QueuePosition.power, pick_off_s=2.0, recovery_s=5.0
    ),
}  # fmt: skip
SESSIONS = {
    markets: [random_session(21, i, 30, 16.0, markets, rough=True) for i in range(3)]
    for markets in (1, 3)
}
BOTH = {"cash": 60.0, "position_limit": 120, "order_ttl": 9.0}  # small enough to be felt
ROW = {
    "position": "position", "flow": "flow", "cost": "cost", "realized": "realized",
    "fees": "paid_fees", "reserved": "reserved", "pnl": "pnl", "last_fill": "last_fill",
    "opened": "opened", "serial": "serial", "settled": "settled",
}  # fmt: skip
EPISODE = ("cash", "initial", "equity", "peak", "drawdown", "turnover", "refused", "tick", "stop",
           "count", "luck")  # fmt: skip


def compare(world: World, number: int, reference: ReferenceWorld) -> None:
    """Everything the world says of one environment, against the reference, exactly."""
    first = number * world.slots
    episode = world.episodes[number]
    assert {n: int(episode[n]) for n in EPISODE} == {n: getattr(reference, n) for n in EPISODE}
    assert bool(episode["done"]) == reference.done
    for ordinal, expected in enumerate(reference.markets):
        row, slot = world.rows[first + ordinal], first + ordinal
        assert {n: int(row[n]) for n in ROW} == {n: getattr(expected, a) for n, a in ROW.items()}
        for order, own in zip(row["orders"], expected.fills.orders, strict=True):
            assert int(order["state"]) == own.state
            if own.state != EMPTY:
                assert {f: int(order[f]) for f in ORDER.names} == {
                    f: getattr(own, f) for f in ORDER.names
                }
        assert world.out.mask[slot].tolist() == reference.masks[ordinal]
        assert world.out.weight[slot] == reference.news[ordinal]
        levels = reference.levels[ordinal]
        assert world.out.levels[slot].tolist() == [
            [levels.get((side, size), -1) for size in (500, 10_000)] for side in (BID, ASK)
        ]
    for slot in range(first + len(reference.markets), first + world.slots):
        assert world.out.mask[slot].tolist() == [True] + [False] * (N_ACTIONS - 1)
        assert world.rows[slot]["market"] == -1
        assert not world.out.weight[slot] and not world.out.observation[slot].any()


def compare_step(world: World, number: int, reference: ReferenceWorld) -> None:
    """What the last step reported of one environment: facts, fills, ends, counters."""
    rows = slice(number * world.slots, (number + 1) * world.slots)
    for slot, facts in zip(world.out.facts[rows], reference.facts, strict=False):
        assert dict(zip(FACTS, slot.tolist(), strict=True)) == facts
    assert not world.out.facts[rows][len(reference.facts) :].any()
    assert (world.out.terminated[rows] == reference.terminated).all()
    assert (world.out.truncated[rows] == reference.truncated).all()
    log = world.fills()
    mine = (log.rows >= rows.start) & (log.rows < rows.stop)
    fills = []
    for row, fill in zip(log.rows[mine], log.fills[mine], strict=True):
        fills.append((int(row) - rows.start, [int(v) for v in fill]))
        fills[-1][1][1] -= int(world.pack.markets[world.rows[row]["market"]]["first"])
    assert fills == [(m, [int(v) for v in fill]) for m, fill in reference.new_fills]
    counters = {n: int(world.counters[number][n]) for n in reference.counters}
    assert counters == reference.counters


def some_actions(rng: np.random.Generator, mask: np.ndarray) -> np.ndarray:
    """Mostly legal actions, some that hold, and some that are anything at all."""
    eager = np.where([action.direction == Direction.SELL for action in ACTIONS], 2.0, 1.0)
    legal = (mask * eager * rng.random(mask.shape)).argmax(1)
    held = np.where(rng.random(len(mask)) < 0.2, HOLD, legal)
    return np.where(rng.random(len(mask)) < 0.15, rng.integers(0, N_ACTIONS, len(mask)), held)


def some_intents(rng: np.random.Generator, world: World) -> np.ndarray:
    """Orders at and about the touch, of any kind and size, some that no exchange would take."""
    intents = np.zeros((world.n, 2), INTENT)
    shape = intents.shape
    intents["asked"] = rng.choice([NOTHING, PLACE, CALL_BACK], shape, p=[0.45, 0.4, 0.15])
    intents["reduce"] = rng.random(shape) < 0.3
    intents["immediate"] = rng.random(shape) < 0.25
    touch = np.where(world.out.levels[:, :, 0] < 0, 50, world.out.levels[:, :, 0])
    anything = rng.choice([-1, 0, 98, 99, 2**31 - 1], shape)
    near = touch + rng.integers(-3, 4, shape)
    intents["level"] = np.where(rng.random(shape) < 0.05, anything, near)
    odd = rng.choice([0, -500, 2**63 - 1, 15_000], shape)
    intents["size"] = np.where(rng.random(shape) < 0.05, odd, rng.integers(1, 6_000, shape))
    return intents


def run_both(
    sessions: list[Session],
    fill: Fill,
    placement: Placement,
    *,
    seed: int,
    steps: int,
    whole: bool,
    decision: Decision | None = None,
    asking: bool = False,
) -> Counter[str]:
    """Drive a batch and one reference an environment through the same actions, or intents.

    Returns:
        How often what may happen did happen.
    """
    clock = decision or Decision(every=1.0)
    config = TapeWorld(decision=clock, horizon=25, **BOTH)
    world = make_world(
        sessions, fill, placement, environments=3, seed=seed, whole_sessions=whole,
        every=clock.every, unit=clock.unit, horizon=25, **BOTH,
    )  # fmt: skip
    references = [
        ReferenceWorld(sessions, config, fill, placement, environment=e, seed=seed, whole=whole)
        for e in range(world.environments)
    ]
    rng, seen = np.random.default_rng(seed), Counter[str]()
    over = np.ones(world.environments, np.bool_)
    for _ in range(steps):
        if over.any():
            numbers = rng.integers(0, len(sessions), world.environments)
            world.reset(over, numbers)
            for number in np.flatnonzero(over):
                references[number].begin(int(numbers[number]))
        for number, reference in enumerate(references):
            compare(world, number, reference)
        wanted = some_intents(rng, world) if asking else some_actions(rng, world.out.mask)
        (world.send if asking else world.step)(wanted)
        for number, reference in enumerate(references):
            mine = wanted[number * world.slots :][: len(reference.markets)]
            refused, illegal = reference.refused, 0
            if asking:
                reference.ask(mine.tolist())
            else:
                illegal = sum(not m[a] for m, a in zip(reference.masks, mine, strict=True))
                reference.step(mine)
            compare(world, number, reference)
            compare_step(world, number, reference)
            seen["cash gone to a sibling"] += reference.refused - refused - illegal
            seen["both sides"] += any(
                {o.side for o in market.fills.orders if o.state != EMPTY} == {BID, ASK}
                for market in reference.markets
            )
            seen["terminated"] += reference.terminated
            seen["truncated"] += reference.truncated
            seen["one-sided or closed"] += any(
                news and sum(mask) == 1
                for news, mask in zip(reference.news, reference.masks, strict=True)
            )
            for place, done in reference.new_fills:
                seen["passive" if done[11] else "aggressive"] += 1
                seen["closing"] += done[12]
                seen["partial"] += any(
                    o.serial == done[2] and o.state != EMPTY
                    for o in reference.markets[place].fills.orders
                    if hasattr(o, "serial")
                )
        over = world.episodes["done"] == 1
    return seen


@pytest.mark.parametrize("markets", SESSIONS)
@pytest.mark.parametrize("placement", Placement, ids=lambda p: p.value)
@pytest.mark.parametrize("model", MODELS)
def test_the_batch_equals_the_slow_reference(
    model: str, placement: Placement, markets: int
) -> None:
    seen = run_both(SESSIONS[markets], MODELS[model], placement, seed=markets, steps=45, whole=True)
    happens = {"terminated", "one-sided or closed"}
    happens |= {"aggressive"} if placement == Placement.cross else {"passive"}
    if markets == 3:
        happens |= {"cash gone to a sibling"}
    if model not in ("old", "depth") or placement == Placement.cross:
        happens |= {"closing"}  # at rest, the touch alone seldom meets both a purchase and a sale
    if model in ("pessimistic", "pro_rata", "optimistic"):
        happens |= {"partial"}
    assert not {name for name in happens if not seen[name]}, seen


@pytest.mark.parametrize("decision", [Decision(every=0.7), Decision(5, Clock.messages)], ids=str)
@pytest.mark.parametrize("model", ["depth", "probabilistic", "pro_rata"])
def test_training_episodes_equal_the_slow_reference(model: str, decision: Decision) -> None:
    unlike = [SESSIONS[3][0], SESSIONS[1][1], SESSIONS[3][2]]
    seen = run_both(
        unlike, MODELS[model], Placement.improve, seed=5, steps=45, whole=False, decision=decision
    )
    assert seen["truncated"] and seen["passive"]


@pytest.mark.parametrize("model", VARIANTS)
def test_every_variant_equals_the_slow_reference(model: str) -> None:
    for placement, markets in ((Placement.improve, 3), (Placement.cross, 1)):
        seen = run_both(
            SESSIONS[markets], VARIANTS[model], placement, seed=7, steps=45, whole=True
        )  # fmt: skip
        assert seen["terminated"] and seen["passive"] and seen["closing"]
    assert seen["aggressive"]


@pytest.mark.parametrize("model", ["old", "depth", "probabilistic", "pro_rata", *VARIANTS])
def test_intents_equal_the_slow_reference(model: str) -> None:
    seen = Counter[str]()
    for whole, markets in ((True, 3), (False, 1)):
        seen += run_both(
            SESSIONS[markets], (MODELS | VARIANTS)[model], Placement.join, seed=8, steps=45,
            whole=whole, asking=True,
        )  # fmt: skip
    happens = {"terminated", "truncated", "passive", "aggressive", "closing", "both sides"}
    assert not {name for name in happens if not seen[name]}, seen


@pytest.mark.parametrize("model", ["depth", "optimistic"])
def test_other_fees_equal_the_slow_reference(model: str) -> None:
    fill = type(MODELS[model])(
        fees=Fees(
            maker=MakerFees.quadratic_with_maker_fees,
            multiplier=1.5,
            rounding=Rounding.cent_ceiling,
        )
    )
    seen = run_both(SESSIONS[3], fill, Placement.improve, seed=9, steps=40, whole=True)
    assert seen["passive"] and seen["closing"]


# No look-ahead.


SEEN = ("observation", "action_mask", "weight")


def forked(one: Session, now: int, seed: int) -> Session:
    """The session as it was up to `now`, another book after it, and another end."""
    rng, markets = np.random.default_rng(seed), []
    for tape in one.markets:
        past = tape.messages[tape.messages["ts"] <= now]
        book = np.zeros((2, tape.ladder.n), np.int64)
        moves = past[past["kind"] < Kind.PRINT]
        np.add.at(book, (moves["side"], moves["level"]), moves["size"])
        rows = [
            (now + 1, -int(book[place]), place[1], place[0], Kind.CANCEL)
            for place in zip(*np.nonzero(book), strict=True)
        ]
        ts, middle = now + 2, int(rng.integers(20, 80))
        while ts < tape.close_ts:
            side, away = int(rng.integers(2)), int(rng.integers(1, 9))
            level = middle - away if side == BID else middle + away
            rows.append((ts, int(rng.integers(1, 5_000)), level, side, Kind.ADD))
            if rng.random() < 0.5:
                rows.append((ts, -rows[-1][1], level, side, Kind.FILL))
            ts += int(rng.integers(1, SECOND))
        future = np.array(rows, MESSAGE)
        markets.append(
            replace(
                tape,
                messages=np.concatenate([past, future]),
                settlement=PRICE_ONE - tape.settlement,
            )
        )
    return replace(one, markets=tuple(markets))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("model", ["old", "depth", "probabilistic", "pro_rata", *VARIANTS])
def test_nothing_that_is_seen_or_earned_depends_on_what_comes_later(model: str, seed: int) -> None:
    one = random_session(51, seed, 50, 8.0, markets=2, rough=True)
    now = int(np.random.default_rng(seed).integers(10 * SECOND, 40 * SECOND))
    stories = []
    for version in (one, forked(one, now, seed)):
        world = make_world(version, (MODELS | VARIANTS)[model], Placement.improve, seed=seed)
        terms = {"portfolio": PortfolioReward(), "drawdown": DrawdownReward()}
        env = MarketEnv(world, make_reward(terms, world.n))
        state, story = env.reset(), []
        while not world.episodes["done"][0]:
            at = int(world.tracks.ts[world.episodes["tick"][0]])
            seen = [
                state[key].numpy().tobytes() for key in ("observation", "action_mask", "weight")
            ]
            state["action"] = torch.from_numpy(draw_legal(world.out.mask, seed, len(story)))
            after = env.step(state)["next"]
            fills = world.fills().fills.copy()
            fills["message"] = 0  # a number in the pack, which a longer tape before it shifts
            told = [after["reward"].numpy().tobytes(), fills.tobytes()]
            until = int(world.tracks.ts[world.episodes["tick"][0]])
            story.append((at, seen, until if not world.episodes["done"][0] else NEVER, told))
            state = after.exclude("reward")
        stories.append(story)
    true, false = stories
    assert len(true) == len(false)
    known = sum(at <= now for at, _, _, _ in true)
    assert 5 < known < len(true) - 5
    assert [s for _, s, _, _ in true[:known]] == [s for _, s, _, _ in false[:known]]
    assert [t for _, _, u, t in true if u <= now] == [t for _, _, u, t in false if u <= now]
    assert true[known + 1][1] != false[known + 1][1], "the future was not another one"


# Any batch, any caller.


@pytest.mark.parametrize("model", ["pro_rata", *VARIANTS])
def test_an_environment_plays_the_same_in_any_batch(model: str) -> None:
    """In training too, where sessions, starts and luck are drawn."""
    stories = []
    for environments in (2, 5):
        world = make_world(
            SESSIONS[1], (MODELS | VARIANTS)[model], Placement.improve, environments=environments,
            seed=3, whole_sessions=False, horizon=10,
        )  # fmt: skip
        world.reset()
        story = []
        for step in range(150):
            world.step(draw_legal(world.out.mask, 4, step))
            story.append([a[:2].tobytes() for a in (world.rows, world.out.observation)])
            world.reset(world.episodes["done"] == 1)
        assert sum(world.counters[f"fills_{how}"][:2].sum() for how in ("passive", "aggressive"))
        stories.append(story)
    assert stories[0] == stories[1]


def test_a_slot_without_a_market_says_nothing() -> None:
    """Also when the slot's last episode had one."""
    world = make_world([SESSIONS[3][0], SESSIONS[1][0]], OldFill(), Placement.cross)
    world.reset(sessions=[0])
    step = 0
    while not world.episodes["done"][0]:
        world.step(draw_legal(world.out.mask, 5, step))
        step += 1
    assert world.out.facts[1:].any()
    world.reset(sessions=[1])
    for _ in range(3):
        world.step(draw_legal(world.out.mask, 5, step))
        assert not world.out.facts[1:].any()
        assert not world.out.observation[1:].any() and not world.out.weight[1:].any()


def test_exit_marks_are_the_tracks() -> None:
    world = make_world(SESSIONS[3], environments=2)
    world.reset(sessions=[1, -1])
    for _ in range(3):
        world.step(np.zeros(world.n, np.int64))
    bid, ask = world.exit_marks()
    at = world.tracks.row[world.rows["market"][:3]] + 3
    assert bid.tolist() == [*world.tracks.mark_bid[at].tolist(), 0, 0, 0]
    assert ask.tolist() == [*world.tracks.mark_ask[at].tolist(), *[PRICE_ONE] * 3]


def test_a_world_switches_feature_groups_off_and_on() -> None:
    world = make_world(SESSIONS[1], environments=1)
    whole = world.reset(sessions=[0]).observation.copy()
    world.switch({"book"})
    narrow = world.reset(sessions=[0]).observation.copy()
    book = group_columns("book")
    assert (narrow[:, book] == whole[:, book]).all() and whole[:, book].any()
    rest = np.ones(len(FEATURES), np.bool_)
    rest[book] = False
    assert not narrow[:, : len(FEATURES)][:, rest].any()
    assert narrow[0, len(FEATURES) :].tolist() == [float(group == "book") for group in GROUPS]
    world.switch(GROUPS)
    again = world.reset(sessions=[0]).observation
    assert (again == whole).all()


def test_actions_of_another_dtype_or_layout_are_taken() -> None:
    stories = []
    for change in (lambda a: a, lambda a: a.astype(np.int32), lambda a: np.repeat(a, 2)[::2]):
        world = make_world(SESSIONS[3], environments=2)
        world.reset()
        for step in range(10):
            world.step(change(draw_legal(world.out.mask, 6, step)))
        stories.append(world.rows.tobytes())
    assert stories[0] == stories[1] == stories[2]


def test_an_action_that_does_not_exist_is_refused() -> None:
    world = make_world(SESSIONS[1])
    world.reset()
    for number in (-1, 21, 10**9):
        world.step(np.array([number]))
    assert world.episodes["refused"][0] == 3
    assert not world.rows["orders"]["state"].any()


def test_errors_say_what_is_wrong() -> None:
    world = make_world(SESSIONS[3], environments=2)
    with pytest.raises(ValueError, match=r"shape \(4,\) for 6 rows"):
        world.step(np.zeros(4, np.int64))
    with pytest.raises(ValueError, match="session 3, but the world has 3"):
        world.reset(sessions=[0, 3])
    with pytest.raises(ValueError, match="2 environments"):
        world.reset(sessions=[0])
    with pytest.raises(ValueError, match=r"too few for an episode of 500.*world\.horizon"):
        make_world(SESSIONS[1], whole_sessions=False, horizon=500)
    with pytest.raises(ValueError, match="another number of environments"):
        world.restore(make_world(SESSIONS[3]).snapshot())


def test_a_snapshot_is_a_copy_and_comes_back_whole() -> None:
    world = make_world(SESSIONS[3], ProbabilisticFill(), environments=2)
    world.reset()
    for step in range(8):
        world.step(draw_legal(world.out.mask, 7, step))
    kept = world.snapshot()
    futures = []
    for _ in range(2):
        for step in range(20):
            world.step(draw_legal(world.out.mask, 8, step))
        futures.append(world.snapshot())
        world.restore(kept)
    for name, array in world.snapshot().items():
        assert (futures[0][name] == futures[1][name]).all(), name
        assert (array == kept[name]).all(), name
    assert not (kept["rows"] == futures[0]["rows"]).all()


def test_no_fill_is_missing_from_the_log() -> None:
    """A hundred prints of one lot in one interval are a hundred fills."""
    rows = [
        (0, Kind.SNAPSHOT, BID, 47, 9),
        (0, Kind.SNAPSHOT, ASK, 52, 9),
        (0.5, Kind.ADD, BID, 48, 1),
        (1.5, Kind.CANCEL, BID, 48, -1),
        *((2.001 + k / 200, Kind.PRINT, BID, 48, 1) for k in range(120)),
    ]
    world = make_world(session(market(rows)))
    world.reset()
    act(world)
    act(world, "BUY_YES 100")
    act(world)
    assert len(world.fills().fills) == 100
    assert world.fills().fills["size"].sum() == world.rows["position"][0] == 10_000
    assert world.counters["overflow"][0] == 0
