from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kalshi_exp.market.account import Account, RefusedOrderError
from kalshi_exp.market.orders import Direction, OrderIntent, Outcome
from kalshi_exp.market.units import ASK, BID, MONEY_ONE, PRICE_ONE, SIZE_ONE
from tests.market.schedules import FREE, ORDINARY, schedules

YES, NO = Outcome.YES, Outcome.NO
BUY, SELL = Direction.BUY, Direction.SELL


def order(outcome, direction, price, contracts):
    return OrderIntent(outcome, direction, price, contracts * SIZE_ONE)


class TestOrders:
    def test_placing_and_cancelling_only_move_the_line(self):
        account = Account(10 * MONEY_ONE, ORDINARY)
        serial = account.place("m", order(YES, BUY, 5_000, 10))
        assert account.cash == 10 * MONEY_ONE and account.reserved > 5 * MONEY_ONE
        assert account.available == account.cash - account.reserved
        account.cancel(serial)
        assert (account.cash, account.reserved, account.orders) == (10 * MONEY_ONE, 0, {})

    def test_cash_must_cover_price_fee_and_rounding(self):
        with pytest.raises(RefusedOrderError, match=r"needs 5285011 .* 5285010 is available"):
            Account(5_285_010, ORDINARY).place("m", order(YES, BUY, 5_000, 10))
        account = Account(5_285_011, ORDINARY)
        account.place("m", order(YES, BUY, 5_000, 10))
        assert account.available == 0
        with pytest.raises(RefusedOrderError):
            account.place("other", order(NO, BUY, 100, 1))
        assert account.available == 0 and len(account.orders) == 1

    def test_improvement_comes_back(self):
        account = Account(10 * MONEY_ONE, FREE)
        serial = account.place("m", order(YES, BUY, 5_000, 10))
        booking = account.fill(serial, 4_600, 10 * SIZE_ONE, False)
        assert (booking.flow, booking.fee, booking.closed) == (-4_600_000, 0, 0)
        assert account.available == account.cash == 5_400_000

    def test_no_is_bought_at_its_own_price(self):
        account = Account(10 * MONEY_ONE, FREE)
        serial = account.place("m", order(NO, BUY, 3_000, 10))
        account.fill(serial, 7_200, 10 * SIZE_ONE, True)
        assert account.cash == 7_200_000 and account.positions == {"m": -1_000}

    def test_partial_fill_keeps_the_rest_reserved(self):
        account = Account(10 * MONEY_ONE, FREE)
        serial = account.place("m", order(YES, BUY, 5_000, 10))
        account.fill(serial, 5_000, 4 * SIZE_ONE, True)
        assert account.positions == {"m": 400} and account.cash == 8 * MONEY_ONE
        assert account.reserved == 3 * MONEY_ONE + 7 * 10_001
        account.fill(serial, 5_000, 6 * SIZE_ONE, True)
        assert account.orders == {} and account.available == 5 * MONEY_ONE
        with pytest.raises(KeyError, match="filled or cancelled"):
            account.fill(serial, 5_000, 1, True)

    def test_nothing_is_sold_that_is_not_held(self):
        account = Account(10 * MONEY_ONE, FREE)
        for outcome in (YES, NO):
            with pytest.raises(RefusedOrderError, match=f"cannot sell 100 {outcome.name}: 0 held"):
                account.place("m", order(outcome, SELL, 5_000, 1))
        account.fill(account.place("m", order(YES, BUY, 5_000, 3)), 5_000, 300, True)
        account.place("m", order(YES, SELL, 6_000, 2))
        with pytest.raises(RefusedOrderError, match="100 held and not yet offered"):
            account.place("m", order(YES, SELL, 6_000, 2))
        with pytest.raises(RefusedOrderError):
            account.place("m", order(NO, SELL, 6_000, 1))
        with pytest.raises(RefusedOrderError):
            account.place("other", order(YES, SELL, 6_000, 1))

    def test_a_sale_needs_no_cash(self):
        account = Account(10 * MONEY_ONE, FREE)
        account.fill(account.place("m", order(YES, BUY, 5_000, 10)), 5_000, 1_000, True)
        account.cash = 0
        with pytest.raises(RefusedOrderError):
            account.place("m", order(YES, BUY, 1, 1))
        serial = account.place("m", order(YES, SELL, 4_000, 10))
        booking = account.fill(serial, 4_000, 1_000, False)
        assert (booking.flow, booking.closed) == (4_000_000, 1_000)
        assert account.positions == {} and account.cash == 4_000_000

    def test_a_sale_that_lost_its_position_is_not_filled(self):
        account = Account(20 * MONEY_ONE, FREE)
        account.fill(account.place("m", order(YES, BUY, 5_000, 3)), 5_000, 300, True)
        sale = account.place("m", order(YES, SELL, 6_000, 3))
        account.fill(account.place("m", order(NO, BUY, 4_000, 2)), 6_000, 200, True)
        before = (account.cash, account.positions, account.reserved)
        with pytest.raises(ValueError, match=r"sells more than is held \(100\)"):
            account.fill(sale, 6_000, 200, True)
        assert (account.cash, account.positions, account.reserved) == before
        account.fill(sale, 6_000, 100, True)
        assert account.positions == {}

    @pytest.mark.parametrize(("price", "size"), [(5_001, 100), (5_000, 101), (5_000, 0), (0, 100)])
    def test_a_fill_that_does_not_fit_is_refused_whole(self, price, size):
        account = Account(10 * MONEY_ONE, FREE)
        serial = account.place("m", order(YES, BUY, 5_000, 1))
        with pytest.raises(ValueError, match="does not fit"):
            account.fill(serial, price, size, True)
        assert account.cash == 10 * MONEY_ONE and account.positions == {}

    @pytest.mark.parametrize(("price", "size"), [(0, 100), (PRICE_ONE, 100), (5_000, 0)])
    def test_an_order_needs_a_price_and_a_size(self, price, size):
        with pytest.raises(RefusedOrderError, match="positive size"):
            Account(MONEY_ONE, FREE).place("m", OrderIntent(YES, BUY, price, size))

    def test_four_orders_a_market(self):
        account = Account(100 * MONEY_ONE, FREE)
        serials = [account.place("m", order(YES, BUY, 100 * k, 1)) for k in range(1, 5)]
        with pytest.raises(RefusedOrderError, match="all 4 order slots"):
            account.place("m", order(YES, BUY, 100, 1))
        account.place("other", order(YES, BUY, 100, 1))
        account.cancel(serials[1])
        assert account.place("m", order(YES, BUY, 100, 1)) == 6
        assert list(account.orders) == [1, 3, 4, 5, 6]

    def test_cash_starts_at_zero_or_more(self):
        with pytest.raises(ValueError, match="0 or more"):
            Account(-1, FREE)


