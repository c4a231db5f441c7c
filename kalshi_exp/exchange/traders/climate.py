"""How willing liquidity is: what cascades, fear and extreme prices leave of it.

Once a second the crowd watches the mid, where a cascade, the defence of an anchor or aversion may
begin or end; then `presence` and `fear_cents` tell makers and noise what to make of it. Nobody
watches where none of the three is planted.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange.agenda import NO_ORDER, WATCH, push
from kalshi_exp.exchange.traders.anchors import DEFENCE, stand
from kalshi_exp.exchange.traders.aversion import CAUTION, shy
from kalshi_exp.exchange.traders.cascades import PANIC, flinch, withdrawn
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import ASK, BID, PRICE_ONE, SECOND

MOOD = np.dtype(
    [
        ("mid", np.float64),  # cents, at the last watch that found two sides; -1 before it
        ("panic", PANIC),
        ("caution", CAUTION),
        ("defence", DEFENCE),
    ],
    align=True,
)
"""What the crowd of one market knows and does."""

_TWO_CENTS = 2 * PRICE_ONE // 100
_EVERY = np.int64(SECOND)
_BIDS, _ASKS = np.int64(BID), np.int64(ASK)


def new_moods(scenario: Scenario) -> np.ndarray:
    """MOOD[M] of a crowd that has seen nothing yet and thinks touches are as makers quote them."""
    moods = np.zeros(scenario.markets, MOOD)
    moods["mid"] = moods["caution"]["label"] = moods["defence"]["slots"] = -1
    maker = scenario.maker
    moods["defence"]["touch"] = 100.0 * maker.size * maker.strength * maker.count
    return moods


@lean_kernel
def watches(traits):
    """Whether anybody watches the mid in a scenario of these PARAMETERS."""
    return max(traits.anchors.strength, traits.cascades.strength, traits.aversion.strength) > 0.0


@lean_kernel
def watch(exchange, market, now):
    """The crowd watches a market, and the next watch is called."""
    push(exchange.events, exchange.agenda[0], now + _EVERY, WATCH, market, NO_ORDER, NO_ORDER)
    engine, traits = exchange.engine, exchange.parameters[0]
    bid, ask = engine.best[market, BID], engine.best[market, ASK]
    if bid < 0 or ask >= engine.prices.size:
        return
    mid = (engine.prices[bid] + engine.prices[ask]) / _TWO_CENTS
    exchange.moods[market].mid = mid
    if traits.aversion.strength > 0.0:
        shy(exchange, market, mid, now)
    if traits.cascades.strength > 0.0:
        flinch(exchange, market, mid, now)
    if traits.anchors.strength > 0.0:
        stand(exchange, market, mid, now)


@lean_kernel
def presence(exchange, market, side, now):
    """Share of the usual liquidity that stays on a side of the book, in [0, 1]."""
    mood = exchange.moods[market]
    return (1.0 - withdrawn(mood.panic, side, now)) * (1.0 - mood.caution.gone)


@lean_kernel
def fear_cents(exchange, market, now):
    """What makers add to their half-spread, cents."""
    mood = exchange.moods[market]
    missing = 0.5 * (withdrawn(mood.panic, _BIDS, now) + withdrawn(mood.panic, _ASKS, now))
    fear = exchange.parameters[0].cascades.fear_cents * missing + mood.caution.fear
    if now < mood.defence.end:
        fear += mood.defence.fear
    return fear
