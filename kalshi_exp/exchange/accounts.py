"""What the simulated traders own: exact integers, on the YES scale, without collateral.

Selling YES and buying NO are one thing here: the seller receives the price now and owes the
settlement. Less the collateral that Kalshi holds meanwhile, P&L is the same to the last 1e-6
dollar, and so over all accounts P&L plus fees is zero.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.fees import charge
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import BID

ACCOUNT = np.dtype(
    [
        ("position", np.int64),  # YES held (negative: owed), 1e-2 contracts
        ("cash", np.int64),  # net of fees, 1e-6 dollars
        ("fees", np.int64),  # paid so far, 1e-6 dollars
        ("made", np.int64),  # 1e-2 contracts that filled while resting
        ("taken", np.int64),  # 1e-2 contracts that it took
    ],
    align=True,
)
"""One owner's account in one market."""


@lean_kernel
def post_fill(account, fees, accumulated, side, price, size, passive):
    """Post one side of a fill. Returns the order's new fee accumulator, 1e-6 dollars."""
    flow = -price * size if side == BID else price * size
    fee, accumulated = charge(fees, accumulated, flow, price, size, passive)
    account.position += size if side == BID else -size
    account.cash += flow - fee
    account.fees += fee
    if passive:
        account.made += size
    else:
        account.taken += size
    return accumulated


@lean_kernel
def settle_accounts(accounts, settlement):
    """Turn each position of ACCOUNT[A] into money at `settlement`, 1e-4 dollars."""
    for owner in range(accounts.size):
        accounts[owner].cash += accounts[owner].position * settlement
        accounts[owner].position = 0
