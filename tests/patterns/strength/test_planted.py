from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config.scenario import Anchors, Scenario
from kalshi_exp.exchange import simulate_session
from kalshi_exp.market.book import NEGATIVE, OK, Book
from kalshi_exp.market.units import SECOND
from kalshi_exp.patterns.strength import plant, seconds_of
from kalshi_exp.tape import Kind

LEVELS = (25, 50, 75)
ALWAYS = Anchors(fearful=0.0, gap_s=0.1)


def rng(*seeds):
    return np.random.Generator(np.random.PCG64(list(seeds)))


def original(seed=0):
    return simulate_session(Scenario(duration_s=300.0), 3, seed)


def valid(messages, grid):
    """Replays a tape; it must stay a book all the way."""
    book = Book(grid)
    for one in messages:
        if one["kind"] < Kind.PRINT:
            result = book.apply(one["side"], int(grid.prices[one["level"]]), one["size"])
            assert result == OK, "negative" if result == NEGATIVE else "crossed"
    return book


@pytest.mark.parametrize("seed", range(6))
def test_the_copy_is_a_tape_that_holds_the_original(seed):
    market = original(seed).markets[0]
    copy, _ = plant(market, LEVELS, 1.0, 8_000.0, rng(seed), ALWAYS)
    valid(copy.messages, market.ladder)
    assert (np.diff(copy.messages["ts"]) >= 0).all()
    # Taking the planted messages out, which all stand at the levels, leaves the original.
    left = list(market.messages.tolist())
    planted = []
    for one in copy.messages.tolist():
        if left and one == left[0]:
            left.pop(0)
        else:
            planted.append(one)
    assert not left
    assert {market.ladder.prices[one[2]] for one in planted} <= {2_500, 5_000, 7_500}
    assert sum(one[1] for one in planted) == 0  # all of it is gone in the end


def test_something_is_planted_only_near_a_level_and_never_more_than_the_wall():
    seen = 0.0
    for seed in range(6):
        session = original(seed)
        market = session.markets[0]
        copy, spent = plant(market, LEVELS, 0.5, 8_000.0, rng(seed), ALWAYS)
        before = seconds_of(market, session.start_ts, session.end_ts)
        after = seconds_of(copy, session.start_ts, session.end_ts)
        extra = (after.cents - before.cents).sum(axis=1)
        wall = (1 - ALWAYS.tighten) * ALWAYS.depth * np.sqrt(0.5) * 8_000
        assert extra.min() >= 0 and extra.max() <= wall
        there = extra.sum(axis=1) > 0
        away = np.abs(before.mid[:, None] - np.array(LEVELS)).min(axis=1)
        assert (away[there] <= 2 * ALWAYS.radius_cents + 3).all()
        assert abs(there.sum() - spent) <= 0.35 * spent + 5
        seen += spent
    assert seen > 60


def test_strength_zero_plants_nothing_and_luck_is_the_seeds():
    market = original().markets[0]
    assert plant(market, LEVELS, 0.0, 8_000.0, rng(1)) == (market, 0.0)
    one, again, other = (plant(market, LEVELS, 1.0, 8_000.0, rng(k), ALWAYS)[0] for k in (1, 1, 2))
    assert np.array_equal(one.messages, again.messages)
    assert not np.array_equal(one.messages, other.messages)


def test_depth_and_odds_go_with_strength():
    spent, added = [], []
    for strength in (0.1, 0.4, 1.0):
        total = size = 0.0
        for seed in range(12):
            market = original(seed % 6).markets[0]
            copy, time = plant(market, LEVELS, strength, 8_000.0, rng(seed))
            gained = copy.messages["size"][copy.messages["kind"] == Kind.ADD].sum()
            own = market.messages["size"][market.messages["kind"] == Kind.ADD].sum()
            total, size = total + time, size + float(gained - own)
        spent.append(total)
        added.append(size)
    assert spent[0] < spent[2] and added[0] < added[1] < added[2]


def test_a_market_without_messages_is_left_alone():
    market = original().markets[0]
    empty = replace(market, messages=market.messages[:0])
    assert plant(empty, LEVELS, 1.0, 8_000.0, rng(0)) == (empty, 0.0)
    few = replace(market, messages=market.messages[:1])
    assert plant(few, LEVELS, 1.0, 8_000.0, rng(0))[1] * SECOND == 0
