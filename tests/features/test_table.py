from __future__ import annotations

from collections import Counter

import pytest

from kalshi_exp.features import (
    FEATURES,
    GROUPS,
    MARKET_FEATURES,
    OBSERVATION,
    PRIVATE_FEATURES,
    feature_table_markdown,
    group_columns,
)


def test_sizes_of_the_groups_are_the_designs() -> None:
    assert Counter(f.group for f in FEATURES) == {
        "book": 21, "activity": 14, "anchor": 8, "volatility": 7, "cross_market": 5,
        "algorithm": 3, "portfolio": 12, "orders": 5,
    }  # fmt: skip
    assert GROUPS == (
        "book", "activity", "anchor", "volatility", "cross_market", "algorithm", "portfolio",
        "orders",
    )  # fmt: skip
    assert (MARKET_FEATURES, PRIVATE_FEATURES) == (58, 17)
    assert OBSERVATION == 75 + 8


def test_groups_are_contiguous_and_cover_every_column() -> None:
    columns = [i for name in GROUPS for i in range(*group_columns(name).indices(len(FEATURES)))]
    assert columns == list(range(len(FEATURES)))
    for name in GROUPS:
        assert {f.group for f in FEATURES[group_columns(name)]} == {name}


def test_each_feature_is_fully_described_and_named_once() -> None:
    assert len({f.name for f in FEATURES}) == len(FEATURES)
    for f in FEATURES:
        assert f.name.isidentifier() and f.unit and f.meaning and "\n" not in f.meaning
        assert -1 <= f.low < f.high <= 1


def test_an_unknown_group_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"no feature group 'anchors'.*book, activity"):
        group_columns("anchors")


def test_markdown_has_one_row_a_feature_and_five_separators_more_than_cells() -> None:
    lines = feature_table_markdown().splitlines()
    assert len(lines) == len(FEATURES) + 2
    for line, feature in zip(lines[2:], FEATURES, strict=True):
        assert f"| `{feature.name}` |" in line
        assert line.replace(r"\|", "").count("|") == 7
