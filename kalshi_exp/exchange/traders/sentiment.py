"""Sentiment: spells in which a market's makers quote around a belief that is off.

A spell comes at a Poisson rate while the market has none, is drawn up or down, and comes and goes
over a ramp. Members of groups and decoys have it alike; in a group it makes the sum of prices
wrong, which is what the labels tell. Its offset goes with the deviation of the answer,
2 sqrt(p (1 - p)). Informed traders believe in most of it: were they to see through it, one a
second would take the makers' offers, and anybody could tell a spell by its prints. A basket of the
arbitrageur teaches the makers of its legs better.

Calibration. Sums of mids of real events stray from one by 2 to 5 cents; four cents in one market
of five is an arbitrage of a cent or two before fees, and none after, for a minute or so.
"""

from __future__ import annotations

import math

import numpy as np

from kalshi_exp.exchange.agenda import HYPE, NO_ORDER, push
from kalshi_exp.exchange.belief import STEP
from kalshi_exp.exchange.labels import VIOLATION, note
from kalshi_exp.exchange.sampling import CROWD, draw, exponential_ns
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import SECOND

_GAP, _SIGN, _SIZE, _LIFE = np.arange(4)  # checks of a draw
_OVER = 0.3  # share left at which a spell that was traded against ends
_NEITHER, _NO_PRICE = np.int64(-1), np.int64(-1)


@lean_kernel
def begin_spell(exchange, market, now):
    """A spell begins, and the next one is called; the first call of a session only calls it."""
    clock, traits = exchange.clock[0], exchange.parameters[0].sentiment
    seed, number, truth = clock.seed, clock.number, exchange.markets[market]
    ordinal, end = exchange.ordinals[market, CROWD], now
    exchange.ordinals[market, CROWD] += 1
    if ordinal > 0:
        p = exchange.belief[market, (now - clock.start) // STEP]
        cents = traits.strength * traits.cents * 2.0 * math.sqrt(p * (1.0 - p))
        cents *= 0.5 + draw(seed, number, market, CROWD, ordinal, _SIZE)
        if draw(seed, number, market, CROWD, ordinal, _SIGN) < 0.5:
            cents = -cents
        u = draw(seed, number, market, CROWD, ordinal, _LIFE)
        ramps = np.int64(2.0 * traits.ramp_s * SECOND)
        end = now + ramps + exponential_ns(u, max(traits.mean_s - 2.0 * traits.ramp_s, 0.001))
        spell = truth.spell
        spell.start, spell.end, spell.cents, spell.left, spell.label = now, end, cents, 1.0, -1
        if truth.group >= 0:
            spell.label = note(
                exchange.labels, exchange.noted, VIOLATION, market, now, min(end, clock.close),
                _NEITHER, _NO_PRICE, cents,
            )  # fmt: skip
    u = draw(seed, number, market, CROWD, ordinal, _GAP)
    at = end + exponential_ns(u, 3600.0 / traits.rate)
    push(exchange.events, exchange.agenda[0], at, HYPE, market, NO_ORDER, NO_ORDER)


@lean_kernel
def sentiment_cents(exchange, market, now):
    """What the makers of a market add to their belief, cents."""
    traits, spell = exchange.parameters[0].sentiment, exchange.markets[market].spell
    if traits.strength == 0.0 or now >= spell.end:
        return 0.0
    ramp = traits.ramp_s * SECOND
    height = min(1.0, (now - spell.start) / ramp, (spell.end - now) / ramp)
    return spell.cents * spell.left * height


@lean_kernel
def teach(spell, labels, sign, share, fade, now):
    """Makers drop a share of an offset of that sign; little left, the spell and its label end.

    Args:
        spell: SPELL record of the market.
        labels: LABEL[capacity].
        sign: of the offset that a trade spoke against.
        share: what they drop of it.
        fade: ns in which a spell that ends goes.
        now: ns.
    """
    if now >= spell.end or spell.cents * sign <= 0.0:
        return
    spell.left *= 1.0 - share
    if spell.left < _OVER:
        spell.end = min(spell.end, now + fade)
        if spell.label >= 0:
            labels[spell.label].end = min(labels[spell.label].end, spell.end)
