"""Controls: simulated markets with and without the patterns, and anchors planted into them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config import recompose
from kalshi_exp.exchange import simulate_session
from kalshi_exp.patterns.strength import (
    Family,
    measured,
    measured_at,
    planted,
    typical_touches,
    watch,
)

MANY = 24


def sessions(scenario, *more):
    words = ["task=evaluate", "report=patterns", f"scenario={scenario}", *more]
    made = recompose(words).scenario
    return [simulate_session(made, 11, number) for number in range(MANY)]


def log_effect(found):
    """The pooled statistic beyond its null."""
    own = sum(one.above for one in found) / sum(one.below for one in found)
    null = sum(one.null_above.mean() for one in found if len(one.null_above))
    return own - null / sum(one.null_below.mean() for one in found if len(one.null_below))


@pytest.fixture(scope="module")
def plain():
    return sessions("plain")


@pytest.fixture(scope="module")
def nothing(plain):
    return measured([watch(one) for one in plain])


def test_where_nothing_is_planted_little_is_found(nothing):
    for family in (Family.anchor, Family.cascade):
        assert abs(log_effect(nothing[family])) < 0.05
    assert log_effect(nothing[Family.aversion]) < 0.05
    assert not any(one.bears for one in nothing[Family.constraint])


@pytest.mark.parametrize(
    ("family", "scenario", "more", "least"),
    [
        (Family.anchor, "anchors", (), 0.05),
        (Family.cascade, "cascades", (), 0.2),
        (Family.aversion, "plain", ("scenario.aversion.strength=1",), 0.2),
        (Family.constraint, "cross_market", ("scenario.duration_s=300",), 0.3),
    ],
)
def test_what_the_exchange_plants_is_found(family, scenario, more, least):
    found = measured([watch(one) for one in sessions(scenario, *more)])[family]
    assert log_effect(found) > least


def test_planted_anchors_show_the_more_the_stronger_they_are(plain):
    effects = []
    for strength in (0.0, 0.3, 1.0):
        both = [planted(one, typical_touches(one), 0, strength, [1, k])
                for k, one in enumerate(plain)]  # fmt: skip
        effects.append(log_effect([one for one, _ in both]))
        defended = np.mean([share for _, share in both])
        assert (defended > 0) == (strength > 0) and defended < 0.3
    assert effects[0] < effects[1] < effects[2]
    assert effects[0] == pytest.approx(log_effect([measured_at(watch(one), 0) for one in plain]))


def test_an_anchor_is_found_where_it_was_planted(plain):
    made = [planted(one, typical_touches(one), 10, 1.0, [2, k])[0] for k, one in enumerate(plain)]
    bare = [measured_at(watch(one), 10) for one in plain]
    assert log_effect(made) > log_effect(bare) + 0.04


def test_names_are_not_read_and_the_seed_says_all(plain, nothing):
    strangers = [
        replace(one, name=str(k), event="E", series="T", markets=tuple(
            replace(market, ticker="X", settlement=-1) for market in one.markets))
        for k, one in enumerate(plain)
    ]  # fmt: skip
    again = measured([watch(one) for one in strangers])
    other = measured([watch(one) for one in plain], seed=1)
    for family in Family:
        for one, same, drawn in zip(nothing[family], again[family], other[family], strict=True):
            assert one.above == same.above == drawn.above
            assert np.array_equal(one.null_above, same.null_above)
    drawn = [one.null_above for one in other[Family.cascade]]
    assert not all(
        np.array_equal(one.null_above, two)
        for one, two in zip(nothing[Family.cascade], drawn, strict=True)
    )


def test_donors_are_other_sessions_of_the_series(plain):
    alone = [replace(one, series=f"S{k}") for k, one in enumerate(plain[:3])]
    found = measured([watch(one) for one in alone])
    assert not any(one.bears for one in found[Family.aversion])
