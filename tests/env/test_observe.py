"""What a row sees: the shared track, its own facts as the reference knows them, the groups."""

from __future__ import annotations

import numpy as np

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.features import BookFeatures, OrderFeatures
from kalshi_exp.config.fill import OldFill, QueueFill
from kalshi_exp.config.world import TapeWorld
from kalshi_exp.env.conformance import draw_legal
from kalshi_exp.features.private import PRIVATE, observe_private
from kalshi_exp.features.table import (
    FEATURES,
    GROUPS,
    MARKET_FEATURES,
    OBSERVATION,
    PRIVATE_FEATURES,
    group_columns,
)
from kalshi_exp.market.orders import EMPTY
from kalshi_exp.market.units import ASK, BID, NEVER
from tests.env.reference import ReferenceWorld
from tests.env.tapes import random_session
from tests.env.worlds import make_world

OURS = slice(MARKET_FEATURES, MARKET_FEATURES + PRIVATE_FEATURES)
RULES = {"cash": 90.0, "position_limit": 120, "order_ttl": 9.0}


def own_order(reference: ReferenceWorld, number: int, side: int) -> tuple[int, int, int, int]:
    """Size, price, age and queue of the standing order of a side; zeros for none."""
    market = reference.markets[number]
    for o in market.fills.orders:
        if o.state != EMPTY and o.side == side and o.cancel == NEVER:
            return o.size, market.prices[o.level], reference.now - o.sent, o.ahead
    return 0, 0, 0, 0


def private(reference: ReferenceWorld, number: int) -> np.ndarray:
    """The private features of one market, from facts gathered the slow way."""
    market, now = reference.markets[number], reference.now
    i = market.last_message(now)
    record = np.zeros(1, PRIVATE)[0]
    facts = {
        "cash": reference.free,
        "reserved": reference.cash - reference.free,
        "limit": reference.limit,
        "other_exposure": sum(m.cost for m in reference.markets if m is not market),
        "fees": market.paid_fees,
        "now": now,
        "since_fill": max(now - market.last_fill, 0) if market.last_fill >= 0 else -1,
        "held": max(now - market.opened, 0) if market.opened >= 0 else 0,
    }
    for name in ("initial", "equity", "peak"):
        facts[name] = getattr(reference, name)
    for name in ("position", "cost", "realized"):
        facts[name] = getattr(market, name)
    facts["mark_bid"], facts["mark_ask"] = market.marks(i)
    for name, side in (("bid", BID), ("ask", ASK)):
        best = market.best(side, i)
        facts[f"{name}_price"] = -1 if best is None else market.prices[best]
        parts = ("size", "level_price", "age", "ahead")
        own = own_order(reference, number, side)
        facts |= {f"{name}_{part}": value for part, value in zip(parts, own, strict=True)}
    for name, value in facts.items():
        record[name] = value
    out = np.zeros(PRIVATE_FEATURES, np.float32)
    observe_private(record, out)
    return out


def test_private_features_are_those_of_the_reference() -> None:
    one = random_session(81, 0, 50, 14.0, markets=2, rough=True)
    seen = []
    for fill, placement in ((QueueFill(), Placement.join), (OldFill(), Placement.cross)):
        world = make_world(one, fill, placement, **RULES)
        reference = ReferenceWorld(
            [one], TapeWorld(**RULES), fill, placement, environment=0, seed=0, whole=True
        )
        world.reset(sessions=[0])
        reference.begin(0)
        while True:
            for number in range(2):
                ours = world.out.observation[number, OURS]
                assert (ours == private(reference, number)).all()
                seen.append(ours.copy())
            if reference.done:
                break
            actions = draw_legal(world.out.mask, 1, reference.tick)
            world.step(actions)
            reference.step(actions)
    moved = np.ptp(np.array(seen), axis=0) > 0
    still = [f.name for f, moves in zip(FEATURES[OURS], moved, strict=True) if not moves]
    assert not still, "the comparison would prove nothing of these"


def test_market_features_are_the_track_s_whoever_plays() -> None:
    """Our own orders and fills are not market activity."""
    one = random_session(81, 1, 50, 10.0, markets=2)
    for agent in ("hold", "random"):
        world = make_world(one, OldFill(), Placement.cross)
        world.reset()
        step = 0
        while not world.episodes["done"][0]:
            for row in range(2):
                at = world.tracks.row[row] + world.episodes["tick"][0]
                seen = world.out.observation[row, :MARKET_FEATURES]
                assert (seen == world.tracks.features[at]).all()
                assert world.out.weight[row] == world.tracks.news[at]
            legal = draw_legal(world.out.mask, 2, step)
            world.step(legal if agent == "random" else np.zeros(world.n, np.int64))
            step += 1
        assert (world.counters["fills_aggressive"][0] > 10) == (agent == "random")


def test_a_group_switched_off_is_zero_and_masked() -> None:
    one = random_session(81, 2, 40, 10.0, markets=2)
    worlds = [
        make_world(one, OldFill(), Placement.improve, features=features)
        for features in (None, {"book": BookFeatures(), "orders": OrderFeatures()})
    ]
    for world in worlds:
        world.reset()
    everything = 0
    for step in range(38):
        full, part = (world.out.observation[0].copy() for world in worlds)
        everything += full
        for group in GROUPS:
            columns, on = group_columns(group), group in ("book", "orders")
            assert (part[columns] == full[columns] * on).all()
            assert part[len(FEATURES) + GROUPS.index(group)] == on
            assert full[len(FEATURES) + GROUPS.index(group)] == 1.0
        actions = draw_legal(worlds[0].out.mask, 3, step)
        for world in worlds:
            world.step(actions)
    assert everything.shape == (OBSERVATION,)
    assert all(np.any(everything[group_columns(group)]) for group in GROUPS)


def test_the_last_observation_of_a_session_is_not_blank() -> None:
    world = make_world(random_session(81, 3, 40, 10.0))
    world.reset()
    while not world.episodes["done"][0]:
        world.step(np.zeros(1, np.int64))
    assert np.count_nonzero(world.out.observation[0, :MARKET_FEATURES]) > 20
    assert world.out.mask[0].tolist() == [True] + [False] * 20 and not world.out.weight[0]
