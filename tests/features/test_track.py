from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config import ActivityFeatures, Clock, Decision, FeatureGroup
from kalshi_exp.features import MARKET_FEATURES, STATE, Tracks, build_tracks, observe, reset, update
from kalshi_exp.market.book import clear
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape import Session, pack_sessions

GROUPS: dict[str, FeatureGroup] = {"activity": ActivityFeatures(fast_s=2.0, slow_s=15.0)}
CLOCKS = [Decision(every=0.7), Decision(every=7, unit=Clock.messages)]
Messages = Callable[..., np.ndarray]
Sessions = Callable[..., Session]


def _track(sessions: list[Session], decision: Decision) -> Tracks:
    return build_tracks(pack_sessions(sessions), sessions, decision, GROUPS)


def _columns(tracks: Tracks, rows: slice | np.ndarray) -> list[bytes]:
    """Everything a reader of these rows can see but the global message index, as bytes."""
    fields = ("ts", "news", "bid_price", "ask_price", "mark_bid", "mark_ask", "features")
    return [getattr(tracks, name)[rows].tobytes() for name in fields]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), clock=st.sampled_from(CLOCKS), cut=st.floats(0.0, 0.9))
def test_what_comes_after_t_changes_nothing_up_to_t(
    seed: int, clock: Decision, cut: float, make_messages: Messages, make_session: Sessions,
    start_ts: int,
) -> None:  # fmt: skip
    def session(fork: tuple[int, int] | None = None) -> Session:
        return make_session(
            [make_messages(seed + n, 200, 99, start_ts, fork and (fork[0], fork[1] + n))
             for n in (0, 7)]
        )  # fmt: skip

    whole = session()
    a = _track([whole], clock)
    t = int(a.ts[int(cut * a.row[1])])  # a decision: what comes one nanosecond later is too late
    cropped = make_session([m.messages[m.messages["ts"] <= t] for m in whole.markets])
    b, c = (_track([other], clock) for other in (session((t, seed + 1)), cropped))
    for market in range(2):
        seen = []
        for track in (a, b, c):
            rows = np.arange(track.row[market], track.row[market + 1])
            seen.append(_columns(track, rows[track.ts[rows] <= t]))
        assert seen[0] == seen[1] == seen[2]


@pytest.mark.parametrize("clock", CLOCKS)
def test_any_row_equals_the_engine_streamed_from_the_start_to_it(
    clock: Decision, make_messages: Messages, make_session: Sessions, start_ts: int
) -> None:
    session = make_session([make_messages(seed, 400, 99, start_ts) for seed in (1, 2)])
    tracks = _track([session], clock)
    rng = np.random.default_rng(0)
    for number, market in enumerate(session.markets):
        for k in rng.integers(tracks.row[number], tracks.row[number + 1], 8):
            sizes, best = np.zeros((2, 99), np.int64), np.zeros(2, np.int32)
            states, out = np.zeros(1, STATE), np.zeros(MARKET_FEATURES, np.float32)
            clear(sizes, best)
            reset(states[0], session.start_ts, market.close_ts, 2.0 * SECOND, 15.0 * SECOND)
            for message in market.messages[market.messages["ts"] <= tracks.ts[k]]:
                update(states[0], sizes, best, market.ladder.prices, message)
            observe(states[0], sizes, best, market.ladder.prices, int(tracks.ts[k]), out)
            assert out.tobytes() == tracks.features[k].tobytes()


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
    together = _track(sessions, CLOCKS[0])
    for number, session in enumerate(sessions):
        rows = slice(together.row[number], together.row[number + 1])
        alone = _track([session], CLOCKS[0])
        assert _columns(together, rows) == _columns(alone, slice(None))


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
