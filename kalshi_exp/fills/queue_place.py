"""Our place in the queue of a level after somebody else's cancel."""

from __future__ import annotations

import numpy as np

from kalshi_exp.fills.spec import LOG, OPTIMISTIC, PESSIMISTIC, POWER
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import SIZE_ONE


@lean_kernel
def ahead_after_cancel(queue, exponent, ahead, cancelled, after):
    """Queue ahead of an order once `cancelled` left its level and `after` is left.

    Args:
        queue: PESSIMISTIC (all of it stood behind us), PRO_RATA (its share, rounded down, stood
            in front), OPTIMISTIC (all of it in front), or POWER and LOG: the share in front is
            f(front) / (f(front) + f(behind)) with f(x) = x**exponent or log(1 + x in contracts),
            but never more than is there (the queue models of hftbacktest).
        exponent: of POWER.
        ahead: 1e-2 contracts before; an integer, as the next two.
        cancelled: 1e-2 contracts, above 0.
        after: 1e-2 contracts at the level after the cancel.

    Returns:
        The queue ahead, never more than `after`.
    """
    if queue == PESSIMISTIC:
        return min(ahead, after)
    front = min(ahead, after + cancelled)
    if queue == OPTIMISTIC or front <= 0:
        return max(front - cancelled, 0)
    if queue >= POWER:
        share = _share_in_front(queue, exponent, front, after + cancelled - front)
        return min(front - min(np.int64(cancelled * share), front), after)
    return min(front - front * cancelled // (after + cancelled), after)


@lean_kernel
def ahead_after_order(queue, exponent, ahead, cancelled, after, u01):
    """The same where one whole order of size `cancelled` left, all of it before or behind us.

    It stood where there was room for it. Where it could have stood on either side, a draw says
    which, with the share in front of `ahead_after_cancel` as its probability; what fits on neither
    side was several orders, and is shared out as there.

    Args:
        queue: PRO_RATA, POWER or LOG.
        exponent: of POWER.
        ahead: 1e-2 contracts before; an integer, as the next two.
        cancelled: 1e-2 contracts, above 0.
        after: 1e-2 contracts at the level after the cancel.
        u01: the draw, in [0, 1).
    """
    front = min(ahead, after + cancelled)
    behind = after + cancelled - front
    if front <= 0 or (cancelled > front and cancelled <= behind):
        return max(front, 0)
    if cancelled > front:
        return ahead_after_cancel(queue, exponent, ahead, cancelled, after)
    if cancelled > behind or u01 < _share_in_front(queue, exponent, front, behind):
        return front - cancelled
    return front


@lean_kernel
def _share_in_front(queue, exponent, front, behind):
    """Share of a cancel that stood in front, or odds that it did."""
    before, after = front / SIZE_ONE, behind / SIZE_ONE
    if queue == POWER:
        before, after = _powered(before, exponent), _powered(after, exponent)
    elif queue == LOG:
        before, after = np.log1p(before), np.log1p(after)
    return before / (before + after)


@lean_kernel
def _powered(x, exponent):
    return x * x if exponent == 2.0 else x**exponent  # the usual one is some 30 ns cheaper
