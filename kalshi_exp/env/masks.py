"""Which of the 21 actions are legal, decided once and the same way when they are carried out."""

from __future__ import annotations

from kalshi_exp.env.actions import ACTION_SIZE, HOLD, N_ACTIONS, SIZES
from kalshi_exp.env.placement import WALK_FROM
from kalshi_exp.fills.place import free_slot
from kalshi_exp.market.fees import rate_fee
from kalshi_exp.market.jit import inlined_kernel, lean_kernel
from kalshi_exp.market.orders import EMPTY, RESTING, SLOTS
from kalshi_exp.market.reservation import reserved, rounding_allowance
from kalshi_exp.market.units import BID, PRICE_ONE, SIZE_ONE

NO_LEVEL = -1
FIRST_PURCHASE = (1, 11)  # BUY_YES joins the BID side, BUY_NO the ASK side
FIRST_SALE = (16, 6)  # SELL_NO joins the BID side, SELL_YES the ASK side
ACTION_CONTRACTS = ACTION_SIZE // SIZE_ONE


@lean_kernel
def standing(orders, side):
    """Contracts (1e-2) our live orders of a side could still add to the position."""
    total = 0
    for slot in range(SLOTS):
        order = orders[slot]
        if order.state != EMPTY and order.side == side and order.reduce == 0:
            total += order.size
    return total


@lean_kernel
def contract_cost(fees, side, price):
    """Upper bound of what opening one more contract at a limit can cost: price, fee, rounding."""
    paid = price if side == BID else PRICE_ONE - price
    rate = max(fees.taker_rate, fees.maker_rate)
    fee = rate_fee(rate, fees.multiplier, price, SIZE_ONE)
    return paid * SIZE_ONE + fee + rounding_allowance(fees, SIZE_ONE + 1) - _flat(fees)


@lean_kernel
def _flat(fees):
    """The part of the rounding allowance that does not grow with the size."""
    return 2 * rounding_allowance(fees, SIZE_ONE) - rounding_allowance(fees, SIZE_ONE + 1)


@lean_kernel
def _contracts(size):
    return (size + SIZE_ONE - 1) // SIZE_ONE


@lean_kernel
def older_cost(fees, orders, side):
    """Upper bound of how much dearer a new order makes the older ones of its side.

    They may be left to open what they were to close: their fees and rounding grow.
    """
    before = standing(orders, side)
    if before == 0:
        return 0
    return _contracts(before) * contract_cost(fees, side, PRICE_ONE // 2) + _flat(fees)


@lean_kernel
def exact_cost(fees, ladders, row, side, level, size):
    """What one more order adds to the reservation; the row is left as it was.

    `ladders` is passed whole: given its prices alone, the compiler would melt this rare and long
    way into the short one, and take a fifth longer over a whole run's kernels.
    """
    order = row.orders[free_slot(row.orders)]
    order.state, order.side, order.reduce = RESTING, side, 0
    order.level, order.size, order.serial = level, size, row.serial + 1
    order.fees = 0
    needed = reserved(row.orders, row.position, ladders.prices, row.ladder, fees)
    order.state, order.serial = EMPTY, 0
    return needed - row.reserved


@inlined_kernel
def affordable(fees, ladders, row, side, level, size, free):
    """Whether `free` money covers one more order, netting and the orders before it considered.

    Args:
        fees: FEES record.
        ladders: whatever has `prices`, with the market's from `row.ladder` on: pack or engine.
        row: ROW record; `reserved` is up to date and a slot is free. Left as it was.
        side: BID or ASK.
        level: ladder level of the limit.
        size: 1e-2 contracts.
        free: money of the account that is not reserved.
    """
    price = ladders.prices[row.ladder + level]
    bound = _contracts(size) * contract_cost(fees, side, price) + _flat(fees)
    if bound + older_cost(fees, row.orders, side) <= free:
        return True
    return exact_cost(fees, ladders, row, side, level, size) <= free


@lean_kernel
def sale_size(position, side, size):
    """What a SELL of `size` sells: all that is held when that is less; 0 when nothing is held."""
    held = position if side != BID else -position
    return min(size, held) if held > 0 else 0


@inlined_kernel
def _mask_sales(held, mask, first):
    """Every size that is held, and the smallest that closes the position whole."""
    if held <= 0:
        return
    for action in range(first, first + len(SIZES)):
        mask[action] = True
        if ACTION_SIZE[action] >= held:
            return


@inlined_kernel
def _mask_purchases(fees, ladders, row, side, room, free, mask, first, levels):
    """Every size that the position limit leaves room for and free cash covers."""
    small = contract_cost(fees, side, ladders.prices[row.ladder + levels[0]])
    large = small
    if levels[1] != levels[0]:
        large = contract_cost(fees, side, ladders.prices[row.ladder + levels[1]])
    flat = older_cost(fees, row.orders, side) + _flat(fees)
    for action in range(first, first + len(SIZES)):
        size = ACTION_SIZE[action]
        if size > room:
            return
        walks = size >= WALK_FROM
        cost = ACTION_CONTRACTS[action] * (large if walks else small) + flat
        if cost <= free:
            mask[action] = True
        else:
            level = levels[1] if walks else levels[0]
            mask[action] = exact_cost(fees, ladders, row, side, level, size) <= free


@lean_kernel
def hold_only(mask, levels):
    """Leave nothing but HOLD: all that a row without a market, or without news, may do."""
    mask[HOLD] = True
    for action in range(1, N_ACTIONS):
        mask[action] = False
    levels[:, :] = NO_LEVEL


@inlined_kernel
def fill_mask(rules, fees, ladders, row, free, mask, levels):
    """Write the legality of every trade in a market that is open and two-sided.

    A SELL larger than the position is legal only as the smallest one that closes it whole.

    Args:
        rules: RULES record.
        fees: FEES record.
        ladders: whatever has `prices`, with the market's from `row.ladder` on: pack or engine.
        row: ROW record with a free slot.
        free: the account's free money.
        mask: bool[21], written; HOLD is legal already.
        levels: int64[2, 2], the limit levels: [side, small or large].
    """
    for side in range(2):
        position = row.position if side == BID else -row.position
        room = rules.limit - position - standing(row.orders, side)
        _mask_sales(-position, mask, FIRST_SALE[side])
        _mask_purchases(
            fees, ladders, row, side, room, free, mask, FIRST_PURCHASE[side], levels[side]
        )
