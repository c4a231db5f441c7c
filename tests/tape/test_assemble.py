from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.tape.assemble import fill_times

stamp = st.one_of(st.just(-1), st.integers(0, 50))


@given(st.lists(st.tuples(stamp, stamp), max_size=30))
def test_times_never_fall_and_exchange_time_is_only_ever_moved_up(pairs):
    ts = np.array([a for a, _ in pairs], np.int64)
    guess = np.array([b for _, b in pairs], np.int64)
    times, back = fill_times(ts, guess)
    assert (np.diff(times) >= 0).all()
    hard = ts >= 0
    assert (times[hard] == np.maximum.accumulate(np.where(hard, ts, -1))[hard]).all()
    assert (times[hard & ~back] == ts[hard & ~back]).all()
    assert (times[back] > ts[back]).all()


@given(st.lists(st.tuples(stamp, stamp), min_size=1, max_size=30))
def test_a_frame_without_exchange_time_stays_between_its_neighbours(pairs):
    ts = np.array([a for a, _ in pairs], np.int64)
    guess = np.array([b for _, b in pairs], np.int64)
    times, _ = fill_times(ts, guess)
    for i in np.flatnonzero(ts < 0):
        later = [int(times[j]) for j in range(i, len(ts)) if ts[j] >= 0]
        earlier = [int(t) for t in ts[:i] if t >= 0]
        assert times[i] <= min(later, default=10**9)
        assert times[i] >= max(earlier, default=-1)
        if guess[i] >= 0 and not earlier and not later and (ts < 0).all():
            assert times[i] == guess[: i + 1].max()


def test_a_first_snapshot_received_late_is_held_to_the_next_delta():
    ts, guess = np.array([-1, 100, -1, 140]), np.array([150, 112, 120, 152])
    assert fill_times(ts, guess)[0].tolist() == [100, 100, 120, 140]


def test_when_nothing_tells_the_time_there_is_none():
    assert fill_times(np.array([-1, -1]), np.array([-1, -1]))[0].tolist() == [-1, -1]
