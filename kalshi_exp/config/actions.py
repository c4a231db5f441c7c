"""`actions=`: where an order is placed."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, final


class Placement(Enum):
    """Limit price of an action's order."""

    join = "join"  # own touch
    improve = "improve"  # one tick inside, never crossing
    cross = "cross"  # opposite touch; from 20 contracts its third level plus one tick


@final
@dataclass
class Actions:
    """The 21 actions; only their placement is free."""

    placement: Placement = Placement.join


SCHEMAS: dict[str, Any] = {"join": Actions, "improve": Actions, "cross": Actions}
