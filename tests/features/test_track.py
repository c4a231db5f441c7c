from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config import ActivityFeatures, Clock, Decision, FeatureGroup
from kalshi_exp.config.scenario import Anchors, Cascades, Groups, Scenario
from kalshi_exp.exchange import simulate_session
from kalshi_exp.features import MARKET_FEATURES, Tracks, build_tracks
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape import Session, pack_sessions
from tests.features import test_engine
from tests.features.stream import ROWS, Stream, walk
from tests.features.tapes import (
    MOODS,
    START,
    cropped,
    on_ladder,
    perturbed,
    random_event,
    rough_session,
    session_of,
)

GROUPS: dict[str, FeatureGroup] = test_engine.GROUPS
CLOCKS = [Decision(every=0.7), Decision(every=7, unit=Clock.messages)]
RHYTHMS = [Decision(every=0.25), Decision(every=1.0), Decision(every=7, unit=Clock.messages)]
SIMULATED = replace(
    Scenario(),
    duration_s=60.0,
    markets=3,
    groups=Groups(strength=1.0, exclusive=2, fewest=2, correlated=0),
    anchors=Anchors(strength=1.0),
    cascades=Cascades(strength=1.0),
)
NEUTRAL = (
    "anchor_spread", "anchor_volume", "anchor_dwell", "anchor_approach", "anchor_refill",
    "velocity", "spread_expansion", "cascade_score", "rise_share", "violation", "arbitrage",
    "sibling_correlation", "sibling_lead", "aversion",
)  # fmt: skip
Messages = Callable[..., np.ndarray]
Sessions = Callable[..., Session]


def _track(
    sessions: list[Session], decision: Decision, groups: dict[str, FeatureGroup] = GROUPS
) -> Tracks:
    return build_tracks(pack_sessions(sessions), sessions, decision, groups)


def _columns(tracks: Tracks, rows: slice | np.ndarray) -> dict[str, bytes]:
    """Everything a reader of these rows can see but the global message index, by name."""
    fields = ("ts", "news", "bid_price", "ask_price", "mark_bid", "mark_ask")
    seen = {name: getattr(tracks, name)[rows].tobytes() for name in fields}
    features = tracks.features[rows]
    return seen | {f.name: features[:, k].tobytes() for k, f in enumerate(ROWS)}


def knows_nothing_of_later(
    whole: Session, other: Session, decision: Decision, t: int, groups: dict[str, FeatureGroup]
) -> None:
    """Two sessions that are the same up to t show the same up to t; a failure names the column."""
    a, b = (_track([one], decision, groups) for one in (whole, other))
    for market in range(len(whole.markets)):
        seen = []
        for track in (a, b):
            rows = np.arange(track.row[market], track.row[market + 1])
            seen.append(_columns(track, rows[track.ts[rows] <= t]))
        assert len(seen[0]["ts"]) >= 8  # one time at the least
        for name, column in seen[0].items():
            assert column == seen[1][name], name


