from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.tape.ladder import infer_grid, make_ladder
from kalshi_exp.tape.metadata import MarketRecord


def _make(record, prices, times=None, start=0):
    prices = np.array(prices, np.int64)
    moments = np.zeros(len(prices), np.int64) if times is None else np.array(times, np.int64)
    return make_ladder(record, start, prices, moments)


@pytest.mark.parametrize(
    ("prices", "name"),
    [
        ([100, 5000, 9900], "linear_cent"),
        ([150, 5050, 9900], "center_half_edge_half_cent"),
        ([110, 5000, 9990], "tapered_deci_cent"),
        ([110, 5010, 9990], "deci_cent"),
        ([3, 5010], "center_deci_edge_centi_cent"),
        ([5003, 5010], "center_centi_edge_centi_cent"),
        ([], "linear_cent"),
    ],
)
def test_the_coarsest_structure_that_fits_is_inferred(prices, name):
    grid = infer_grid(np.array(prices, np.int64))
    assert grid == PriceGrid.structure(name)
    assert all(grid.contains(p) for p in prices)


def test_one_stray_price_does_not_refine_the_grid():
    prices = np.array([4200] * 200 + [4255])
    assert infer_grid(prices).name == "linear_cent"
    assert infer_grid(np.array([4200] * 50 + [4255])).name != "linear_cent"


def test_ranges_outrank_the_name_and_a_record_outranks_prices():
    record = MarketRecord("A", structure="linear_cent", ranges=(("0.0000", "1.0000", "0.0500"),))
    ladder = _make(record, [110, 5010])
    assert (ladder.grid.n, ladder.source) == (19, "metadata")
    assert ladder.valid.all()


def test_a_grid_change_makes_an_epoch_over_the_union():
    record = MarketRecord("A", structure="deci_cent", changes=[(50, "deci_cent", ())])
    ladder = _make(record, [4200, 4300, 4210], times=[10, 20, 60])
    assert ladder.grid.n == 999
    assert ladder.epoch_ts.tolist() == [0, 50]
    assert ladder.valid.sum(axis=1).tolist() == [99, 999]  # the record is younger than the change
    assert ladder.valid[0, ladder.grid.index(4200)]
    assert not ladder.valid[0, ladder.grid.index(4210)]


def test_a_grid_announced_before_the_start_is_the_first():
    record = MarketRecord("A", changes=[(1, "linear_cent", ()), (5, "deci_cent", ()), (9, "", ())])
    ladder = _make(record, [4200], start=7)
    assert (ladder.grid.name, len(ladder.epoch_ts), ladder.source) == ("deci_cent", 1, "lifecycle")


def test_an_unknown_structure_is_inferred():
    ladder = _make(MarketRecord("A", structure="brand_new"), [4210])
    assert ladder.source == "inferred"
    assert ladder.grid.contains(4210)
