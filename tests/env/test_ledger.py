"""One account, one position a market: cost basis, profit, netting, marks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.env.ledger import book_fill, book_settlement, mark, mark_account
from kalshi_exp.env.state import EPISODE, ROW
from kalshi_exp.market.account import fill_flow
from kalshi_exp.market.orders import FILL
from kalshi_exp.market.units import ASK, BID, PRICE_ONE

Trade = tuple[int, int, int, int]  # side, price in 1e-4 dollars, size in 1e-2 contracts, fee
TRADES = st.lists(
    st.tuples(
        st.sampled_from([BID, ASK]),
        st.integers(1, PRICE_ONE - 1),
        st.integers(1, 20_000),
        st.integers(0, 5_000_000),
    ),
    max_size=12,
)


class Ledger:
    """One episode of two rows, driven through the kernels."""

    def __init__(self) -> None:
        self.episodes, self.rows = np.zeros(1, EPISODE), np.zeros(2, ROW)
        self.rows["opened"] = self.rows["last_fill"] = -1
        self.episode, self.row = self.episodes[0], self.rows[0]
        for name in ("cash", "initial", "equity", "peak"):
            self.episode[name] = 10**9
        self.episode["markets"] = 2
        self.now = 0

    def trade(self, side: int, price: int, size: int, fee: int = 0) -> None:
        fill = np.zeros(1, FILL)[0]
        self.now += 1
        fill["ts"], fill["side"], fill["price"] = self.now, side, price
        fill["size"], fill["fee"] = size, fee
        fill["flow"] = fill_flow(int(self.row["position"]), side, price, size)
        book_fill(self.episode, self.row, fill)

    def of(self, *names: str) -> tuple[int, ...]:
        return tuple(int(self.row[name]) for name in names)


def test_a_round_trip_in_yes() -> None:
    ledger = Ledger()
    ledger.trade(BID, 4_000, 1_000)
    assert ledger.of("position", "cost", "flow") == (1_000, 4_000_000, -4_000_000)
    ledger.trade(BID, 5_000, 1_000)  # average 45 cents
    ledger.trade(ASK, 6_000, 500)
    assert ledger.of("position", "cost", "realized") == (1_500, 6_750_000, 500 * 1_500)
    ledger.trade(ASK, 3_000, 1_500)
    assert ledger.of("position", "cost") == (0, 0)
    assert ledger.of("realized") == ledger.of("flow") == (500 * 1_500 - 1_500 * 1_500,)
    assert ledger.episode["turnover"] == 1_000 * 4_000 + 1_000 * 5_000 + 500 * 6_000 + 1_500 * 3_000


def test_a_round_trip_in_no_is_paid_at_the_complement() -> None:
    ledger = Ledger()
    ledger.trade(ASK, 4_000, 1_000)  # ten NO at 60 cents
    assert ledger.of("position", "cost", "flow") == (-1_000, 6_000_000, -6_000_000)
    ledger.trade(BID, 3_000, 1_000)  # sold at 70 cents
    assert ledger.of("position", "cost", "realized", "flow") == (0, 0, 1_000_000, 1_000_000)
    assert ledger.episode["turnover"] == 6_000_000 + 7_000_000


def test_the_complement_nets_and_returns_a_dollar_a_pair() -> None:
    """Buying NO at 30 cents closes YES bought at 60: together 90 cents for a dollar."""
    ledger = Ledger()
    ledger.trade(BID, 6_000, 1_000)
    ledger.trade(ASK, 7_000, 1_000)
    assert ledger.episode["cash"] == 10**9 + 1_000 * 1_000
    assert ledger.of("position", "realized") == (0, 1_000_000)


def test_one_fill_may_close_and_open() -> None:
    ledger = Ledger()
    ledger.trade(BID, 6_000, 1_000)
    opened = ledger.of("opened")
    ledger.trade(ASK, 7_000, 1_500)
    assert ledger.of("position", "cost", "realized") == (-500, 500 * 3_000, 1_000_000)
    assert opened == (1,) and ledger.of("opened") == (2,)


def test_opened_and_last_fill_tell_the_time() -> None:
    ledger = Ledger()
    ledger.trade(BID, 6_000, 1_000)
    ledger.trade(BID, 6_000, 1_000)
    ledger.trade(ASK, 6_000, 1_000)
    assert ledger.of("opened", "last_fill") == (1, 3)
    ledger.trade(ASK, 6_000, 1_000)
    assert ledger.of("opened", "last_fill") == (-1, 4)


@given(trades=TRADES, settlement=st.integers(0, PRICE_ONE))
def test_profit_is_booked_once_and_cash_is_conserved(trades: list[Trade], settlement: int) -> None:
    ledger = Ledger()

    for trade in trades:
        ledger.trade(*trade)
        position, flow, cost, realized = ledger.of("position", "flow", "cost", "realized")
        # what came in is what was earned less what is still tied up: nothing twice, nothing lost
        assert flow == realized - cost
        assert ledger.episode["cash"] == 10**9 + flow
        assert 0 <= cost <= abs(position) * PRICE_ONE
        assert (cost == 0) or position != 0
    held = int(ledger.row["position"])

    book_settlement(ledger.episode, ledger.row, settlement)
    assert ledger.of("position", "cost", "opened", "settled") == (0, 0, -1, 1)
    assert ledger.row["flow"] == ledger.row["realized"]
    assert ledger.episode["cash"] == 10**9 + ledger.row["flow"]
    bought = sum(
        size * (price if side == BID else PRICE_ONE - price) for side, price, size, _ in trades
    )
    opposite = sum(size for side, _, size, _ in trades) - abs(held)
    worth = abs(held) * (settlement if held > 0 else PRICE_ONE - settlement)
    fees = sum(fee for *_, fee in trades)
    # every YES and NO bought either met its complement, for a dollar a pair, or was settled
    assert ledger.row["flow"] == opposite // 2 * PRICE_ONE + worth - bought - fees


@pytest.mark.parametrize(("side", "value"), [(BID, 1_000 * 4_800), (ASK, 1_000 * 4_900)])
def test_a_position_is_marked_to_the_side_one_would_exit_on(side: int, value: int) -> None:
    ledger = Ledger()
    ledger.trade(side, 5_000, 1_000)
    change = mark(ledger.row, 4_800, 5_100)
    assert change == ledger.row["pnl"] == value - 1_000 * 5_000
    assert mark(ledger.row, 4_800, 5_100) == 0


def test_equity_peak_and_drawdown_follow_all_markets() -> None:
    ledger = Ledger()
    for own, other, expected in [
        (500, -200, (300, 300, 0)),
        (-100, -100, (-200, 300, 500)),
        (400, 0, (400, 400, 500)),
        (399, 0, (399, 400, 500)),
    ]:
        ledger.rows["pnl"] = own, other
        mark_account(ledger.episode, ledger.rows, 0)
        equity, peak, deepest = expected
        assert ledger.episode["equity"] == 10**9 + equity
        assert ledger.episode["peak"] == 10**9 + peak
        assert ledger.episode["drawdown"] == deepest
