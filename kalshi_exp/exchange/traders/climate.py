"""How willing liquidity is: what cascades, fear and extreme prices leave of it."""

from __future__ import annotations

from kalshi_exp.market.jit import lean_kernel


@lean_kernel
def presence(exchange, market, side, now):
    """Share of the usual liquidity that stays on a side of the book, in [0, 1]."""
    return 1.0


@lean_kernel
def fear_cents(exchange, market, now):
    """What makers add to their half-spread, cents."""
    return 0.0
