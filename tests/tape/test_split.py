from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kalshi_exp.config.data import Split, SplitBy
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape.split import EmptySplitError, split_sessions
from kalshi_exp.tape.store import SessionInfo


def _info(name, event, series, start, length):
    return SessionInfo(
        name, event, series, start * SECOND, (start + length) * SECOND, 1, 1, True, 0
    )


def _regular(n, length=10, every=10):
    return [_info(f"s{i:02}", f"e{i:02}", "x", every * i, length) for i in range(n)]


@st.composite
def tapes(draw):
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 15), st.integers(0, 200), st.integers(1, 30)),
            min_size=1,
            max_size=20,
        )
    )
    return [
        _info(f"s{i:02}", f"e{event}", f"x{event % 5}", start, length)
        for i, (event, start, length) in enumerate(rows)
    ]


splits = st.builds(
    Split,
    by=st.sampled_from(SplitBy),
    tune=st.sampled_from([0.0, 0.15, 0.3]),
    judge=st.sampled_from([0.1, 0.25, 0.6]),
    folds=st.integers(1, 4),
    purge_s=st.sampled_from([0.0, 5.0, 40.0]),
    embargo_s=st.sampled_from([0.0, 5.0, 40.0]),
)


def _folds(infos, split, seed=0):
    try:
        folds = split_sessions(infos, split, seed)
    except EmptySplitError:
        assume(False)
    by_name = {info.name: info for info in infos}
    return [[[by_name[n] for n in side] for side in (f.train, f.tune, f.judge)] for f in folds]


@given(tapes(), splits, st.integers(0, 5))
def test_sides_are_disjoint_and_an_event_stands_on_one(infos, split, seed):
    for fold in _folds(infos, split, seed):
        names = [info.name for side in fold for info in side]
        assert len(set(names)) == len(names)
        events = [{info.event for info in side} for side in fold]
        assert not events[0] & events[1] and not events[0] & events[2] and not events[1] & events[2]
        if split.by is SplitBy.series:
            series = [{info.series for info in side} for side in fold]
            assert not series[0] & series[2] and not series[1] & series[2]
        assert fold[0] and fold[2] and (fold[1] or split.tune == 0)


@given(tapes(), splits.filter(lambda s: s.by in (SplitBy.time, SplitBy.walk_forward)))
def test_training_lies_strictly_earlier_by_the_purge(infos, split):
    purge = round(split.purge_s * SECOND)
    for train, tune, judge in _folds(infos, split):
        for earlier, later in ((train, tune), (train, judge), (tune, judge)):
            for a in earlier:
                assert all(a.end_ts + purge <= b.start_ts for b in later)


@given(tapes(), splits.filter(lambda s: s.by in (SplitBy.event, SplitBy.series)), st.integers(0, 5))
def test_purge_and_embargo_are_kept_around_judged_sessions(infos, split, seed):
    purge, embargo = round(split.purge_s * SECOND), round(split.embargo_s * SECOND)
    for train, tune, judge in _folds(infos, split, seed):
        for a in train + tune:
            for b in judge:
                if purge and a.start_ts < b.start_ts:
                    assert a.end_ts + purge <= b.start_ts
                if embargo and a.start_ts >= b.start_ts:
                    assert a.start_ts >= b.end_ts + embargo


@given(tapes(), splits, st.integers(0, 5), st.randoms())
def test_the_order_of_the_list_does_not_matter(infos, split, seed, random):
    shuffled = infos.copy()
    random.shuffle(shuffled)
    assert _folds(infos, split, seed) == _folds(shuffled, split, seed)


@given(st.integers(6, 40), st.integers(1, 4), st.sampled_from([0.2, 0.5, 0.75]))
def test_walk_forward_judges_the_last_sessions_once_each(n, folds, judge):
    infos = _regular(n)
    found = _folds(infos, Split(by=SplitBy.walk_forward, judge=judge, folds=folds, tune=0.1))
    assert len(found) == folds
    judged = [info.name for _, _, side in found for info in side]
    assert judged == [info.name for info in infos[-len(judged) :]]
    assert len(judged) == max(folds, round(judge * n))
    for train, tune, side in found:
        names = [info.name for info in train + tune + side]
        assert names == [info.name for info in infos[: len(names)]]  # nothing earlier is left out


def test_shares_by_time():
    infos = _regular(20)
    (fold,) = split_sessions(infos, Split(tune=0.15, judge=0.25), 0)
    assert (len(fold.train), len(fold.tune), len(fold.judge)) == (12, 3, 5)
    assert fold.train == [f"s{i:02}" for i in range(12)]


def test_a_purge_drops_what_ends_too_late():
    (fold,) = split_sessions(_regular(20), Split(tune=0.15, judge=0.25, purge_s=1), 0)
    assert (len(fold.train), len(fold.tune), len(fold.judge)) == (11, 2, 5)


def test_the_shuffle_is_keyed_by_the_seed_and_by_nothing_else():
    infos = _regular(30)
    split = Split(by=SplitBy.event)
    a, b = split_sessions(infos, split, 0)[0], split_sessions(infos, split, 1)[0]
    assert a == split_sessions(infos, split, 0)[0]
    assert a.judge != b.judge
    assert a.judge != sorted(a.judge + a.train)[-len(a.judge) :]


@pytest.mark.parametrize(
    ("infos", "split", "words"),
    [
        ([], Split(), "training and judging and tuning"),
        (_regular(1), Split(), "training"),
        (_regular(2), Split(by=SplitBy.walk_forward, folds=3), "fold 1 of 3"),
        (_regular(6), Split(purge_s=1e6), "purge_s=1e\\+06"),
        (_regular(9), Split(by=SplitBy.series), "by=series"),
    ],
)
def test_an_empty_side_is_one_sentence(infos, split, words):
    with pytest.raises(EmptySplitError, match=words) as caught:
        split_sessions(infos, split, 0)
    assert "\n" not in str(caught.value)
