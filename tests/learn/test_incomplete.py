"""What observations lacked, counted on a tape made for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config import compose, typed
from kalshi_exp.learn.compile_ahead import made_up
from kalshi_exp.learn.incomplete import longest_window_s
from kalshi_exp.learn.tape_arena import TapeArena
from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.observation import INCOMPLETE, observation_figures
from kalshi_exp.tape import MESSAGE, Kind


def test_empty_sides_closed_siblings_and_short_sessions_are_counted() -> None:
    experiment = typed(compose())
    experiment.features["activity"].slow_s = 100.0  # the session has 60
    whole = made_up(3)
    market = whole.markets[0]
    messages = np.zeros(2, MESSAGE)
    messages["ts"] = whole.start_ts + np.array([10, 20]) * SECOND
    messages["level"], messages["size"], messages["kind"] = 40, [500, -500], [Kind.ADD, Kind.CANCEL]
    early = replace(
        market, ticker="EARLY", messages=messages, close_ts=whole.start_ts + 30 * SECOND
    )
    session = replace(whole, markets=(early, market))
    frame = TapeArena([session], experiment).incomplete()
    row = frame.row(0, named=True)
    assert frame.schema == INCOMPLETE and row["short"] and row["nonfinite"] == 0
    seconds = (market.close_ts - whole.start_ts) // SECOND
    assert row["sibling_closed"] == pytest.approx(seconds - 30, abs=1)
    assert row["empty"] >= 18, "before its only order, and after it"
    assert 9 <= row["one_sided"] < row["decisions"]
    words = observation_figures(frame)["words"]
    assert "after another market of the event had closed" in words and "defined value" in words


def test_a_whole_market_lacks_nothing() -> None:
    frame = TapeArena([made_up(4)], typed(compose())).incomplete()
    quiet = frame.with_columns(one_sided=0, empty=0)
    assert "none saw an incomplete book" in observation_figures(quiet)["words"]
    bad = frame.with_columns(nonfinite=3, grid_changes=2)
    words = observation_figures(bad)["words"]
    assert "3 features were not finite: a defect" in words and "changed 2 times" in words


def test_the_longest_window_is_that_of_the_groups_that_are_on() -> None:
    features = typed(compose()).features
    assert longest_window_s({}) == 0.0
    assert longest_window_s(features) == pytest.approx(
        max(v for g in features.values() for n, v in vars(g).items() if n.endswith("_s"))
    )
