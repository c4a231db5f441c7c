from __future__ import annotations

import csv
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.config.fill import Fees, MakerFees, Rounding
from kalshi_exp.market.fees import (
    BALANCE,
    CENT_CEILING,
    charge,
    make_fees,
    rate_fee,
    round_balance,
    trade_fee,
)
from kalshi_exp.market.units import PRICE_ONE, SIZE_ONE
from tests.market.schedules import (
    CEILING,
    DEAR,
    DIRECT,
    FREE,
    ORDINARY,
    schedule,
    schedules,
)

TEN_MILLION = 10_000_000 * SIZE_ONE
prices = st.integers(1, PRICE_ONE - 1)
sizes = st.one_of(st.integers(1, 1_000), st.integers(1, TEN_MILLION))


def model_fee(rate: int, multiplier: int, price: int, size: int) -> Fraction:
    """The published formula in dollars, from units."""
    p = Fraction(price, PRICE_ONE)
    return (
        Fraction(multiplier, 10**6) * Fraction(rate, 10**6) * Fraction(size, SIZE_ONE) * p * (1 - p)
    )


def test_published_table(vectors_dir):
    path = vectors_dir / "fee_vectors_cent_ceil.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 56
    for row in rows:
        size, price = int(row["contracts"]) * SIZE_ONE, int(Decimal(row["price"]) * PRICE_ONE)
        expected = int(Decimal(row["fee_usd"]) * 10**6)
        passive = row["role"] == "maker"
        for rounding in (CENT_CEILING, BALANCE):
            fees = schedule(row["role"], row["rate"], row["multiplier"], rounding)
            for flow in (-price * size, (PRICE_ONE - price) * size):
                fee, _ = charge(fees, 0, flow, price, size, passive)
                assert fee == expected, (row, rounding)


@given(st.integers(0, 10**6), st.integers(0, 10**6), prices, sizes)
def test_trade_fee_equals_big_integers(rate, multiplier, price, size):
    assert rate_fee(rate, multiplier, price, size) == ceil(
        model_fee(rate, multiplier, price, size) * 10**6
    )


@pytest.mark.parametrize(
    ("rate", "multiplier"), [(10**6, 10**6), (100_000, 10**7), (70_000, 10**6)]
)
@pytest.mark.parametrize("price", [1, 5_000, 9_999])
def test_trade_fee_holds_at_ten_million_contracts(rate, multiplier, price):
    for size in (TEN_MILLION, TEN_MILLION - 1):
        assert rate_fee(rate, multiplier, price, size) == ceil(
            model_fee(rate, multiplier, price, size) * 10**6
        )


def test_binary_floats_would_be_a_cent_off():
    # 0.07 * 100 * 0.1 * 0.9 in binary floats lies above 0.63.
    assert charge(CEILING, 0, 0, 1_000, 100 * SIZE_ONE, False) == (630_000, 630_000)


@pytest.mark.parametrize(
    ("price", "fee"), [(5_400, 17_388), (5_100, 17_493), (500, 3_325), (5_050, 17_499)]
)
def test_trade_fee_of_one_contract(price, fee):
    assert trade_fee(ORDINARY, price, SIZE_ONE, False) == fee
    assert trade_fee(ORDINARY, PRICE_ONE - price, SIZE_ONE, False) == fee


def test_roles_have_their_own_rate():
    assert trade_fee(ORDINARY, 5_000, SIZE_ONE, False) == 17_500
    assert trade_fee(ORDINARY, 5_000, SIZE_ONE, True) == 4_375
    assert trade_fee(DEAR, 5_000, SIZE_ONE, True) == 8_750
    assert trade_fee(FREE, 5_000, SIZE_ONE, False) == trade_fee(FREE, 5_000, SIZE_ONE, True) == 0


class TestBalanceRegime:
    """Worked examples of docs.kalshi.com/getting_started/fee_rounding (September 2026)."""

    def test_ordinary_account(self):
        accumulated, charged = 0, []
        for _ in range(3):
            fee, accumulated = charge(ORDINARY, accumulated, -55_000, 550, SIZE_ONE, False)
            charged.append((fee, accumulated))
        assert charged == [(5_000, 1_361), (5_000, 2_722), (5_000, 4_083)]

    def test_direct_member(self):
        fee, accumulated = charge(DIRECT, 0, -55_000, 550, SIZE_ONE, False)
        assert (-55_000 - fee, fee, accumulated) == (-58_700, 3_700, 61)

    @pytest.mark.parametrize(
        ("price", "contracts", "passive", "fee"),
        [(5_000, 1, False, 20_000), (5_000, 100, False, 1_750_000), (5_000, 100, True, 440_000)],
    )
    def test_one_fill(self, price, contracts, passive, fee):
        size = contracts * SIZE_ONE
        assert charge(ORDINARY, 0, -price * size, price, size, passive)[0] == fee

    def test_rounding_comes_back(self):
        # The page's table: three fills that each overpay 0.004, with fee enough for the rebate.
        accumulated, seen = 0, []
        for _ in range(3):
            fee, accumulated = round_balance(16_000, accumulated, -100_000, 10_000)
            seen.append((fee, accumulated))
        assert seen == [(20_000, 4_000), (20_000, 8_000), (10_000, 2_000)]

    def test_rebate_never_makes_the_fee_negative(self):
        # 0.01 has gathered, but this fill pays 0.005 in all.
        assert round_balance(3_639, 9_000, -55_000, 10_000) == (5_000, 10_361)

    def test_rebates_come_in_units_of_the_precision(self):
        assert round_balance(1_000_000, 25_000, -1_000_000, 10_000) == (980_000, 5_000)
        assert round_balance(10_050, 250, -1_000_000, 100) == (9_800, 0)


