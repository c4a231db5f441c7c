"""The units every room shares: integers only, so the ledger is exact.

price: int, 1e-4 dollars. size: int, 1e-2 contracts. money: int, 1e-6 dollars, so that
price times size is money. time: int nanoseconds UTC.
"""

from __future__ import annotations

PRICE_ONE = 10_000
SIZE_ONE = 100
MONEY_ONE = 1_000_000
SECOND = 1_000_000_000
MILLISECOND = 1_000_000
NEVER = 2**63 - 1

BID = 0
ASK = 1


def complement(price: int) -> int:
    """Price of the other outcome: a YES bid at p is a NO ask at one dollar less p."""
    return PRICE_ONE - price