def decision_at(session: Session, decision: Decision, cut: float) -> int:
    """A decision with messages to come: what comes one nanosecond later is too late for it."""
    times = _track([session], decision).ts
    times = times[times < max(int(m.messages["ts"][-1]) for m in session.markets)]
    return int(times[int(cut * (len(times) // len(session.markets)))])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), clock=st.sampled_from(CLOCKS), cut=st.floats(0.0, 0.95))
def test_what_comes_after_t_changes_nothing_up_to_t(
    seed: int, clock: Decision, cut: float, make_messages: Messages, start_ts: int
) -> None:
    def session(fork: tuple[int, int] | None = None) -> Session:
        return session_of(
            [make_messages(seed + n, 200, 99, start_ts, fork and (fork[0], fork[1] + n))
             for n in (0, 7)]
        )  # fmt: skip

    whole = session()
    t = decision_at(whole, clock, cut)
    for other in (session((t, seed + 1)), cropped(whole, t), perturbed(whole, t, seed)):
        knows_nothing_of_later(whole, other, clock, t, GROUPS)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), clock=st.sampled_from(CLOCKS), cut=st.floats(0.3, 0.95))
def test_nor_does_it_where_markets_have_to_do_with_each_other(
    seed: int, clock: Decision, cut: float
) -> None:
    whole = random_event(seed, 200)
    t = decision_at(whole, clock, cut)
    for other in (cropped(whole, t), perturbed(whole, t, seed)):
        knows_nothing_of_later(whole, other, clock, t, GROUPS)


@settings(max_examples=30, deadline=None)
@given(number=st.integers(0, 1000), clock=st.sampled_from(CLOCKS), cut=st.floats(0.2, 0.95))
def test_nor_does_it_on_simulated_tapes(number: int, clock: Decision, cut: float) -> None:
    whole = simulate_session(SIMULATED, 3, number)
    t = decision_at(whole, clock, cut)
    for other in (cropped(whole, t), perturbed(whole, t, number)):
        knows_nothing_of_later(whole, other, clock, t, GROUPS)


def test_what_is_changed_after_t_reaches_every_feature() -> None:
    """Else that it changes nothing up to t would say little."""
    decision = Decision(every=1.0)
    reached = np.zeros(MARKET_FEATURES, np.bool_)
    for seed in range(12):
        whole = random_event(seed, 300)
        other = perturbed(whole, decision_at(whole, decision, 0.6), seed)
        a, b = (_track([one], decision) for one in (whole, other))
        reached |= (a.features != b.features).any(axis=0)
    known = {"time_to_close", "elapsed"}
    assert {f.name for f, told in zip(ROWS, reached, strict=True) if not told} == known


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_same_at_t_whatever_the_clock(seed: int) -> None:
    """Of each rhythm some rows are those of a walk straight to them, and common rows are equal."""
    session = random_event(seed, 250)
    markets, rng = len(session.markets), np.random.default_rng(seed)
    seen: dict[tuple[int, int], np.ndarray] = {}
    common = 0
    for decision in RHYTHMS:
        tracks = _track([session], decision)
        length = int(tracks.row[1])
        for k in range(length):
            for m in range(markets):
                row = tracks.features[tracks.row[m] + k]
                before = seen.setdefault((m, int(tracks.ts[k])), row)
                common += before is not row
                for name, one, other in zip(ROWS, before, row, strict=True):
                    assert one.tobytes() == other.tobytes(), name
        for k in rng.integers(length, size=4):
            (straight,) = walk(session, [int(tracks.ts[k])], GROUPS)
            for m in range(markets):
                row = tracks.features[tracks.row[m] + k]
                for name, one, other in zip(ROWS, straight[m], row, strict=True):
                    assert one.tobytes() == other.tobytes(), name
    assert common >= 30 * markets


@pytest.mark.parametrize("clock", CLOCKS)
def test_any_row_equals_the_engine_streamed_from_the_start_to_it(
    clock: Decision, make_messages: Messages, make_session: Sessions, start_ts: int
) -> None:
    session = make_session([make_messages(seed, 400, 99, start_ts) for seed in (1, 2)])
    tracks = _track([session], clock)
    rng = np.random.default_rng(0)
    for number, market in enumerate(session.markets):
        for k in rng.integers(tracks.row[number], tracks.row[number + 1], 8):
            stream = Stream(GROUPS, session.start_ts, market.close_ts)
            for message in market.messages[market.messages["ts"] <= tracks.ts[k]]:
                stream.take(message)
            out = stream.see(int(tracks.ts[k]))
            alone = ~np.isnan(out)
            assert alone.sum() == MARKET_FEATURES - 5
            assert out[alone].tobytes() == tracks.features[k][alone].tobytes()


@pytest.mark.parametrize("clock", CLOCKS)
def test_places_in_the_tape_news_and_touches_agree_with_the_pack(
    clock: Decision, make_messages: Messages, make_session: Sessions, start_ts: int
) -> None:
    sessions = [
        make_session([make_messages(3 * n + m, 300, 99, start_ts + m * SECOND) for m in range(2)],
                     name=f"S{n}")
        for n in range(2)
    ]  # fmt: skip
    pack = pack_sessions(sessions)
    tracks = build_tracks(pack, sessions, clock, GROUPS)
    assert len(tracks.row) == 5 and tracks.row[-1] == len(tracks.ts)
    one_sided = no_news = 0
    for number, market in enumerate(pack.markets):
        ts = pack.messages["ts"][market["first"] : market["last"]]
        prices = pack.prices[market["price"] : market["price"] + market["levels"]]
        rows = range(tracks.row[number], tracks.row[number + 1])
        for k in rows:
            seen = int((ts <= tracks.ts[k]).sum())
            before = int((ts <= tracks.ts[k - 1]).sum()) if k > rows[0] else 0
            assert tracks.message[k] == market["first"] + seen - 1
            assert tracks.news[k] == (seen > before)
            no_news += seen == before
            bid, ask = -1, -1
            if seen and (level := pack.bid[tracks.message[k]]) >= 0:
                bid = prices[level]
            if seen and (level := pack.ask[tracks.message[k]]) < market["levels"]:
                ask = prices[level]
            assert (tracks.bid_price[k], tracks.ask_price[k]) == (bid, ask)
            one_sided += bid < 0 or ask < 0
            if bid >= 0:
                assert tracks.mark_bid[k] == bid
            else:
                assert tracks.mark_bid[k] >= 0
    assert one_sided and no_news
    assert (
        tracks.ts[: tracks.row[1]].tobytes() == tracks.ts[tracks.row[1] : tracks.row[2]].tobytes()
    )


def test_sessions_packed_together_do_not_leak_into_each_other(
    make_messages: Messages, make_session: Sessions, start_ts: int
) -> None:
    sessions = [
        make_session([make_messages(seed, 300, levels, start_ts)], name=str(seed), grid=grid)
        for seed, levels, grid in ((1, 99, "linear_cent"), (2, 279, "tapered_deci_cent"))
    ]
    sessions[1:1] = [random_event(3, 300), random_event(4, 200)]
    together = _track(sessions, CLOCKS[0])
    number = 0
    for session in sessions:
        after = number + len(session.markets)
        rows = slice(together.row[number], together.row[after])
        alone = _track([session], CLOCKS[0])
        assert _columns(together, rows) == _columns(alone, slice(None))
        number = after


def test_a_market_without_messages_yet_is_neutral_beside_a_busy_sibling(
    make_messages: Messages, make_session: Sessions, start_ts: int
) -> None:
    late = make_messages(2, 50, 99, start_ts + 30 * SECOND)
    tracks = _track([make_session([make_messages(1, 300, 99, start_ts), late])], CLOCKS[0])
    k = tracks.row[1]
    assert tracks.message[k] + 1 == len(make_messages(1, 300, 99, start_ts))
    assert not tracks.news[k] and tracks.bid_price[k] == tracks.ask_price[k] == -1
    assert (tracks.mark_bid[k], tracks.mark_ask[k]) == (0, 10_000)
    assert np.isfinite(tracks.features).all()


def test_windows_reach_the_track(
    make_messages: Messages, make_session: Sessions, start_ts: int
) -> None:
    session = make_session([make_messages(1, 300, 99, start_ts)])
    pack = pack_sessions([session])
    other: dict[str, FeatureGroup] = {"activity": ActivityFeatures(fast_s=4.0, slow_s=50.0)}
    a, b = (build_tracks(pack, [session], CLOCKS[0], groups) for groups in (GROUPS, other))
    assert not np.array_equal(a.features, b.features)


def test_other_sessions_than_the_packed_ones_are_refused(
    make_messages: Messages, make_session: Sessions, start_ts: int
) -> None:
    session = make_session([make_messages(1, 20, 99, start_ts)])
    with pytest.raises(ValueError, match="pass the sessions that were packed"):
        build_tracks(pack_sessions([session]), [session, session], CLOCKS[0], GROUPS)


@settings(max_examples=150, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    moods=st.lists(st.sampled_from(MOODS), min_size=1, max_size=4),
    groups=st.sampled_from([GROUPS, {}]),
)
def test_bad_input_gives_values_in_the_table_s_ranges(
    seed: int, moods: list[str], groups: dict[str, FeatureGroup]
) -> None:
    """Whatever the markets do, and before they open, between two messages and long after."""
    session = rough_session(seed, moods)
    rng = np.random.default_rng(seed)
    ends = [int(m.messages["ts"][-1]) for m in session.markets if len(m.messages)]
    span = (max(ends) if ends else session.end_ts) - session.start_ts
    times = session.start_ts + rng.integers(0, span + SECOND, 12)
    ends = [session.start_ts, session.end_ts, session.start_ts + span + 400 * SECOND]
    for rows in walk(session, sorted([*times.tolist(), *ends]), groups):
        for column, feature in enumerate(ROWS):
            seen = rows[:, column]
            assert np.isfinite(seen).all(), feature.name
            assert feature.low <= seen.min() and seen.max() <= feature.high, feature.name


@pytest.mark.parametrize("mood", ["empty", "bids", "asks"])
def test_a_market_that_never_has_a_mid_is_neutral(mood: str) -> None:
    (rows,) = walk(rough_session(3, [mood, "busy"]), [START + 50 * SECOND], GROUPS)
    seen = dict(zip([f.name for f in ROWS], rows[0].tolist(), strict=True))
    neutral = dict.fromkeys(NEUTRAL, 0.0) | {"since_cascade": 1.0, "recovery": 1.0}
    assert {name: seen[name] for name in neutral} == neutral


@pytest.mark.parametrize("groups", [GROUPS, {}])
def test_a_change_of_the_price_grid_in_mid_session_is_no_event(
    groups: dict[str, FeatureGroup],
) -> None:
    """The ladder is of all grids there were; finer prices that nobody used change nothing."""
    one = random_event(2, 250, markets=2)
    finer = on_ladder(one, PriceGrid.structure("deci_cent"))
    times = [START + k * 5 * SECOND for k in range(12)]
    ticks = [f.name for f in ROWS].index("response_time")  # a quote's distance is told in ticks
    for rows, others in zip(walk(one, times, groups), walk(finer, times, groups), strict=True):
        assert rows[:, :ticks].tobytes() == others[:, :ticks].tobytes()
