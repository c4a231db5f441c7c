"""A window made by hand, each of the 35 figures worked out on paper."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.market.units import ASK, BID
from kalshi_exp.metrics.market import STATISTICS, measure, statistics_of
from tests.metrics.market.tapes import ADD, CANCEL, FILL, GAP, PRINT, SNAPSHOT, window

# 40/42 until 10 s, 41/42 until 20, 41/45 until 30, one-sided until 40, 41/43 until 100.
ROWS = [
    (0, SNAPSHOT, BID, 40, 100),
    (0, SNAPSHOT, BID, 38, 7),
    (0, SNAPSHOT, ASK, 42, 20),
    (0, SNAPSHOT, ASK, 45, 50),
    (10, ADD, BID, 41, 12),
    (20, FILL, ASK, 42, 20),  # an order of 25 takes two levels
    (20.0003, FILL, ASK, 45, 5),
    (21, FILL, ASK, 45, 4),  # and one of 4 takes one
    (25, FILL, BID, 41, 2),  # the other side
    (30, CANCEL, ASK, 45, 41),
    (40, ADD, ASK, 43, 30),
    (40.5, ADD, ASK, 50, 8),
    (41, CANCEL, ASK, 50, 8),  # 500 ms
    (42, ADD, ASK, 49, 9),
    (45, CANCEL, ASK, 49, 9),  # 3 s
    (100, GAP, BID, 1, 0),
]


@pytest.fixture(scope="module")
def figures():
    return statistics_of([window(ROWS)])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("spread_1", 10 / 90),
        ("spread_2", 70 / 90),
        ("spread_3", 10 / 90),
        # Seconds 0 to 100: bids 100 (10 times), 12 (15), 10 (76); asks 20 (20), 50 (1), 41 (9),
        # 30 (61): of 192 the 96th.
        ("depth_0", 20.0),
        ("print_size_median", 4.0),
        ("print_size_p95", 20.0),
        ("order_size_median", 4.0),
        ("one_level", 2 / 3),
        ("same_side", 1 / 2),
        ("print_gap", 1_000.0),
        ("lifetime_median", 500.0),
        ("lifetime_p75", 3_000.0),
        ("cancelled", (41 + 8 + 9) / (41 + 8 + 9 + 20 + 5 + 4 + 2)),
        # Improving bid, ask into an empty side; 50 and 49 stand 7 and 6 behind.
        ("near_adds", 2 / 4),
        ("one_sided", 10 / 100),
        # Before the 25 lot the mid is 41.5; 10 s later there is no ask. No figure without a mid.
        ("impact_10s", np.nan),
        ("round_prints", 2 / 4),
    ],
)
def test_worked_out_by_hand(figures, key, value):
    assert figures[key] == pytest.approx(value, nan_ok=True)


def test_levels_are_counted_a_side(figures):
    # Bids 2 (10 times), then 3 (91). Asks 2 (20), 1 (10), none (10: no sample), then 1 (58) and
    # 2 (3): of 192 samples the 96th is one of the 33 twos that follow 68 ones.
    assert figures["levels"] == 2.0


def test_changes_of_the_mid_need_both_ends(figures):
    # 41 to 41.5 at 10 s, to 43 at 20 s; from 30 s none, 42 from 40 s on. Changes in one second:
    # seconds 0 to 28 start 29 changes, 40 to 99 sixty; two of them are not zero.
    changes = np.array([0.5, 1.5] + [0.0] * 87)
    assert figures["deviation_1s"] == pytest.approx(changes.std())
    central = changes - changes.mean()
    kurtosis = (central**4).mean() / (central**2).mean() ** 2
    assert figures["kurtosis_1s"] == pytest.approx(kurtosis)
    first = np.array([0.0] * 9 + [0.5] + [0.0] * 9 + [1.5] + [0.0] * 9)
    x = np.concatenate([first[:-1], np.zeros(59)])
    y = np.concatenate([first[1:], np.zeros(59)])
    assert figures["autocorrelation_1s"] == pytest.approx(np.corrcoef(x, y)[0, 1])
    # In ten: from 0..9 half a cent, from 10..18 (19 ends at 29) 1.5; 30 less each from one-sided.
    ten = np.array([0.5] * 10 + [1.5] * 10 + [0.0] * 51)
    assert figures["deviation_10s"] == pytest.approx(ten.std())


def test_impact_is_signed_by_the_takers_direction():
    rows = [
        (0, SNAPSHOT, BID, 40, 100), (0, SNAPSHOT, BID, 36, 100),
        (0, SNAPSHOT, ASK, 42, 50), (0, SNAPSHOT, ASK, 44, 100),
        (5, FILL, ASK, 42, 50),  # buys all 50: the mid was 41 and is 42
        (20, FILL, BID, 40, 10),  # sells 10: the mid is 42
        (21, CANCEL, BID, 40, 90),  # 40
        (40, FILL, BID, 36, 9.99),  # too small
        (50, FILL, BID, 36, 50.01),  # too large
        (60, FILL, BID, 36, 20),  # no mid 10 s later: the tape ends
        (65, GAP, BID, 1, 0),
    ]  # fmt: skip
    one = measure(window(rows))
    assert one.sums["impact_n"] == 2
    assert one.sums["impact"] == pytest.approx(1.0 + 2.0)


def test_fill_odds_and_mark_outs():
    rows = [
        (0, SNAPSHOT, BID, 40, 10), (0, SNAPSHOT, ASK, 42, 10), (0, SNAPSHOT, BID, 30, 10),
        (0.8, PRINT, BID, 40, 11),  # the bid probe of 0 s
        (1.5, CANCEL, ASK, 42, 10), (1.5, ADD, ASK, 41, 10),  # mid 40.5 one second after it
        (4, CANCEL, BID, 40, 10),  # mid 35.5 five seconds after it
        (20, ADD, BID, 35, 1),  # mid 38 thirty seconds after it
        (20, ADD, ASK, 60, 1),
        (60.5, GAP, BID, 1, 0),
    ]  # fmt: skip
    figures = statistics_of([window(rows)])
    # Two probes at 0 s only. The ask's stands at 42 and is never met.
    assert [figures[f"filled_{s}s"] for s in (1, 5, 30, 60)] == [0.5] * 4
    found = [figures[f"markout_{s}s"] for s in (1, 5, 30)]
    assert found == pytest.approx([0.5, -4.5, -2.0])


def test_markets_of_a_session_are_one_window_and_empty_ones_add_nothing():
    both = statistics_of([window(ROWS, ROWS, [])])
    alone = statistics_of([window(ROWS)])
    assert both == pytest.approx(alone, nan_ok=True)
    assert measure(window([])).sums == {}


def test_a_window_in_which_nothing_happens_has_no_figures():
    figures = statistics_of([window([])])
    assert list(figures) == [one.key for one in STATISTICS]
    assert all(np.isnan(value) for value in figures.values())
