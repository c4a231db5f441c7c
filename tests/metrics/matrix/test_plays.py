from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from kalshi_exp.metrics.matrix import EXCHANGE, PLAYS, Plays, plays_of
from tests.metrics.matrix.played import DOLLAR, actions, rows
from tests.metrics.rows import fill, records_of, session


def test_totals_stand_by_session_and_seed_in_order() -> None:
    dollars = np.arange(12.0).reshape(4, 3)
    frame = rows("old", dollars, fills=2, actions=actions(HOLD=1, BUY_YES_5=2))
    plays = Plays(frame.sample(fraction=1.0, shuffle=True, seed=3))
    found = plays.totals("old", EXCHANGE, ["pnl", "plays", "fills"])
    assert found.shape == (4, 3, 3)
    assert (found[..., 0] == dollars * DOLLAR).all()
    assert (found[..., 1] == 1).all() and (found[..., 2] == 2).all()
    mix = plays.totals("old", EXCHANGE, ["actions"])
    assert mix.shape == (4, 3, 21) and (mix[..., 0] == 1).all() and (mix.sum(-1) == 3).all()


def test_policies_of_a_contestant_are_told_apart() -> None:
    frame = pl.concat(
        [rows("old", np.ones((3, 1))), rows("old", np.full((3, 1), 7.0), policy="agent/sampled")]
    )
    plays = Plays(frame)
    assert plays.totals("old", EXCHANGE, ["pnl"]).sum() == 3 * DOLLAR
    assert plays.totals("old", EXCHANGE, ["pnl"], "agent/sampled").sum() == 21 * DOLLAR


def test_a_hole_is_refused() -> None:
    frame = rows("old", np.ones((3, 2)))
    with pytest.raises(ValueError, match="old did not play every session with every seed"):
        Plays(frame[1:]).totals("old", EXCHANGE, ["pnl"])
    with pytest.raises(ValueError, match="queue did not play"):
        Plays(frame).totals("queue", EXCHANGE, ["pnl"])


def test_records_become_plays_with_their_fills_counted() -> None:
    made = records_of(
        [session("a", 3 * DOLLAR), session("b", -DOLLAR)], [fill("a"), fill("a", ts=7)]
    )
    frame = plays_of(made, "queue", 4, "old")
    assert frame.schema == PLAYS
    assert frame["session"].to_list() == ["a", "b"]
    assert frame["fills"].to_list() == [2, 0] and frame["pnl"].to_list() == [3 * DOLLAR, -DOLLAR]
    assert set(frame["contestant"]) == {"queue"} and set(frame["seed"]) == {4}
    assert set(frame["judge"]) == {"old"}
