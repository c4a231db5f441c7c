from __future__ import annotations

from collections import defaultdict

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.metrics.market.lifetimes import lifetimes
from kalshi_exp.tape.session import MESSAGE
from tests.metrics.market.tapes import ADD, CANCEL, FILL, PRINT, SNAPSHOT, messages_of


def found(rows):
    return sorted((lifetimes(messages_of(rows)) / SECOND).tolist())


def slow(messages: np.ndarray) -> list[int]:
    """Outstanding adds by side, level and size, one message at a time."""
    outstanding: dict[tuple[int, int, int], list[int]] = defaultdict(list)
    out = []
    for one in messages:
        key = (int(one["side"]), int(one["level"]), abs(int(one["size"])))
        if one["kind"] == ADD:
            outstanding[key].append(int(one["ts"]))
        elif one["kind"] in (CANCEL, FILL) and outstanding[key]:
            if len(outstanding[key]) == 1:
                out.append(int(one["ts"]) - outstanding[key][0])
            outstanding[key].pop()
    return out


def test_a_removal_is_matched_by_side_level_and_size():
    rows = [
        (0, ADD, BID, 40, 5),
        (1, ADD, BID, 40, 6),
        (2, CANCEL, BID, 40, 6),  # 1 s
        (3, CANCEL, BID, 41, 5),  # another level
        (4, CANCEL, ASK, 40, 5),  # another side
        (5, FILL, BID, 40, 5),  # 5 s: a fill removes too
        (6, CANCEL, BID, 40, 5),  # nothing left to match
    ]
    assert found(rows) == [1, 5]


def test_more_than_one_candidate_counts_not_and_takes_the_latest_away():
    rows = [
        (0, ADD, BID, 40, 5),
        (1, ADD, BID, 40, 5),
        (3, CANCEL, BID, 40, 5),
        (10, CANCEL, BID, 40, 5),
    ]
    assert found(rows) == [10]


def test_snapshots_and_prints_are_neither():
    assert found([(0, SNAPSHOT, BID, 40, 5), (1, CANCEL, BID, 40, 5)]) == []
    assert found([(0, ADD, BID, 40, 5), (1, PRINT, BID, 40, 5), (2, CANCEL, BID, 40, 5)]) == [2]


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_as_a_slow_walk_finds_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    messages = np.zeros(200, MESSAGE)
    messages["ts"] = np.cumsum(rng.integers(0, 50, 200))
    messages["kind"] = rng.choice(6, 200, p=[0.45, 0.25, 0.15, 0.05, 0.05, 0.05])
    messages["side"] = rng.integers(0, 2, 200)
    messages["level"] = rng.integers(0, 3, 200)
    sign = np.where(np.isin(messages["kind"], (CANCEL, FILL)), -1, 1)
    messages["size"] = rng.choice([100, 200, 2**43 - 1], 200) * sign
    assert sorted(lifetimes(messages).tolist()) == sorted(slow(messages))
