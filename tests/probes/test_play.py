"""Every strategy in both worlds, held against what the worlds themselves keep."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kalshi_exp.config import Decision, Placement
from kalshi_exp.config import ExchangeWorld as ExchangeRules
from kalshi_exp.config import TapeWorld as TapeRules
from kalshi_exp.env import ExchangeWorld, TapeWorld
from kalshi_exp.features import build_tracks
from kalshi_exp.market.orders import EMPTY, FILL, SLOTS
from kalshi_exp.market.units import BID, PRICE_ONE, SECOND
from kalshi_exp.probes import STRATEGIES, Played, Stage, Strategy, play, tally
from kalshi_exp.probes.stage import FEATURES
from kalshi_exp.tape import pack_sessions
from tests.probes import conftest
from tests.probes.conftest import MARKET_SEED, NUMBERS, SCENARIO, SEED, Theatre, perform, staged

CHOSEN = tuple(STRATEGIES[k] for k in range(0, len(STRATEGIES), 3))
DECISION = Decision()


class Watched:
    """A world that is watched at every step, slot by slot, by somebody who is slow and sure."""

    def __init__(self, world: Any, look: Callable[[Any], None] = lambda world: None) -> None:
        self._world, self._look = world, look
        self.orders: dict[tuple[int, int], tuple[int, ...]] = {}
        self.kept: list[np.ndarray] = [np.zeros(0, FILL)]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)

    def send(self, intents: np.ndarray) -> Any:
        out = self._world.send(intents)
        for number, row in enumerate(self._world.rows):
            for order in row["orders"]:
                if order["serial"] > 0:
                    fields = ("sent", "arrive", "side", "level", "placed")
                    one = tuple(int(order[name]) for name in fields)
                    key = (number, int(order["serial"]))
                    assert self.orders.setdefault(key, one) == one  # it never changes
        self.kept.append(self._world.fills().fills.copy())
        self._look(self._world)
        return out


def new_world(name: str, strategies: tuple[Strategy, ...]) -> Any:
    environments = len(strategies) * len(NUMBERS)
    more = {"environments": environments, "seed": SEED, "whole_sessions": True}
    rules = {"decision": DECISION, "cash": 1e8, "position_limit": 10_000_000, "order_ttl": 60.0}
    if name == "exchange":
        return ExchangeWorld(
            SCENARIO, MARKET_SEED, NUMBERS, ExchangeRules(**rules), conftest.FILL, Placement.join,
            FEATURES, record_fills=True, **more,
        )  # fmt: skip
    sessions = conftest.sessions(*NUMBERS)
    pack = pack_sessions(sessions)
    return TapeWorld(
        pack, build_tracks(pack, sessions, DECISION, FEATURES), TapeRules(**rules), conftest.FILL,
        Placement.join, FEATURES, record_fills=True, **more,
    )  # fmt: skip


def played_in(world: Any, strategies: tuple[Strategy, ...], ladder: np.ndarray) -> Played:
    parts = [one for one in strategies for _ in NUMBERS]
    return play(world, parts, np.tile(np.arange(len(NUMBERS)), len(strategies)), ladder)


def test_what_is_recorded_is_what_the_world_did(world: str, theatre: Theatre) -> None:
    watched = Watched(new_world(world, CHOSEN))
    played = played_in(watched, CHOSEN, theatre.stage.ladder)
    assert len(played.orders) > 100 and len(played.fills) > 100
    found = {
        (int(row), int(one["serial"])): tuple(int(one[n]) for n in one.dtype.names[1:])
        for row, one in zip(played.order_rows, played.orders, strict=True)
    }
    assert found == watched.orders
    assert np.array_equal(played.fills, np.concatenate(watched.kept))
    # And the accounts agree: what filled was paid for, and what was held then was settled.
    rows, size = played.fill_rows, played.fills["size"]
    sign = np.where(played.fills["side"] == BID, 1, -1)
    held, flow, fees = (
        np.bincount(rows, one, watched.n).astype(np.int64)
        for one in (sign * size, played.fills["flow"], played.fills["fee"])
    )
    yes = np.array([one.markets[0].settlement for one in theatre.stage.sessions] * len(CHOSEN))
    worth = np.where(held >= 0, held * yes, -held * (PRICE_ONE - yes))
    earned = watched.episodes["equity"] - watched.episodes["initial"]
    assert np.array_equal(earned, flow - fees + worth) and len(np.unique(earned)) > 10
    for number in range(watched.n):
        assert (np.diff(played.fills["ts"][rows == number]) >= 0).all()
    counted = watched.counters["contracts_passive"].sum()
    assert counted == size[played.fills["passive"] == 1].sum()


def test_a_log_grows_when_a_strategy_sends_more_orders_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch, theatre: Theatre
) -> None:
    maker = (next(one for one in STRATEGIES if one.name == "make 1"),)
    before = perform(staged(maker), "tape")
    assert np.bincount(before.order_rows).max() > 8
    monkeypatch.setattr(sys.modules["kalshi_exp.probes.play"], "_FIRST_ROOM", 2)
    after = perform(staged(maker), "tape")
    assert np.array_equal(before.orders, after.orders)


def test_decisions_and_mids_are_the_tapes_and_nobody_is_seen_in_them(theatre: Theatre) -> None:
    tape = theatre.plays["tape"]
    count = len(NUMBERS)
    for played in theatre.plays.values():
        assert (np.diff(played.times, axis=0) == SECOND).all()
        assert np.array_equal(played.times, tape.times)
        assert len(played.mids) == len(played.times) + 1
    for environment in range(theatre.stage.environments):
        assert np.array_equal(tape.mids[:, environment], tape.mids[:, environment % count])
    # A large order far behind the touch takes part in nothing: the exchange's mids are the tape's.
    far = (Strategy("far", "joiner", False, 500, 10, (("behind", 35),)),)
    alone = perform(staged(far), "exchange")
    assert len(alone.orders) and not len(alone.fills)
    assert np.array_equal(alone.mids, tape.mids[:, :count])


def test_an_order_inside_the_spread_is_not_in_what_its_owner_sees(theatre: Theatre) -> None:
    improver = (Strategy("improve", "joiner", False, 500, 3, (("behind", -1),)),)
    inside = []

    def look(world: Any) -> None:
        for row, levels in zip(world.rows, world.out.levels, strict=True):
            for slot in range(SLOTS):
                order = row["orders"][slot]
                if order["state"] == 2 and levels[BID, 0] >= 0:
                    touch = int(levels[order["side"], 0])
                    step = 1 if order["side"] == BID else -1
                    inside.append(step * (int(order["level"]) - touch) > 0)

    for name in ("exchange", "tape"):
        inside.clear()
        played_in(Watched(new_world(name, improver), look), improver, theatre.stage.ladder)
        # Were it seen, the touch would be at our price at the least.
        assert np.mean(inside) > 0.2, name


@pytest.mark.parametrize("behind", [0, 1, 2])
def test_what_a_joiner_asks_for_depends_on_the_touches_alone(
    world: str, behind: int, theatre: Theatre
) -> None:
    """Every order of it, in either world, is sent in its turn, at the touch of that moment."""
    joiner = (Strategy("j", "joiner", False, 20, 4, (("behind", behind),)),)
    touches: list[np.ndarray] = []
    watched = Watched(
        new_world(world, joiner), lambda world: touches.append(world.out.levels[:, :, 0].copy())
    )
    played = played_in(watched, joiner, theatre.stage.ladder)
    assert len(played.orders) > 10
    for row, order in zip(played.order_rows, played.orders, strict=True):
        tick = int((order["sent"] - played.times[0, row]) // SECOND)
        assert tick % 4 == 0 and order["side"] == (tick // 4) % 2
        assert order["placed"] == 2000
        if tick:
            touch = touches[tick - 1][row, order["side"]]
            step = 1 if order["side"] == BID else -1
            assert order["level"] == np.clip(touch - step * behind, 0, 98)


def test_a_lone_contract_meets_much_the_same_market_in_both_worlds(theatre: Theatre) -> None:
    """So its orders are nearly the same; one that is kept where it stands is no new one."""
    environments, keys = theatre.environments("join 1"), []
    for played in theatre.plays.values():
        mine = np.isin(played.order_rows, environments)
        own = [played.orders[mine][name].tolist() for name in ("sent", "side", "level")]
        keys.append({*zip(played.order_rows[mine].tolist(), *own, strict=True)})
    assert len(keys[0] & keys[1]) > 0.7 * len(keys[0] | keys[1])


def test_latency_is_the_same_luck_in_both_worlds(theatre: Theatre) -> None:
    late = []
    for played in theatre.plays.values():
        keys = zip(played.order_rows.tolist(), played.orders["sent"].tolist(), strict=True)
        late.append(
            {
                (*key, int(one["side"])): int(one["arrive"] - one["sent"])
                for key, one in zip(keys, played.orders, strict=True)
            }
        )
    both = late[0].keys() & late[1].keys()
    assert len(both) > 500
    assert all(late[0][key] == late[1][key] for key in both)
    assert len({late[0][key] for key in both}) > 100


def tallied(stage: Stage, world: str) -> np.ndarray:
    sums = tally(perform(stage, world), stage.slots, stage.every)
    return sums.reshape(len(stage.strategies), len(stage.sessions), -1)


def test_a_strategy_does_alone_what_it_does_among_others(world: str, theatre: Theatre) -> None:
    together = tally(theatre.plays[world], theatre.stage.slots, theatre.stage.every)
    together = together.reshape(len(STRATEGIES), len(NUMBERS), -1)
    for number in (0, 20, 40, 53):
        alone = tallied(staged((STRATEGIES[number],)), world)
        assert np.array_equal(alone[0], together[number])


def test_sessions_come_out_the_same_in_any_parts(world: str) -> None:
    whole = tallied(staged(CHOSEN), world)
    parts = [tallied(staged(CHOSEN, number), world) for number in NUMBERS]
    assert np.array_equal(np.concatenate(parts, 1), whole)
    assert np.array_equal(tallied(staged(CHOSEN), world), whole)


def test_a_short_session_comes_out_the_same_beside_a_long_one() -> None:
    short, long = (conftest.sessions(3, duration_s=seconds)[0] for seconds in (60.0, 90.0))

    def sums(*sessions: Any) -> np.ndarray:
        stage = Stage(sessions, CHOSEN, DECISION)
        return tallied(stage, "tape")

    both = sums(short, long)
    assert np.array_equal(sums(short)[:, 0], both[:, 0])
    assert np.array_equal(sums(long)[:, 0], both[:, 1])


def test_the_book_is_left_empty_of_orders_at_the_end(theatre: Theatre) -> None:
    watched = Watched(new_world("tape", CHOSEN))
    played_in(watched, CHOSEN, theatre.stage.ladder)
    assert (watched.rows["orders"]["state"] == EMPTY).all()
    assert (watched.rows["settled"] == 1).all()
