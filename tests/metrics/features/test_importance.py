from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.features import FEATURES, GROUPS, group_columns
from kalshi_exp.metrics.features import change, switched
from tests.metrics.features.sample import COLUMN, HEEDED, heeds, rows

ROWS = rows(4, 200)
EVERY = list(range(len(FEATURES)))


def test_only_what_is_heeded_matters() -> None:
    found = change(ROWS, GROUPS, heeds, [[HEEDED], [COLUMN["mid"]], [], EVERY], 1)
    assert found.shape == (int(ROWS.choices.sum()), 4)
    assert found[:, 0].mean() == pytest.approx(0.5, abs=0.06)  # half of the signs are others'
    assert (found[:, 1:3] == 0.0).all()
    assert found[:, 3].mean() == pytest.approx(0.5, abs=0.06)
    assert set(np.unique(found)) <= {0.0, 0.5, 1.0}  # two shuffles, each changes all or nothing


def test_a_constant_feature_and_one_that_is_off_change_nothing() -> None:
    constant = lambda observation, mask: np.abs(observation[:, :3])  # noqa: E731
    found = change(ROWS, GROUPS, constant, [[COLUMN["spread"]]], 1)
    assert (found == 0.0).all()
    without = [group for group in GROUPS if group != "book"]
    assert (change(ROWS, without, heeds, [[HEEDED], EVERY], 1) == 0.0).all()


def test_equal_seeds_shuffle_equally() -> None:
    one, other = (change(ROWS, GROUPS, heeds, [[HEEDED]], 5) for _ in range(2))
    assert np.array_equal(one, other)
    assert not np.array_equal(one, change(ROWS, GROUPS, heeds, [[HEEDED]], 6))


def test_rows_themselves_are_left_alone() -> None:
    before = ROWS.observation.copy()
    change(ROWS, GROUPS, heeds, [EVERY], 1)
    assert np.array_equal(before, ROWS.observation)


def test_what_is_off_is_zero_and_said_to_be_off() -> None:
    seen = switched(ROWS.observation, ["book"])
    assert np.array_equal(
        seen[:, group_columns("book")], ROWS.observation[:, group_columns("book")]
    )
    for number, group in enumerate(GROUPS):
        on = group == "book"
        assert (seen[:, len(FEATURES) + number] == on).all()
        assert on or (seen[:, group_columns(group)] == 0.0).all()


def test_without_a_choice_there_is_nothing_to_change() -> None:
    one = rows(1, 1)
    assert change(one, GROUPS, heeds, [[HEEDED]], 1).shape == (0, 1)
