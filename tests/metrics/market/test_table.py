from __future__ import annotations

from kalshi_exp.metrics.market import STATISTICS


def test_the_35_stand_in_the_order_of_the_list():
    assert [one.number for one in STATISTICS] == list(range(1, 36))
    keys = [one.key for one in STATISTICS]
    assert len(set(keys)) == 35
    assert keys[:4] == ["spread_1", "spread_2", "spread_3", "depth_0"]
    assert keys[9:21] == [
        "levels", "print_size_median", "print_size_p95", "order_size_median", "one_level",
        "same_side", "print_gap", "lifetime_median", "lifetime_p75", "cancelled", "near_adds",
        "one_sided",
    ]  # fmt: skip
    assert keys[21:] == [
        "deviation_1s", "deviation_10s", "deviation_60s", "kurtosis_1s", "autocorrelation_1s",
        "impact_10s", "filled_1s", "filled_5s", "filled_30s", "filled_60s", "markout_1s",
        "markout_5s", "markout_30s", "round_prints",
    ]  # fmt: skip


def test_each_says_what_it_is():
    for one in STATISTICS:
        assert one.definition.endswith(".") and one.title and one.group
        assert one.unit in {"%", "contracts", "levels", "ms", "c", ""}
        assert (one.sample is None) == (one.unit not in {"contracts", "levels", "ms"})
