"""Groups sum to one and have one winner, pairs move together, decoys don't; all are martingales."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from kalshi_exp.config.scenario import Belief, Groups, Scenario, ScriptEvent
from kalshi_exp.exchange import Exchange, new_exchange
from kalshi_exp.exchange.belief import STEP
from kalshi_exp.exchange.markets import correlations
from kalshi_exp.market.units import SECOND

START = 1_700_000_000 * SECOND
A_SECOND = SECOND // STEP
LIVELY = Belief(volatility_cents=4.0, jumps_per_hour=120.0, jump_cents=8.0)
EVENT = Scenario(
    duration_s=60.0,
    markets=9,
    belief=LIVELY,
    groups=Groups(strength=1.0, exclusive=4, correlated=2, correlation=0.8),
)


def sessions(scenario: Scenario, count: int, seed: int = 5) -> list[Exchange]:
    return [new_exchange(scenario, seed, number, START) for number in range(count)]


def members(exchange: Exchange, group: int = 0) -> np.ndarray:
    return np.flatnonzero(exchange.markets["group"] == group)


def error_of(values: np.ndarray) -> float:
    return values.std() / np.sqrt(len(values))


def test_groups_sum_to_one_and_have_one_winner():
    two = replace(EVENT, groups=replace(EVENT.groups, count=2, correlated=0))
    for exchange in sessions(EVENT, 20) + sessions(two, 20):
        count = exchange.parameters[0]["groups"]["count"]
        for group in range(count):
            inside = members(exchange, group)
            assert len(inside) == 4
            assert np.abs(exchange.belief[inside].sum(axis=0) - 1.0).max() < 1e-9
            assert sorted(exchange.settlement[inside])[-2:] == [0, 10_000]
        assert (exchange.markets["group"] < 0).sum() == 9 - 4 * count
        assert ((exchange.belief >= 0.0) & (exchange.belief <= 1.0)).all()


def test_beliefs_of_members_and_decoys_are_martingales_that_settle_as_they_say():
    first, last, won, inside = [], [], [], []
    for exchange in sessions(EVENT, 600):
        first += exchange.belief[:, 0].tolist()
        last += exchange.belief[:, -1].tolist()
        won += (exchange.settlement / 10_000).tolist()
        inside += (exchange.markets["group"] >= 0).tolist()
    opening, end, answer, grouped = map(np.array, (first, last, won, inside))
    for kind in (grouped, ~grouped):
        assert (end - opening)[kind].std() > 0.15
        edges = np.quantile(opening[kind], np.linspace(0.0, 1.0, 6))
        for low, high in pairwise(edges):
            there = kind & (opening >= low) & (opening <= high)
            change = (end - opening)[there]
            assert abs(change.mean()) < 3.5 * error_of(change)
        for low in np.arange(0.0, 1.0, 0.1):
            there = kind & (end >= low) & (end < low + 0.1)
            miss = (answer - end)[there]
            error = np.sqrt((end * (1.0 - end))[there].mean() / there.sum())
            assert abs(miss.mean()) < 3.5 * error + 1e-3


def test_decoys_open_like_members():
    """Neither the level of a price nor the number of a market says who belongs to a group."""
    inside, outside, places = [], [], np.zeros(9)
    for exchange in sessions(EVENT, 400):
        grouped = exchange.markets["group"] >= 0
        places += grouped
        inside += exchange.belief[grouped, 0].tolist()
        outside += exchange.belief[~grouped, 0].tolist()
    assert abs(np.mean(inside) - np.mean(outside)) < 3.5 * error_of(np.array(outside))
    assert np.std(inside) == pytest.approx(np.std(outside), rel=0.1)
    assert np.abs(places / 400 - 4 / 9).max() < 3.5 * np.sqrt(0.25 / 400)


def test_a_member_at_one_half_moves_as_the_belief_says():
    calm = Belief(volatility_cents=0.8, jumps_per_hour=0.0)
    even = Groups(strength=1.0, exclusive=2, unevenness=0.0)
    pair = replace(EVENT, markets=2, belief=calm, groups=even)
    moved = np.array(
        [exchange.belief[0, A_SECOND] - exchange.belief[0, 0] for exchange in sessions(pair, 1_500)]
    )
    assert 100.0 * moved.std() == pytest.approx(0.8, rel=0.07)


def moves(exchange: Exchange) -> np.ndarray:
    """Increments over a second, divided by how wide they are there: float64[M, seconds]."""
    path = exchange.belief[:, ::A_SECOND]
    width = np.maximum(path * (1.0 - path), 1e-3)[:, :-1]
    return np.diff(path, axis=1) / width


def test_only_planted_pairs_are_correlated():
    even = Belief(volatility_cents=0.8, jumps_per_hour=0.0)
    planted, signs, rest, first_signs = [], [], [], []
    for exchange in sessions(replace(EVENT, belief=even), 60):
        truth = correlations(exchange.markets, exchange.belief[:, 0])
        found = np.corrcoef(moves(exchange))
        assert (truth == truth.T).all()
        assert (truth.sum(axis=1)[exchange.markets["partner"] >= 0] != 1.0).all()
        pairs = np.argwhere(np.triu(exchange.markets["partner"][:, None] == np.arange(9), 1))
        assert len(pairs) == 2
        planted += [abs(found[a, b]) for a, b in pairs]
        signs += [np.sign(truth[a, b]) * np.sign(found[a, b]) for a, b in pairs]
        assert sum(truth[a, b] for a, b in pairs) == 0.0  # one of either sign
        assert {abs(truth[a, b]) for a, b in pairs} == {0.8}
        first_signs.append(truth[tuple(pairs[0])])
        rest += found[(truth == 0.0)].tolist()
        inside = members(exchange)
        within = found[np.ix_(inside, inside)][np.triu_indices(4, 1)]
        said = truth[np.ix_(inside, inside)][np.triu_indices(4, 1)]
        assert abs(within.mean() - said.mean()) < 0.2
    assert np.mean(planted) == pytest.approx(0.8, abs=0.03)
    assert min(signs) == 1.0
    assert abs(np.mean(rest)) < 0.02
    assert 0.2 < np.mean(np.array(first_signs) > 0) < 0.8


def test_strength_is_the_share_of_a_correlations_square():
    faint = replace(EVENT, groups=replace(EVENT.groups, strength=0.25))
    rho = new_exchange(faint, 5, 0, START).markets["rho"]
    assert set(np.abs(rho[rho != 0.0])) == {0.4}


def test_strength_zero_is_every_market_for_itself():
    none = replace(EVENT, groups=replace(EVENT.groups, strength=0.0))
    alone = replace(EVENT, groups=Groups())
    one, two = sessions(none, 1)[0], sessions(alone, 1)[0]
    assert (one.belief == two.belief).all() and (one.settlement == two.settlement).all()
    assert (one.markets["group"] == -1).all() and (one.markets["partner"] == -1).all()
    assert (correlations(one.markets, one.belief[:, 0]) == np.eye(9)).all()


def test_a_script_that_only_halts_leaves_beliefs_as_they_are():
    halted = replace(EVENT, groups=Groups(), script=[ScriptEvent(10.0, "halt", 0, 5.0, 5.0)])
    one, two = sessions(halted, 1)[0], sessions(replace(EVENT, groups=Groups()), 1)[0]
    assert (one.belief == two.belief).all() and (one.settlement == two.settlement).all()


def test_sizes_of_groups_vary_between_sessions_where_told():
    drawn = replace(EVENT, groups=Groups(strength=1.0, exclusive=8, fewest=3))
    assert {len(members(exchange)) for exchange in sessions(drawn, 60)} == set(range(3, 9))