class TestSettlement:
    @pytest.mark.parametrize(
        ("settlement", "yes", "no"),
        [(PRICE_ONE, 10 * MONEY_ONE, 0), (0, 0, 10 * MONEY_ONE), (2_500, 2_500_000, 7_500_000)],
    )
    def test_pays_the_dollar_the_nothing_or_the_scalar(self, settlement, yes, no):
        for outcome, paid in ((YES, yes), (NO, no)):
            account = Account(100 * MONEY_ONE, FREE)
            serial = account.place("m", order(outcome, BUY, 4_000, 10))
            price = 4_000 if outcome == YES else 6_000
            account.fill(serial, price, 1_000, True)
            account.place("m", order(YES, BUY, 1_000, 1))
            assert account.settle("m", settlement) == paid
            assert account.cash == 96 * MONEY_ONE + paid
            assert account.positions == {} and account.orders == {} and account.reserved == 0
            assert account.settle("m", settlement) == 0

    def test_leaves_other_markets(self):
        account = Account(100 * MONEY_ONE, FREE)
        for market in ("m", "n"):
            account.fill(account.place(market, order(YES, BUY, 4_000, 10)), 4_000, 1_000, True)
            account.place(market, order(YES, BUY, 1_000, 1))
        account.settle("m", 0)
        assert account.positions == {"n": 1_000} and list(account.orders.values()) == ["n"]

    def test_price_beyond_the_dollar_is_refused(self):
        with pytest.raises(ValueError, match="outside 0 to 10000"):
            Account(0, FREE).settle("m", PRICE_ONE + 1)


