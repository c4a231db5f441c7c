"""Sessions walked side by side: each market is what it is alone, siblings what they are defined."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kalshi_exp.config import CrossMarketFeatures, FeatureGroup
from kalshi_exp.features import begin_walk, make_settings, new_walk, see, walk_to
from kalshi_exp.features.walk import BESIDE
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape import Session, pack_sessions
from tests.features.reference_seconds import seen_at
from tests.features.reference_siblings import slow_siblings
from tests.features.stream import ALONE, CROSS, NAMES, Stream, walk
from tests.features.tapes import START, random_event, random_messages, session_of
from tests.features.test_engine import GROUPS

CONFIG = CrossMarketFeatures(memory_s=25.0, search_s=4, deviation_cents=8.0)
ALL: dict[str, FeatureGroup] = {**GROUPS, "cross_market": CONFIG}
LONE = np.array([NAMES.index(name) for name in ALONE])


def some_times(session: Session, seed: int, number: int) -> list[int]:
    """Random times, most of them late."""
    rng = np.random.default_rng(seed)
    last = max(int(m.messages["ts"][-1]) for m in session.markets if len(m.messages))
    share = np.sort(rng.random(number)) ** 0.5
    return [START + int(x * (last + SECOND - START)) for x in share]


def compared(seed: int, markets: int, grid: str = "linear_cent") -> list[dict[str, float | None]]:
    """The cross-market features of an event at some times, held against their definitions."""
    session = random_event(seed, 200, grid, markets)
    out = []
    times = some_times(session, seed, 3)
    for now, rows in zip(times, walk(session, times, ALL), strict=True):
        event = [seen_at(m.messages, m.ladder.prices, START, now) for m in session.markets]
        for market, row in enumerate(rows):
            got, want = (
                dict(zip(NAMES, row.tolist(), strict=True)),
                slow_siblings(event, market, CONFIG),
            )
            assert set(want) == set(NAMES[CROSS])
            for name, value in want.items():
                if value is not None:
                    assert got[name] == pytest.approx(value, rel=2e-5, abs=2e-6), name
            out.append(want)
    return out


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    markets=st.integers(1, 4),
    grid=st.sampled_from(["linear_cent", "tapered_deci_cent"]),
)
@example(seed=7, markets=3, grid="linear_cent")  # a sibling that begins late and ends early
def test_every_cross_market_feature_equals_its_slow_definition(
    seed: int, markets: int, grid: str
) -> None:
    compared(seed, markets, grid)


def test_the_slow_definitions_are_put_to_the_test() -> None:
    """The comparison would prove nothing of a feature that stood still in such events."""
    seen = [row for seed in range(20) for row in compared(seed, 3)]
    for name in NAMES[CROSS]:
        told = {round(value, 5) for row in seen if (value := row[name]) is not None}
        assert len(told) >= 8, name


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), markets=st.integers(1, 4))
def test_a_market_among_others_is_what_it_is_alone(seed: int, markets: int) -> None:
    session = random_event(seed, 200, markets=markets)
    times = some_times(session, seed, 5)
    streams = [Stream(ALL, START, m.close_ts) for m in session.markets]
    read = [0] * markets
    for now, rows in zip(times, walk(session, times, ALL), strict=True):
        for m, market in enumerate(session.markets):
            while read[m] < len(market.messages) and market.messages["ts"][read[m]] <= now:
                streams[m].take(market.messages[read[m]])
                read[m] += 1
            assert streams[m].see(now)[LONE].tobytes() == rows[m][LONE].tobytes()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10**6), stops=st.integers(0, 60))
def test_however_many_stops_there_were_on_the_way(seed: int, stops: int) -> None:
    session = random_event(seed, 200)
    (end,) = some_times(session, seed, 1)
    (straight,) = walk(session, [end], ALL)
    way = [*sorted(np.random.default_rng(seed).integers(START, end, stops).tolist()), end]
    *_, slowly = walk(session, way, ALL)
    for column, name in enumerate(NAMES):
        assert straight[:, column].tobytes() == slowly[:, column].tobytes(), name


def test_a_walk_begun_again_remembers_nothing() -> None:
    sessions = [
        random_event(5, 300, markets=3),
        session_of([random_messages(6, 200, 279, START)], "T", "tapered_deci_cent"),
        random_event(8, 200, markets=2),
    ]
    pack = pack_sessions(sessions)
    record, room = make_settings(ALL)[0], new_walk(pack)
    first = 0
    for session in sessions:
        markets, end = len(session.markets), START + 60 * SECOND
        begin_walk(record, pack, first, markets, room)
        walk_to(record, pack, first, markets, room, end)
        (fresh,) = walk(session, [end], ALL)
        for m in range(markets):
            out = np.full(len(NAMES), np.nan, np.float32)
            beside = np.zeros(len(BESIDE), np.float32)
            see(record, pack, first, markets, room, end, m, out, beside)
            assert out.tobytes() == fresh[m].tobytes()
        first += markets
