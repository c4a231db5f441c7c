from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.tape.capture import DELTA, OTHER, ROW
from kalshi_exp.tape.gaps import is_filtered, order_frames


def _rows(seqs, times=None, **columns):
    rows = np.zeros(len(seqs), ROW)
    rows["seq"] = seqs
    rows["ts"] = np.arange(len(seqs)) * 1000 if times is None else times
    rows["guess"] = rows["clock"] = -1
    for name, values in columns.items():
        rows[name] = values
    return rows


def _losses(order):
    return {link: found.tolist() for link, found in order.losses.items()}


def test_an_unbroken_sequence_has_no_gap():
    order = order_frames(_rows(range(1, 500)))
    assert (_losses(order), order.filtered, order.late.any()) == ({}, 0, False)


def test_acknowledgements_consume_numbers():
    rows = _rows([1, 2, 3, 4, 5], kind=[OTHER, DELTA, OTHER, OTHER, DELTA])
    assert _losses(order_frames(rows)) == {}
    assert _losses(order_frames(rows[[0, 1, 3, 4]])) == {0: [4]}


def test_each_skip_of_an_unfiltered_recording_is_a_loss():
    seqs = [*range(1, 200), *range(205, 400), *range(401, 500)]
    order = order_frames(_rows(seqs))
    assert _losses(order) == {0: [205, 401]}
    assert order.seq[order.skip].tolist() == [205, 401]


@given(st.integers(0, 2**32), st.floats(0.2, 0.94))
def test_a_market_cut_out_of_a_shared_subscription_has_no_losses(seed, share):
    kept = np.flatnonzero(np.random.default_rng(seed).random(2000) < share) + 1
    order = order_frames(_rows(kept))
    assert (_losses(order), order.filtered) == ({}, 1)


def test_a_short_file_takes_the_verdict_of_its_source():
    long = np.arange(1, 1000, 2)
    rows = _rows([*long, 5000, 5003, 5004, 5010, 5020], channel=[0] * len(long) + [1] * 5)
    assert order_frames(rows).filtered == 2
    assert _losses(order_frames(rows[-5:])) == {0: [5003, 5010, 5020]}


@pytest.mark.parametrize(
    ("steps", "skips", "filtered"),
    [(10, 10, False), (40, 11, True), (274, 11, True), (275, 11, False)],
)
def test_the_rule(steps, skips, filtered):
    assert is_filtered(steps, skips) is filtered


def test_a_new_connection_starts_again_and_time_goes_on():
    seqs = [*range(1000, 1100), 1, 2, 3, 5]
    order = order_frames(_rows(seqs))
    assert order.connection.tolist() == [0] * 100 + [1] * 4
    assert not order.late.any()
    assert _losses(order) == {1: [5]}


def test_a_restart_shows_even_when_its_first_frame_bears_no_time():
    rows = _rows([*range(1, 100), 1, 2], times=[*range(1000, 1099), -1, 9_000])
    rows["clock"] = [*range(1000, 1099), 1098, 9_000]
    assert order_frames(rows).connection[-2:].tolist() == [1, 1]


def test_a_new_subscription_starts_again_without_any_time():
    rows = _rows([1, 2, 3, 1, 2], times=[-1] * 5, subscription=[1, 1, 1, 2, 2])
    order = order_frames(rows)
    assert order.connection.tolist() == [0, 0, 0, 1, 1]
    assert not order.late.any()


@given(st.permutations(list(range(12))))
def test_late_frames_go_back_to_their_place(arrival):
    seqs = np.array([100 + i for i in arrival])
    order = order_frames(_rows(seqs, times=(seqs - 100) * 1000))
    assert order.seq[order.rank].tolist() == list(range(100, 112))
    assert set(order.connection) == {0}
    assert order.late.tolist() == [s < max(seqs[: i + 1]) for i, s in enumerate(seqs)]
    assert _losses(order) == {}


def test_a_repeated_number_is_a_duplicate():
    order = order_frames(_rows([1, 2, 2, 3], times=[0, 1, 1, 2]))
    assert order.duplicate.sum() == 1
    assert set(order.connection) == {0}


def test_files_of_one_folder_go_on_and_a_rewound_file_is_another_connection():
    going_on = _rows([1, 2, 3, 4], file=[0, 0, 1, 1])
    assert set(order_frames(going_on).connection) == {0}
    again = _rows([1, 2, 1, 2], times=[0, 1, 0, 1], file=[0, 0, 1, 1])
    assert order_frames(again).connection.tolist() == [0, 0, 1, 1]
    earlier = _rows([1, 2, 8, 9], times=[100, 101, 0, 1], file=[0, 0, 1, 1])
    assert order_frames(earlier).connection.tolist() == [0, 0, 1, 1]


def test_frames_without_a_number_take_their_predecessors():
    order = order_frames(_rows([5, -1, -1, 6]))
    assert order.seq.tolist() == [5, 5, 5, 6]
    assert not order.duplicate.any()


def test_nothing_is_in_order():
    order = order_frames(np.zeros(0, ROW))
    assert (len(order.rank), order.losses, order.filtered) == (0, {}, 0)
