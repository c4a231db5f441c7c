from __future__ import annotations

import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.market.grid import STRUCTURES, OffGridError, PriceGrid
from kalshi_exp.market.units import PRICE_ONE, complement

# Counted by hand from the documented bands.
COUNTS = {
    "linear_cent": 99,
    "deci_cent": 999,
    "tapered_deci_cent": 100 + 79 + 100,
    "center_whole_edge_half_cent": 20 + 79 + 20,
    "center_whole_edge_quint_cent": 50 + 79 + 50,
    "center_half_edge_half_cent": 199,
    "center_half_edge_quint_cent": 50 + 159 + 50,
    "center_half_edge_deci_cent": 100 + 159 + 100,
    "center_quint_edge_quint_cent": 499,
    "center_quint_edge_deci_cent": 100 + 399 + 100,
    "center_centi_edge_centi_cent": 9_999,
    "center_deci_edge_centi_cent": 100 + 979 + 100,
}


def dollars(units: int) -> str:
    return f"{units / PRICE_ONE:.4f}"


def test_every_structure_is_counted():
    assert set(COUNTS) == set(STRUCTURES)


@pytest.mark.parametrize("name", STRUCTURES)
def test_structure_is_symmetric_and_holds_whole_cents(name):
    grid = PriceGrid.structure(name)
    assert grid.n == COUNTS[name]
    assert np.array_equal(grid.prices, PRICE_ONE - grid.prices[::-1])
    assert all(grid.contains(cent) for cent in range(100, PRICE_ONE, 100))
    assert all(grid.contains(complement(int(price))) for price in grid.prices)


@pytest.mark.parametrize("name", STRUCTURES)
def test_lookup_inverts_prices(name):
    grid = PriceGrid.structure(name)
    assert [grid.index(int(price)) for price in grid.prices] == list(range(grid.n))
    off = np.setdiff1d(np.arange(PRICE_ONE + 1), grid.prices)
    assert np.all(grid.lookup[off] == -1)
    assert not any(grid.contains(int(price)) for price in off)


def test_tapered_ticks():
    grid = PriceGrid.structure("tapered_deci_cent")
    allowed = {10, 990, 1_000, 1_100, 8_900, 9_000, 9_010, 9_990}
    assert all(grid.contains(price) for price in allowed)
    assert not any(grid.contains(price) for price in (5, 1_010, 8_990, 0, PRICE_ONE, -10, 20_000))


def test_combo_ticks():
    grid = PriceGrid.structure("center_deci_edge_centi_cent")
    assert all(grid.contains(price) for price in (1, 99, 100, 110, 9_900, 9_901, 9_999))
    assert not any(grid.contains(price) for price in (101, 9_899))


@pytest.mark.parametrize("name", STRUCTURES)
def test_ranges_of_a_structure_give_it_back(name):
    ranges = [
        {"start": dollars(a), "end": dollars(b), "step": dollars(c)} for a, b, c in STRUCTURES[name]
    ]
    grid = PriceGrid.from_ranges(ranges, name)
    assert grid == PriceGrid.structure(name) and grid.name == name
    assert hash(grid) == hash(PriceGrid.structure(name))


def test_ranges_are_read_exactly():
    # 0.29 * 10000 is 2899.9999999999995 in binary floats.
    grid = PriceGrid.from_ranges([{"start": "0.29", "end": "0.58", "step": "0.29"}])
    assert grid.prices.tolist() == [2_900, 5_800] and grid.name == "custom"


@pytest.mark.parametrize(
    "band",
    [
        {"start": "0", "end": "1", "step": "0"},
        {"start": "0", "end": "1", "step": "-0.01"},
        {"start": "0.5", "end": "0.5", "step": "0.01"},
        {"start": "0", "end": "1.01", "step": "0.01"},
        {"start": "0", "end": "1", "step": "0.00001"},
        {"start": "0", "end": "1", "step": "a cent"},
        {"start": "0", "end": "1"},
        {"start": "0", "end": "1", "step": None},
        {"start": "0", "end": "1", "step": "1"},
    ],
)
def test_unusable_ranges_are_refused(band):
    with pytest.raises(ValueError, match="price"):
        PriceGrid.from_ranges([band])


