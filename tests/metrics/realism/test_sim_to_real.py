from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from scipy import stats

from kalshi_exp.metrics import Records, to_bytes
from kalshi_exp.metrics.realism import named_sim_to_real, sim_to_real
from kalshi_exp.metrics.realism.sim_to_real import NAMES
from tests.metrics.sample_records import sample_records

POLICY = ("agent/deterministic",)
REAL = sample_records(20, policies=POLICY)


def changed(records: Records, **fills: pl.Expr) -> Records:
    return replace(records, fills=records.fills.with_columns(**fills))


def dearer(cents: float) -> pl.Expr:
    """Mids a minute later that are better for us by so many cents."""
    sign = pl.when(pl.col("side") == 0).then(1).otherwise(-1)
    return pl.col("mid_60s") + (sign * round(200 * cents)).cast(pl.Int32)


def slow(records: Records) -> list[tuple[float, float]]:
    """(P&L in cents, offered contracts) of each session."""
    out = []
    for row in records.sessions.sort("fold", "session").iter_rows(named=True):
        profit = 0.0
        mine = records.fills.filter(pl.col("session") == row["session"])
        for fill in mine.iter_rows(named=True):
            gain = (fill["mid_60s"] / 2 - fill["price"]) / 100 * (1 if fill["side"] == 0 else -1)
            profit += gain * fill["size"] / 100 - fill["fee"] / 10_000
        out.append((profit, (row["passive_placed"] + row["aggressive_placed"]) / 100))
    return out


def test_the_same_is_the_same() -> None:
    found = sim_to_real(REAL, REAL, 200, 0)
    assert set(found) == set(NAMES)
    for name in ("sim_to_real_pearson", "sim_to_real_spearman"):
        assert found[name].value == pytest.approx(1.0)
    for name in ("overstatement", "fill_rate_error", "markout_error_10s"):
        assert found[name].value == 0.0 and found[name].lo == 0.0 == found[name].hi
    pnl = REAL.sessions["pnl"].mean()
    assert found["real_pnl"].value == pytest.approx(pnl / 1e6)
    assert to_bytes(named_sim_to_real(found))
    assert set(named_sim_to_real(found)) == {f"realism/{name}" for name in NAMES}


@pytest.mark.parametrize("cents", [0.75, -0.75])
def test_better_mids_overstate_and_worse_ones_understate(cents: float) -> None:
    sim = changed(REAL, mid_60s=dearer(cents))
    found = sim_to_real(sim, REAL, 200, 0)
    mine, theirs = (np.array([p / o for p, o in slow(one)]) for one in (sim, REAL))
    wanted = (mine - theirs).sum() / np.abs(theirs).sum()
    assert found["overstatement"].value == pytest.approx(wanted)
    assert np.sign(found["overstatement"].value) == np.sign(cents)
    r = stats.pearsonr(mine, theirs).statistic
    assert found["sim_to_real_pearson"].value == pytest.approx(r)
    rho = stats.spearmanr(mine, theirs).statistic
    assert found["sim_to_real_spearman"].value == pytest.approx(rho)
    assert found["markout_error_10s"].value == 0.0


def test_errors_are_of_sums() -> None:
    half = changed(REAL, size=pl.col("size") // 2, mid_10s=pl.col("mid_10s") + 100)
    found = sim_to_real(half, REAL, 200, 0)
    offered = sum(one for _, one in slow(REAL))
    filled = REAL.fills["size"].sum() / 100
    less = half.fills["size"].sum() / 100
    assert found["fill_rate_error"].value == pytest.approx((less - filled) / offered)
    sign = np.where(half.fills["side"].to_numpy() == 0, 1, -1)

    def marked(records: Records) -> float:
        fills = records.fills
        gain = sign * (fills["mid_10s"].to_numpy() - 2.0 * fills["price"].to_numpy()) / 200
        return float((gain * fills["size"].to_numpy()).sum() / fills["size"].sum())

    assert found["markout_error_10s"].value == pytest.approx(marked(half) - marked(REAL))


def test_the_order_of_rows_is_nothing() -> None:
    sim = changed(REAL, mid_60s=dearer(0.3))
    upside_down = Records(sim.sessions.reverse(), sim.fills.reverse(), sim.equity)
    mine, theirs = (sim_to_real(one, REAL, 200, 0) for one in (sim, upside_down))
    for name in NAMES:
        assert mine[name].value == pytest.approx(theirs[name].value)


def test_who_sends_nothing_gets_reasons_and_what_it_earned() -> None:
    idle = replace(
        REAL,
        sessions=REAL.sessions.with_columns(passive_placed=0, aggressive_placed=0),
        fills=REAL.fills.clear(),
    )
    for pair in ((idle, REAL), (REAL, idle), (idle, idle)):
        found = sim_to_real(*pair, 200, 0)
        assert set(found) == set(NAMES)
        assert found["real_pnl"].value is not None
        for name in NAMES[:-1]:
            assert found[name].value is None and "sent no order" in (found[name].reason or "")


def test_who_fills_nothing_is_worth_nothing_and_correlates_with_nothing() -> None:
    unfilled = replace(REAL, fills=REAL.fills.clear())
    found = sim_to_real(unfilled, REAL, 200, 0)
    assert found["sim_to_real_pearson"].value is None
    assert "every session was alike" in (found["sim_to_real_pearson"].reason or "")
    assert found["markout_error_10s"].reason == "nothing was filled"
    assert found["fill_rate_error"].value is not None and found["fill_rate_error"].value < 0
    mean = np.mean([p / o for p, o in slow(REAL)])
    assert found["overstatement"].value == pytest.approx(
        -mean / np.mean([abs(p / o) for p, o in slow(REAL)])
    )


def test_few_sessions_give_values_without_intervals() -> None:
    few = sample_records(4, policies=POLICY)
    found = sim_to_real(few, few, 200, 0)
    for name in NAMES:
        assert found[name].value is not None and found[name].lo is None
        assert found[name].reason == "4 sessions: an interval needs at least 6"
