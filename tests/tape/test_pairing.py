from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.market.units import MILLISECOND, SECOND
from kalshi_exp.tape.capture import ROW
from kalshi_exp.tape.pairing import pair_trades


def _rows(found, exact=True):
    rows = np.zeros(len(found), ROW)
    for row, (ms, side, price, size) in zip(rows, found, strict=True):
        row["ts"], row["side"], row["price"], row["size"] = ms * MILLISECOND, side, price, size
        row["exact"] = exact
    return rows


def _pair(deltas, trades):
    return pair_trades(deltas, trades, deltas["ts"], trades["ts"]).tolist()


def _reference(deltas, trades):
    """Slow and plain: the first unused delta of the same millisecond, side, price and size."""
    used, pairs = set(), []
    for t in trades:
        fits = [
            i
            for i, d in enumerate(deltas)
            if i not in used
            and (d["ts"] // MILLISECOND, d["side"], d["price"], -d["size"])
            == (t["ts"] // MILLISECOND, t["side"], t["price"], t["size"])
        ]
        pairs.append(fits[0] if fits else -1)
        used.update(fits[:1])
    return pairs


row = st.tuples(
    st.integers(0, 3), st.integers(0, 1), st.sampled_from([100, 200]), st.sampled_from([1, 2])
)


@given(st.lists(st.tuples(row, st.booleans()), max_size=30), st.lists(row, max_size=15))
def test_pairs_as_the_reference_does(deltas, trades):
    d = _rows([(ms, s, p, -z if down else z) for (ms, s, p, z), down in deltas])
    t = _rows(trades)
    assert _pair(d, t) == _reference(d, t)


@given(st.lists(row, max_size=20), st.randoms())
def test_every_trade_finds_its_delta_whatever_came_first(trades, random):
    others = [(ms, s, p, z) for ms, s, p, z in trades]  # adds of the same shape: never partners
    mixed = [(ms, s, p, -z) for ms, s, p, z in trades] + others
    random.shuffle(mixed)
    d, t = _rows(mixed), _rows(trades)
    pairs = _pair(d, t)
    assert -1 not in pairs
    assert len(set(pairs)) == len(pairs)
    assert all(d["size"][i] == -t["size"][j] for j, i in enumerate(pairs))


def test_microseconds_do_not_matter_but_milliseconds_do():
    d, t = _rows([(5, 0, 100, -1), (6, 0, 100, -1)]), _rows([(5, 0, 100, 1), (7, 0, 100, 1)])
    d["ts"] += 999_000
    assert _pair(d, t) == [0, -1]


def test_trades_stamped_in_seconds_take_the_nearest_delta_of_their_second():
    d = _rows([(10_100, 0, 100, -1), (10_900, 0, 100, -1), (20_000, 0, 100, -1)])
    d["line"] = [1, 5, 9]
    t = _rows([(10_000, 0, 100, 1), (30_000, 0, 100, 1)], exact=False)
    t["line"] = [6, 10]
    assert _pair(d, t) == [1, -1]


def test_deltas_without_a_time_of_their_own_pair_by_estimate():
    d, t = _rows([(0, 0, 100, -1)] * 2), _rows([(50_000, 0, 100, 1)], exact=False)
    d["ts"] = -1
    estimate = np.array([10 * SECOND, 50 * SECOND])
    assert pair_trades(d, t, estimate, t["ts"]).tolist() == [1]
