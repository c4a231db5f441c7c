from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.market.units import ASK, BID
from kalshi_exp.tape.replay import (
    FINE,
    NO_BOOK,
    REFUSED_CROSSED,
    REFUSED_NEGATIVE,
    REPAIRED,
    STEP,
    replay,
)
from kalshi_exp.tape.session import MESSAGE, Kind

N = 6


def _run(frames):
    """Frames: ("delta", side, level, size, fill, gap), ("snapshot", {(side, level): size}, gap)."""
    steps = np.zeros(len(frames), STEP)
    starts, flat = [0], []
    for i, frame in enumerate(frames):
        steps[i]["ts"], steps[i]["gap"] = 10 * i, frame[-1]
        if frame[0] == "snapshot":
            steps[i]["snapshot"], steps[i]["size"] = 1, len(starts) - 1
            flat += [(side, level, size) for (side, level), size in sorted(frame[1].items())]
            starts.append(len(flat))
        else:
            _, steps[i]["side"], steps[i]["level"], steps[i]["size"], steps[i]["fill"], _ = frame
    table = np.array(flat, np.int64).reshape(-1, 3)
    messages, source = np.zeros(1000, MESSAGE), np.zeros(1000, np.int64)
    faults = np.zeros(len(frames), np.int8)
    n = replay(
        steps, np.array(starts, np.int64), table[:, 0].astype(np.int8),
        table[:, 1].astype(np.int32), table[:, 2].copy(), np.zeros((2, N), np.int64),
        np.zeros(2, np.int32), messages, source, faults,
    )  # fmt: skip
    return messages[:n], source[:n].tolist(), faults.tolist()


def _crossed(book):
    bids = [level for (side, level), size in book.items() if side == BID and size]
    asks = [level for (side, level), size in book.items() if side == ASK and size]
    return bool(bids and asks and max(bids) >= min(asks))


def _reference(frames):
    """Slow and plain, on dicts: faults, and per frame the changes it made as a set."""
    book, shown, faults, changes = {}, False, [], []
    pending = False
    for frame in frames:
        pending = pending or (bool(frame[-1]) and shown)
        made = set()
        if frame[0] == "snapshot":
            target = {k: v for k, v in frame[1].items() if v}
            if _crossed(target):
                faults.append(REFUSED_CROSSED)
                changes.append(made)
                continue
            keys = set(target) | set(book)
            diff = {k: target.get(k, 0) - book.get(k, 0) for k in keys}
            made = {(int(Kind.SNAPSHOT), *k, v) for k, v in diff.items() if v}
            proves = bool(shown and made and not pending)
            if proves or pending:
                made.add((int(Kind.GAP), 0, 0, 0))
            pending = False
            book, shown = target, True
            faults.append(REPAIRED if proves else FINE)
        else:
            _, side, level, size, fill, _ = frame
            after = {**book, (side, level): book.get((side, level), 0) + size}
            if not shown:
                faults.append(NO_BOOK)
            elif after[side, level] < 0:
                faults.append(REFUSED_NEGATIVE)
            elif _crossed(after):
                faults.append(REFUSED_CROSSED)
            else:
                kind = Kind.ADD if size > 0 else Kind.FILL if fill else Kind.CANCEL
                made = {(int(kind), side, level, size)}
                if pending:
                    made.add((int(Kind.GAP), 0, 0, 0))
                    pending = False
                book = {k: v for k, v in after.items() if v}
                faults.append(FINE)
        changes.append(made)
    return faults, changes


sides, levels = st.integers(0, 1), st.integers(0, N - 1)
delta = st.tuples(
    st.just("delta"), sides, levels, st.integers(-3, 3).filter(bool), st.integers(0, 1),
    st.sampled_from([0, 0, 0, 1]),
)  # fmt: skip
# Mostly uncrossed books: bids below, asks above.
book = st.dictionaries(
    st.one_of(
        st.tuples(st.just(BID), st.integers(0, 2)), st.tuples(st.just(ASK), st.integers(3, 5)),
        st.tuples(sides, levels),
    ),
    st.integers(1, 3),
    max_size=6,
)  # fmt: skip
snapshot = st.tuples(st.just("snapshot"), book, st.sampled_from([0, 0, 1]))


@given(st.lists(st.one_of(delta, delta, delta, snapshot), max_size=40))
def test_replays_as_the_reference_does(frames):
    messages, source, faults = _run(frames)
    expected, changes = _reference(frames)
    assert faults == expected
    for i, made in enumerate(changes):
        rows = [m for m, s in zip(messages, source, strict=True) if s == i]
        assert {
            (int(m["kind"]), int(m["side"]), int(m["level"]), int(m["size"])) for m in rows
        } == made
        assert len(rows) == len(made)
        assert all(m["ts"] == 10 * i for m in rows)


@given(st.lists(st.one_of(delta, snapshot), max_size=40))
def test_no_message_ever_makes_a_level_negative_or_the_book_crossed(frames):
    state = {}
    for message in _run([("snapshot", {}, 0), *frames])[0]:
        key = (int(message["side"]), int(message["level"]))
        if message["kind"] < Kind.PRINT:
            state[key] = state.get(key, 0) + int(message["size"])
        assert state.get(key, 0) >= 0
        assert not _crossed({k: v for k, v in state.items() if v})


def test_a_snapshot_that_changes_nothing_says_nothing():
    shown = {(BID, 1): 5, (ASK, 4): 7}
    messages, source, faults = _run([("snapshot", shown, 0), ("snapshot", shown, 0)])
    assert (source, faults) == ([0, 0], [FINE, FINE])
    assert set(messages["kind"]) == {Kind.SNAPSHOT}


def test_a_gap_comes_before_the_snapshot_that_mends_it():
    frames = [("snapshot", {(BID, 1): 5}, 0), ("snapshot", {(BID, 1): 5, (ASK, 4): 7}, 1)]
    messages, _, faults = _run(frames)
    assert messages["kind"].tolist() == [Kind.SNAPSHOT, Kind.GAP, Kind.SNAPSHOT]
    assert faults == [FINE, FINE]
    assert messages["size"].tolist() == [5, 0, 7]


def test_a_gap_before_the_first_snapshot_is_no_gap():
    messages, _, _ = _run([("snapshot", {(BID, 1): 5}, 1)])
    assert messages["kind"].tolist() == [Kind.SNAPSHOT]
