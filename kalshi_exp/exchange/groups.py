"""The truth of an event: exclusive groups, correlated pairs and decoys.

Which markets belong together is drawn for each session, so that neither their numbers nor their
tickers say anything. Decoys of exclusive groups open like members: their opening probabilities are
shares of groups of which nothing else is true.

*Exclusive group.* A hidden winner among N markets, and noisy signals of it: in a step the k-th
signal is h [k wins] + noise, and by Bayes p_k becomes p_k exp(h signal_k), normalised. It is
simulated as the posterior sees itself: the winner of a step's signals is drawn from the present p,
which makes p a martingale exactly and changes nothing else. They sum to one at every step, and the
winner is drawn from the last of them. In a step that uncovers a fraction f of what a single market
hides, h^2 = 16 f d^2 (N - 1) / N, d the normal density at zero: a member at one half whose rivals
are equal moves as `belief` says. Elsewhere its deviation goes with about p (1 - p), where the
single market's goes with the normal density at its score: at one eighth 0.44 and 0.52 of that at
one half. News strike a whole group at once.

*Correlated pair.* Both walk on the same clock with the same news; the standard normals of the
second are rho of the first's and sqrt(1 - rho^2) of its own. Settlements are drawn independently.

*Scheduled news* move p by c 4 p (1 - p) up or down with equal odds, and the rivals of a member in
proportion: a martingale too.
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.exchange.belief import probability, schedule, walk
from kalshi_exp.exchange.sampling import NATURE, draw, normal
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.latency import normal_quantile
from kalshi_exp.market.units import PRICE_ONE

_ENDS = np.int64(-1)  # the ordinal of what is drawn once
_OPENING, _SETTLEMENT = np.arange(2)  # its checks, as a single market has them
_ORDER, _PRIOR, _SIGN, _COUNT = np.arange(16, 20)  # and an event's
_WALK, _PICK, _SHOCK = np.array([0, 16, 17])  # checks of ordinals from 1, the steps
_FIRST = np.int64(0)
_DENSITY = 0.3989422804014327  # of the standard normal at zero


@lean_kernel
def _share(clock, unevenness, order, first, last, at):
    """Opening share of the market in place `at` of the group in places first..last-1.

    Places from the number of markets on belong to nobody: they only make a decoys' group whole.
    """
    total = own = 0.0
    for i in range(first, last):
        who = order[i] if i < order.size else i
        z = normal(draw(clock.seed, clock.number, who, NATURE, _ENDS, _PRIOR))
        weight = math.exp(unevenness * z)
        total += weight
        if i == at:
            own = weight
    return own / total


@lean_kernel
def _jolt(clock, market, k, p, shock):
    """A probability after scheduled news."""
    up = draw(clock.seed, clock.number, market, NATURE, k, _SHOCK) < 0.5
    move = shock * 4.0 * p * (1.0 - p)
    return p + move if up else p - move


@lean_kernel
def _contest(clock, members, belief, settlement, news, shocks):
    """The beliefs of an exclusive group, from those of step 0, and its settlements.

    Args:
        clock: CLOCK record.
        members: int64[N], markets.
        belief: float64[M, K]; the first member's holds the fractions of `belief.schedule` from 1.
        settlement: int64[M], filled.
        news: bool[M, K]; the first member's are the group's.
        shocks: float64[M, K] of `fill_shocks`.
    """
    seed, number, lead = clock.seed, clock.number, members[0]
    scale = 16.0 * _DENSITY**2 * (members.size - 1) / members.size
    for k in range(1, belief.shape[1]):
        told = scale * belief[lead, k]
        left = draw(seed, number, lead, NATURE, k, _PICK)
        total = 0.0
        for market in members:
            p = belief[market, k - 1]
            z = math.sqrt(told) * normal(draw(seed, number, market, NATURE, k, _WALK))
            if 0.0 <= left < p:
                z += told
            left -= p
            belief[market, k] = p * math.exp(z)
            total += belief[market, k]
        for market in members:
            belief[market, k] /= total
            news[market, k] = news[lead, k]
        for market in members:
            p = belief[market, k]
            if shocks[market, k] > 0.0 and p < 1.0:
                after = _jolt(clock, market, k, p, shocks[market, k])
                for other in members:
                    belief[other, k] *= (1.0 - after) / (1.0 - p)
                    news[other, k] = True
                belief[market, k] = after
    left = draw(seed, number, lead, NATURE, _ENDS, _SETTLEMENT)
    winner = lead
    for market in members:
        settlement[market] = 0
        p = belief[market, belief.shape[1] - 1]
        if 0.0 <= left < p:
            winner = market
        left -= p
    settlement[winner] = PRICE_ONE


@lean_kernel
def _wander(clock, market, leader, rho, path, news, shocks):
    """The belief of one market outside of groups, from its opening in `path`.

    Args:
        clock: CLOCK record.
        market: its number.
        leader: whose normals it shares.
        rho: by how much.
        path: float64[K]; holds the fractions of `belief.schedule` from 1 on.
        news: bool[K].
        shocks: float64[K] of `fill_shocks`.

    Returns:
        Whether YES wins.
    """
    seed, number = clock.seed, clock.number
    score = normal_quantile(path[0])
    path[0] = probability(score)
    for k in range(1, path.size):
        f = path[k]
        z = normal(draw(seed, number, market, NATURE, k, _WALK))
        if rho != 0.0:
            shared = normal(draw(seed, number, leader, NATURE, k, _WALK))
            z = rho * shared + math.sqrt(1.0 - rho * rho) * z
        score = (score + math.sqrt(f) * z) / math.sqrt(1.0 - f)
        path[k] = probability(score)
        if shocks[k] > 0.0 and 0.0 < path[k] < 1.0:
            path[k] = _jolt(clock, market, k, path[k], shocks[k])
            score = normal_quantile(path[k])
            news[k] = True
    return draw(seed, number, market, NATURE, _ENDS, _SETTLEMENT) < path[path.size - 1]


@lean_kernel
def _relate(clock, traits, order, markets, belief, settlement, news, shocks):
    """Draw who belongs together, and every market's truth; arguments as `reveal` has them."""
    seed, number, groups = clock.seed, clock.number, traits.groups
    for i in range(order.size):
        order[i] = i
    for i in range(order.size - 1, 0, -1):
        j = np.int64(draw(seed, number, i, NATURE, _ENDS, _ORDER) * (i + 1))
        order[i], order[j] = order[j], order[i]
    exclusive = groups.exclusive if groups.strength > 0.0 else _FIRST
    pairs = groups.correlated if groups.strength > 0.0 else _FIRST
    first, size = _FIRST, exclusive
    if exclusive > 0:
        for group in range(groups.count):
            if groups.fewest > 0:
                u = draw(seed, number, group, NATURE, _ENDS, _COUNT)
                size = groups.fewest + np.int64(u * (exclusive - groups.fewest + 1))
            members = order[first : first + size]
            schedule(seed, number, members[0], traits.belief, belief[members[0]], news[members[0]])
            for i in range(first, first + size):
                markets[order[i]].group = group
                belief[order[i], 0] = _share(
                    clock, groups.unevenness, order, first, first + size, i
                )
            _contest(clock, members, belief, settlement, news, shocks)
            first += size
    sign = 1.0 if draw(seed, number, _FIRST, NATURE, _ENDS, _SIGN) < 0.5 else -1.0
    for i in range(order.size - first):
        market = leader = order[first + i]
        rho = 0.0
        if i % 2 == 1 and i < 2 * pairs:
            leader = order[first + i - 1]
            rho = sign * groups.correlation * math.sqrt(groups.strength)
            sign = -sign
            markets[market].partner, markets[leader].partner = leader, market
            markets[market].rho = markets[leader].rho = rho
        path = belief[market]
        schedule(seed, number, leader, traits.belief, path, news[market])
        u = draw(seed, number, market, NATURE, _ENDS, _OPENING)
        path[0] = traits.belief.centre + traits.belief.opening * (2.0 * u - 1.0)
        if size > 0:
            start = first + i // size * size
            path[0] = _share(clock, groups.unevenness, order, start, start + size, first + i)
        won = _wander(clock, market, leader, rho, path, news[market], shocks[market])
        settlement[market] = PRICE_ONE if won else 0


@lean_kernel
def reveal(clock, traits, order, markets, belief, settlement, news, shocks):
    """Draw the truth of every market of an event: who belongs together, beliefs and settlements.

    Without groups and without a script each market has its own `belief.walk`.

    Args:
        clock: CLOCK record.
        traits: PARAMETERS record.
        order: int64[M], overwritten.
        markets: MARKET[M] of `new_markets`; groups and partners are filled in.
        belief: float64[M, K], filled.
        settlement: int64[M], filled, 1e-4 dollars.
        news: bool[M, K], filled: jumps of the beliefs.
        shocks: float64[M, K] of `fill_shocks`, or [M, 0] with neither groups nor script.
    """
    if traits.groups.strength > 0.0 or shocks.shape[1] > 0:
        _relate(clock, traits, order, markets, belief, settlement, news, shocks)
        return
    for market in range(belief.shape[0]):
        won = walk(clock.seed, clock.number, market, traits.belief, belief[market], news[market])
        settlement[market] = PRICE_ONE if won else 0
