"""Fills into money: one account an episode, one position a market, integers throughout."""

from __future__ import annotations

from kalshi_exp.market.account import exit_value, settle
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import BID, PRICE_ONE


@lean_kernel
def book_fill(episode, row, fill):
    """Book one fill on the account and on its market's position.

    The cost basis is average cost; a closing part realises its share of it, rounded down.
    """
    before = row.position
    signed = fill.size if fill.side == BID else -fill.size
    held = -before if signed > 0 else before
    closing = min(fill.size, max(held, 0))
    opening = fill.size - closing
    paid = fill.price if fill.side == BID else PRICE_ONE - fill.price
    if closing > 0:
        share = row.cost * closing // held
        row.cost -= share
        row.realized += (PRICE_ONE - paid) * closing - share
    row.cost += paid * opening
    row.realized -= fill.fee
    row.fees += fill.fee
    row.flow += fill.flow - fill.fee
    row.position = before + signed
    if row.position == 0:
        row.opened = -1
    elif before == 0 or (before > 0) != (row.position > 0):
        row.opened = fill.ts
    row.last_fill = fill.ts
    episode.cash += fill.flow - fill.fee
    episode.turnover += paid * opening + (PRICE_ONE - paid) * closing


@lean_kernel
def book_settlement(episode, row, settlement):
    """Pay the position out at the settlement price and end the market."""
    value = settle(row.position, settlement)
    row.realized += value - row.cost
    row.flow += value
    episode.cash += value
    row.position = 0
    row.cost = 0
    row.opened = -1
    row.reserved = 0
    row.settled = 1


@lean_kernel
def mark(row, bid_price, ask_price):
    """Recompute the market's P&L at the side one would exit on; returns the change."""
    previous = row.pnl
    row.pnl = row.flow + exit_value(row.position, bid_price, ask_price)
    return row.pnl - previous


@lean_kernel
def mark_account(episode, rows, first):
    """Recompute equity, its peak and the deepest drawdown."""
    equity = episode.initial
    for slot in range(first, first + episode.markets):
        equity += rows[slot].pnl
    episode.equity = equity
    episode.peak = max(episode.peak, equity)
    episode.drawdown = max(episode.drawdown, episode.peak - equity)