def test_off_grid_price_names_its_neighbours():
    with pytest.raises(OffGridError, match=r"5050 .* use 5000 or 5100"):
        PriceGrid.structure("linear_cent").index(5_050)
    for outside in (-1, 0, PRICE_ONE, 10**9):
        with pytest.raises(OffGridError):
            PriceGrid.structure("linear_cent").index(outside)


def test_unknown_structure_says_what_to_do():
    with pytest.raises(ValueError, match="use the market's price_ranges"):
        PriceGrid.structure("linear_dime")


def test_prices_must_rise_inside_the_dollar():
    for prices in ([], [0, 100], [100, PRICE_ONE], [200, 100], [100, 100], [[100]]):
        with pytest.raises(ValueError, match="price grid"):
            PriceGrid("wrong", np.array(prices, dtype=np.int32))


def test_prices_are_read_only_and_not_the_callers():
    mine = np.array([100, 200], np.int32)
    grid = PriceGrid("mine", mine)
    mine[0] = 150
    assert grid.prices.tolist() == [100, 200]
    for array in (grid.prices, grid.lookup):
        assert array.dtype == np.int32
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


subsets = st.sets(st.integers(1, PRICE_ONE - 1), min_size=1, max_size=40).map(
    lambda prices: PriceGrid("any", np.array(sorted(prices)))
)


@given(subsets)
def test_json_is_lossless(grid):
    text = grid.to_json()
    again = PriceGrid.from_json(text)
    assert again == grid and again.name == grid.name
    assert again.to_json() == text


def test_json_of_structures_is_short():
    for name in STRUCTURES:
        grid = PriceGrid.structure(name)
        assert PriceGrid.from_json(grid.to_json()) == grid
        assert len(json.loads(grid.to_json())["runs"]) <= 3


@pytest.mark.parametrize("text", ["", "{}", '{"name":"a","runs":[[1,2]]}', '{"name":"a","runs":3}'])
def test_broken_json_is_refused(text):
    with pytest.raises(ValueError, match="not a price grid"):
        PriceGrid.from_json(text)


@given(st.lists(subsets, min_size=1, max_size=4))
def test_union_holds_exactly_its_members(grids):
    ladder = PriceGrid.union(grids)
    assert set(ladder.prices.tolist()) == {int(p) for grid in grids for p in grid.prices}
    for grid in grids:
        mask = grid.mask_in(ladder)
        assert mask.dtype == np.bool_ and mask.shape == (ladder.n,)
        assert np.array_equal(ladder.prices[mask], grid.prices)


def test_grid_that_changes_in_life():
    cent, deci = PriceGrid.structure("linear_cent"), PriceGrid.structure("deci_cent")
    ladder = PriceGrid.union([cent, deci])
    assert ladder == deci and ladder.name == "linear_cent+deci_cent"
    assert cent.mask_in(ladder).sum() == 99 and deci.mask_in(ladder).all()
    assert PriceGrid.union([cent, cent]).name == "linear_cent"


def test_mask_refuses_a_ladder_that_loses_prices():
    cent, deci = PriceGrid.structure("linear_cent"), PriceGrid.structure("deci_cent")
    with pytest.raises(OffGridError, match=r"lacks price 10 .*union"):
        deci.mask_in(cent)
    with pytest.raises(ValueError, match="at least one"):
        PriceGrid.union([])


def test_equality_is_by_prices():
    cent = PriceGrid.structure("linear_cent")
    assert cent == PriceGrid("other name", cent.prices)
    assert cent != PriceGrid.structure("deci_cent") and cent != "linear_cent"
    assert pickle.loads(pickle.dumps(cent)) == cent
