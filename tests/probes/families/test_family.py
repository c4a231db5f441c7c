from __future__ import annotations

import numpy as np

from kalshi_exp.market.orders import CALL_BACK, INTENT, NOTHING, PLACE
from kalshi_exp.market.units import ASK, BID
from kalshi_exp.probes.families import Desk
from kalshi_exp.probes.families.family import due, sides
from tests.probes.views import view


def test_the_desk_writes_only_where_it_is_told() -> None:
    seen = view(3, standing=(39, -1))
    desk = Desk(np.zeros((3, 2), INTENT), seen)
    where = np.array([True, False, True])
    desk.place(where, ASK, np.array([41, 5, 43]), np.array([1.5, 9, 500]), immediate=True)
    asks = desk.intents[:, ASK]
    assert asks["asked"].tolist() == [PLACE, NOTHING, PLACE]
    assert asks["level"].tolist() == [41, 0, 43]
    assert asks["size"].tolist() == [150, 0, 50_000]
    assert asks["immediate"].tolist() == [1, 0, 1]
    assert not desk.intents[:, BID]["asked"].any()
    desk.call_back(where, BID)
    assert desk.intents[:, BID]["asked"].tolist() == [CALL_BACK, NOTHING, CALL_BACK]


def test_nothing_is_called_back_where_nothing_stands() -> None:
    desk = Desk(np.zeros((1, 2), INTENT), view(standing=(-1, 40)))
    desk.call_back(np.array([True]), BID)
    assert not desk.intents["asked"].any()
    desk.call_back(np.array([True]), ASK)
    assert desk.intents["asked"].tolist() == [[NOTHING, CALL_BACK]]


def test_turns_come_every_so_many_decisions_while_the_market_is_open() -> None:
    own = {"every": np.array([1.0, 5.0, 5.0])}
    is_open = [True, True, False]
    turns = [due(view(3, tick=k, open=is_open), own).tolist() for k in range(6)]
    assert turns[0] == turns[5] == [True, True, False]
    assert turns[1] == turns[4] == [True, False, False]


def test_a_tick_towards_the_other_side_is_up_for_bids_and_down_for_asks() -> None:
    (bid, own, other, up), (ask, mine, theirs, down) = sides(view())
    assert (bid, ask, up, down) == (BID, ASK, 1, -1)
    assert own[0] == theirs[0] == 39 and other[0] == mine[0] == 41