class AnyTrading(RuleBasedStateMachine):
    """Any legal sequence over two markets, beside a ledger of bought and sold outcomes.

    The ledger never nets: it holds YES and NO apart and pays each at settlement, which must come
    to the same money.
    """

    fractions = False
    markets = st.sampled_from(["m", "n"])

    @initialize(cash=st.integers(0, 60 * MONEY_ONE), fees=schedules)
    def start(self, cash, fees):
        self.account = Account(cash, fees)
        self.started, self.fees_paid, self.paid_out = cash, 0, 0
        self.flows = 0
        self.held = {"m": [0, 0], "n": [0, 0]}  # contracts bought of YES and of NO
        self.spent = {"m": 0, "n": 0}
        self.intents = {}

    @rule(
        market=markets,
        outcome=st.sampled_from(list(Outcome)),
        direction=st.sampled_from(list(Direction)),
        price=st.one_of(st.integers(1, PRICE_ONE - 1), st.sampled_from([1, 100, 9_900, 9_999])),
        size=st.integers(1, 2_000),
    )
    def place(self, market, outcome, direction, price, size):
        intent = OrderIntent(outcome, direction, price, size)
        before = (self.account.cash, self.account.available, self.account.orders)
        try:
            self.intents[self.account.place(market, intent)] = intent
        except RefusedOrderError:
            assert (self.account.cash, self.account.available, self.account.orders) == before

    @precondition(lambda self: self.account.orders)
    @rule(data=st.data(), passive=st.booleans())
    def fill(self, data, passive):
        serial, market = data.draw(st.sampled_from(list(self.account.orders.items())))
        intent = self.intents[serial]
        side, limit = intent.book_side, intent.yes_price
        better = st.integers(1, limit) if side == BID else st.integers(limit, PRICE_ONE - 1)
        price = data.draw(st.one_of(st.just(limit), better))
        left = self.left(serial)
        least = 1 if self.fractions else min(SIZE_ONE, left)
        size = data.draw(st.one_of(st.just(left), st.integers(least, left)))
        position = self.account.positions.get(market, 0)
        if intent.direction == Direction.SELL:
            size = min(size, max(0, position if side == ASK else -position))
            if size == 0:
                self.account.cancel(serial)
                return
        booking = self.account.fill(serial, price, size, passive)
        self.flows += booking.flow
        self.fees_paid += booking.fee
        assert booking.fee >= 0
        self.held[market][side] += size
        self.spent[market] += size * (price if side == BID else PRICE_ONE - price)
        if intent.direction == Direction.SELL:
            assert booking.closed == size and booking.flow > 0
            after = self.account.positions.get(market, 0)
            assert abs(after) == abs(position) - size and after * position >= 0
        for called in self.account.margin_call():
            assert self.fractions
            self.account.cancel(called)

    def left(self, serial):
        return int(self.account._slot(serial)["size"])

    @precondition(lambda self: self.account.orders)
    @rule(data=st.data())
    def cancel(self, data):
        cash, available = self.account.cash, self.account.available
        self.account.cancel(data.draw(st.sampled_from(list(self.account.orders))))
        assert self.account.cash == cash and self.account.available >= available

    @rule(market=markets, settlement=st.integers(0, PRICE_ONE))
    def settle(self, market, settlement):
        paid = self.account.settle(market, settlement)
        yes, no = self.held[market]
        self.paid_out += paid
        # Netting aside, each contract bought pays its settlement.
        gross = yes * settlement + no * (PRICE_ONE - settlement) - self.spent[market]
        assert self.net(market) + paid == gross
        self.held[market], self.spent[market] = [0, 0], 0

    def net(self, market):
        """Money that netted trading has brought: pairs have already paid their dollar."""
        return min(self.held[market]) * PRICE_ONE - self.spent[market]

    @invariant()
    def cash_moves_by_fills_fees_and_settlement_only(self):
        expected = self.started + self.flows - self.fees_paid + self.paid_out
        assert self.account.cash == expected

    @invariant()
    def positions_net(self):
        for market, (yes, no) in self.held.items():
            assert self.account.positions.get(market, 0) == yes - no

    @invariant()
    def nothing_is_lent(self):
        assert self.account.reserved >= 0
        assert self.account.available >= 0
        assert self.account.margin_call() == []


class AnyTradingInFractions(AnyTrading):
    """Fills down to a hundredth of a contract: margin calls keep available cash at zero or more."""

    fractions = True


TestAnyTrading = AnyTrading.TestCase
TestAnyTrading.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)
TestAnyTradingInFractions = AnyTradingInFractions.TestCase
TestAnyTradingInFractions.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None
)


def test_margin_call_answers_a_run_of_tiny_fills():
    """A hundredth of a contract at 0.0001 costs a cent: rounding outruns the allowance."""
    account = Account(30_053, ORDINARY)
    serial = account.place("m", OrderIntent(YES, BUY, 1, 50))
    calls = []
    while account.orders:
        account.fill(serial, 1, 1, True)
        calls.append(account.margin_call())
        for called in calls[-1]:
            account.cancel(called)
    assert calls[:-1] == [[]] * (len(calls) - 1) and calls[-1] == [serial]
    assert 0 <= account.available == account.cash
