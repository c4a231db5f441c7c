"""What would have filled: fill models over a tape, built from a taking and a resting piece."""

from kalshi_exp.fills.execute import execute
from kalshi_exp.fills.footprint import FOOTPRINT, new_footprint
from kalshi_exp.fills.place import (
    amend,
    cancel_order,
    cancel_side,
    free_slot,
    send,
    standing_order,
    write_order,
)
from kalshi_exp.fills.queue_place import ahead_after_cancel
from kalshi_exp.fills.resting_probabilistic import activity_level, fill_probability
from kalshi_exp.fills.spec import COUNTERS, SPEC, make_spec

__all__ = [
    "COUNTERS",
    "FOOTPRINT",
    "SPEC",
    "activity_level",
    "ahead_after_cancel",
    "amend",
    "cancel_order",
    "cancel_side",
    "execute",
    "fill_probability",
    "free_slot",
    "make_spec",
    "new_footprint",
    "send",
    "standing_order",
    "write_order",
]
