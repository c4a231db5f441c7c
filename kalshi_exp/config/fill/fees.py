"""Kalshi's fee schedule."""

from dataclasses import dataclass
from enum import Enum
from typing import final

from kalshi_exp.config.checks import within


class Rounding(Enum):
    """How a fee is rounded."""

    balance = "balance"  # to 1e-6 dollars, then the balance change to its precision, with rebates
    cent_ceiling = "cent_ceiling"  # up to the next cent an order's fill (the published table)


class MakerFees(Enum):
    """The series' fee type, which sets the maker's rate."""

    quadratic = "quadratic"  # makers pay nothing
    quadratic_with_maker_fees = "quadratic_with_maker_fees"  # 0.0175
    quadratic_with_combo_maker_fees = "quadratic_with_combo_maker_fees"  # 0.035


@final
@dataclass
class Fees:
    """Kalshi's schedule: multiplier x rate x contracts x P x (1 - P)."""

    taker_rate: float = 0.07
    maker: MakerFees = MakerFees.quadratic
    multiplier: float = 1.0
    rounding: Rounding = Rounding.balance
    precision: float = 0.01  # dollars: 0.01 for ordinary accounts, 0.0001 for direct members

    def __post_init__(self) -> None:
        within("fill.fees.taker_rate", self.taker_rate, 0.0, 1.0)
        within("fill.fees.multiplier", self.multiplier, 0.0, 10.0)
        if self.precision not in (0.01, 0.0001):
            raise ValueError(f"fill.fees.precision is {self.precision}; it is 0.01 or 0.0001")
