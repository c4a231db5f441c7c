"""Fee schedules that the tests of this room share."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import strategies as st

from kalshi_exp.config.fill import Fees, MakerFees, Rounding
from kalshi_exp.market.fees import FEES, make_fees

ORDINARY = make_fees(Fees(maker=MakerFees.quadratic_with_maker_fees))
DIRECT = make_fees(Fees(maker=MakerFees.quadratic_with_maker_fees, precision=0.0001))
CEILING = make_fees(Fees(maker=MakerFees.quadratic_with_maker_fees, rounding=Rounding.cent_ceiling))
FREE = make_fees(Fees(taker_rate=0.0))
DEAR = make_fees(Fees(taker_rate=0.0, maker=MakerFees.quadratic_with_combo_maker_fees))
STEEP = make_fees(Fees(taker_rate=0.1, multiplier=10.0))

schedules = st.sampled_from([ORDINARY, DIRECT, CEILING, FREE, DEAR, STEEP])


def schedule(role: str, rate: str, multiplier: str, rounding: int) -> np.void:
    """A schedule with one role's rate taken from decimal text."""
    record = np.zeros(1, FEES)[0]
    record[f"{role}_rate"] = int(Decimal(rate) * 10**6)
    record["multiplier"] = int(Decimal(multiplier) * 10**6)
    record["rounding"], record["precision"] = rounding, 10_000
    return record
