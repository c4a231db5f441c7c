"""What we have done to a market, from nothing."""

from __future__ import annotations

from kalshi_exp.fills.footprint import CONSUMED_SLOTS, UNUSED, clear_footprint, new_footprint


def test_a_new_footprint_is_a_cleared_one():
    fresh, used = new_footprint(), new_footprint()
    used["push"], used["push_ts"], used["wide_until"] = 3.0, 7, 9
    used["consumed"]["size"] = 400
    clear_footprint(used[0])
    assert used.tobytes() == fresh.tobytes()
    assert fresh["consumed"]["size"].tolist() == [[UNUSED] * CONSUMED_SLOTS]
