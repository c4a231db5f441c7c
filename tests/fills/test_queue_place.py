"""Where a cancel stood: by shares, or by chance as whole orders."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.fills.queue_place import ahead_after_cancel, ahead_after_order
from kalshi_exp.fills.spec import LOG, OPTIMISTIC, PESSIMISTIC, POWER, PRO_RATA

CODES = {"pessimistic": PESSIMISTIC, "pro_rata": PRO_RATA, "power": POWER, "log": LOG,
         "optimistic": OPTIMISTIC}  # fmt: skip
DRAWN = {name: CODES[name] for name in ("pro_rata", "power", "log")}
AMOUNTS = {
    "ahead": st.integers(0, 10**9), "cancelled": st.integers(1, 10**9),
    "after": st.integers(0, 10**9),
}  # fmt: skip


@given(**AMOUNTS, exponent=st.floats(0.0, 10.0))
def test_where_cancels_are(ahead, cancelled, after, exponent):
    left = {
        name: ahead_after_cancel(queue, exponent, ahead, cancelled, after)
        for name, queue in CODES.items()
    }
    front = min(ahead, after + cancelled)
    assert left["pro_rata"] == front - (front * cancelled) // (after + cancelled)
    assert left["optimistic"] == max(front - cancelled, 0)
    assert left["pessimistic"] == min(ahead, after)
    assert all(0 <= left["optimistic"] <= one <= left["pessimistic"] for one in left.values())


@given(**AMOUNTS)
def test_the_first_power_is_pro_rata(ahead, cancelled, after):
    one, other = (
        ahead_after_cancel(queue, 1.0, ahead, cancelled, after) for queue in (POWER, PRO_RATA)
    )
    assert abs(one - other) <= 1


def test_a_higher_power_is_surer_of_the_larger_part():
    def gone(exponent, ahead):
        return ahead - ahead_after_cancel(POWER, exponent, ahead, 1_000, 9_000)

    assert gone(0.0, 2_000) == gone(0.0, 8_000) == 500
    assert gone(0.5, 2_000) > gone(1.0, 2_000) > gone(3.0, 2_000) > 0
    assert gone(0.5, 8_000) < gone(1.0, 8_000) < gone(3.0, 8_000) < 1_000
    assert gone(10.0, 10_000) == 1_000  # nobody stands behind


@pytest.mark.parametrize("queue", CODES.values())
def test_an_empty_cancel_of_an_empty_level_is_harmless(queue):
    assert ahead_after_cancel(queue, 2.0, 500, 0, 0) == 0


@given(**AMOUNTS, exponent=st.floats(0.0, 10.0), u01=st.floats(0.0, 1.0, exclude_max=True))
def test_a_whole_order_stood_before_or_behind_us(ahead, cancelled, after, exponent, u01):
    front = min(ahead, after + cancelled)
    behind = after + cancelled - front
    for queue in DRAWN.values():
        left = ahead_after_order(queue, exponent, ahead, cancelled, after, u01)
        if cancelled > max(front, behind):  # several orders
            expected = ahead_after_cancel(queue, exponent, ahead, cancelled, after)
            assert left == expected
        elif cancelled > front:
            assert left == front
        elif cancelled > behind:
            assert left == front - cancelled
        else:
            assert left in (front, front - cancelled)
        assert 0 <= left <= after


@pytest.mark.parametrize("name", DRAWN)
def test_its_odds_are_the_share_in_front(name):
    ahead, cancelled, after = 3_000, 500, 9_500
    draws = (np.arange(10_000) + 0.5) / 10_000
    front = np.array(
        [ahead_after_order(DRAWN[name], 2.0, ahead, cancelled, after, u) < ahead for u in draws]
    )
    shared = ahead - ahead_after_cancel(DRAWN[name], 2.0, ahead, cancelled, after)
    assert front.mean() * cancelled == pytest.approx(shared, abs=1.0)
    assert front[: front.sum()].all()  # and the same draw says the same of orders farther back