# (trade fee, flow), then for each of three fills (fee, accumulator after its rebate).
EARLIER_PAGE = [
    ((8_500, -55_000), [(15_000, 6_500), (5_000, 3_000), (15_000, 9_500)]),
    ((4_100, -150_000), [(10_000, 5_900), (0, 1_800), (10_000, 7_700)]),
    ((500, -9_903), [(10_097, 9_597), (97, 9_194), (97, 8_791)]),
]


@pytest.mark.parametrize(("fill", "expected"), EARLIER_PAGE)
def test_accumulator_vectors_of_the_earlier_page(fill, expected):
    trade, flow = fill
    accumulated, seen = 0, []
    for _ in range(3):
        fee, accumulated = round_balance(trade, accumulated, flow, 10_000)
        seen.append((fee, accumulated))
    assert seen == expected


fills = st.lists(st.tuples(prices, sizes, st.booleans(), st.booleans()), min_size=1, max_size=12)


@given(schedules, fills)
def test_fees_of_an_order(fees, order):
    """Never negative, balances on their grid, nothing lost between fee and accumulator."""
    accumulated, paid, owed = 0, 0, 0
    for price, size, passive, buy in order:
        flow = -price * size if buy else (PRICE_ONE - price) * size
        fee, accumulated = charge(fees, accumulated, flow, price, size, passive)
        assert fee >= 0 and accumulated >= 0
        paid += fee
        owed += trade_fee(fees, price, size, passive)
        if fees["rounding"] == CENT_CEILING:
            assert accumulated == owed and paid == -(-owed // 10_000) * 10_000
        else:
            assert paid == owed + accumulated
            assert (flow - fee) % fees["precision"] == 0


@given(prices, st.lists(st.integers(1, 5_000), min_size=1, max_size=12))
def test_cent_ceiling_is_one_ceiling_an_order(price, parts):
    accumulated, paid = 0, 0
    for size in parts:
        fee, accumulated = charge(CEILING, accumulated, 0, price, size, False)
        paid += fee
    whole, _ = charge(CEILING, 0, 0, price, sum(parts), False)
    # Each fill's trade fee is itself rounded up to 1e-6, which may tip a whole cent.
    assert whole <= paid <= whole + 10_000 and paid % 10_000 == 0


@given(
    st.integers(1, 99),
    st.lists(st.integers(1, 50), min_size=1, max_size=12),
    st.booleans(),
)
def test_whole_fills_at_whole_cents_converge_to_one_fill(cents, parts, passive):
    """Balance regime, a taker's fee: the accumulator leaves less than a cent with the exchange."""
    price, accumulated, paid = cents * 100, 0, 0
    for contracts in parts:
        size = contracts * SIZE_ONE
        fee, accumulated = charge(ORDINARY, accumulated, -price * size, price, size, passive)
        assert accumulated < 10_000
        paid += fee
    size = sum(parts) * SIZE_ONE
    whole, _ = charge(ORDINARY, 0, -price * size, price, size, passive)
    assert whole - 10_000 < paid <= whole + 10_000


class TestConfiguration:
    def test_floats_become_exact_integers(self):
        assert make_fees(Fees()).tolist() == (70_000, 0, 1_000_000, BALANCE, 10_000)
        fees = make_fees(
            Fees(
                taker_rate=0.035,
                maker=MakerFees.quadratic_with_maker_fees,
                multiplier=0.5,
                rounding=Rounding.cent_ceiling,
                precision=0.0001,
            )
        )
        assert fees.tolist() == (35_000, 17_500, 500_000, CENT_CEILING, 100)

    @given(st.integers(0, 10**6))
    def test_every_millionth_survives(self, millionths):
        assert make_fees(Fees(taker_rate=millionths / 10**6))["taker_rate"] == millionths

    def test_seventh_decimal_is_refused(self):
        with pytest.raises(ValueError, match=r"taker_rate is 0.0700001: .* six decimals"):
            make_fees(Fees(taker_rate=0.0700001))

    def test_fee_above_the_contract_is_refused(self):
        make_fees(Fees(taker_rate=0.1, multiplier=10.0))
        with pytest.raises(ValueError, match=r"fill.fees: .* exceeds 1"):
            make_fees(Fees(taker_rate=0.11, multiplier=10.0))
