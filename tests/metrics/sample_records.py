"""Realistic records of made-up sessions, by seed: for tests and for looking at the report."""

from __future__ import annotations

import numpy as np
import polars as pl

from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.metrics import EQUITY, FILLS, OPPORTUNITIES, SESSIONS, Records

START = 1_786_400_000 * SECOND
LENGTH = 900
CASH = 1_000_000_000
# policy -> (edge in cents a contract, fills a session, share passive, share of HOLD)
STYLES = {
    "agent/deterministic": (0.55, 34, 0.85, 0.55),
    "agent/sampled": (0.35, 42, 0.75, 0.40),
    "hold": (0.0, 0, 0.0, 1.0),
    "maker": (-0.25, 60, 1.0, 0.30),
    "momentum": (-1.4, 25, 0.0, 0.85),
    "random": (-1.1, 48, 0.5, 1 / 21),
}


def sample_paths(sessions: int = 30, seed: int = 0) -> pl.DataFrame:
    """Mid paths (bid + ask, 1e-4 dollars), one point a second: session, ts, mid."""
    frames = []
    for k in range(sessions):
        mid = _path(seed, k)
        ts = START + k * (LENGTH + 60) * SECOND + np.arange(LENGTH) * SECOND
        frames.append(pl.DataFrame({"session": _name(k), "ts": ts, "mid": 2 * mid}))
    return pl.concat(frames).with_columns(pl.col("mid").cast(pl.Int32))


def sample_records(
    sessions: int = 30, seed: int = 0, shift: float = 0.0, policies: tuple[str, ...] | None = None
) -> Records:
    """Records of every policy in `STYLES` on the same sessions; `shift` moves all edges (cents)."""
    rows, fills, equity = [], [], []
    for policy, (edge, pace, passive_share, hold) in STYLES.items():
        if policies is not None and policy not in policies:
            continue
        for k in range(sessions):
            rng = np.random.default_rng([seed, k, len(policy), pace])
            mids = _path(seed, k)
            n = int(rng.poisson(pace)) if pace else 0
            at = np.sort(rng.integers(0, LENGTH - 70, n))
            side = rng.integers(0, 2, n)
            passive = rng.random(n) < passive_share
            size = 100 * rng.choice([5, 10, 25, 50, 100], n, p=[0.35, 0.3, 0.2, 0.1, 0.05])
            sign = np.where(side == BID, 1, -1)
            price = (mids[at] - sign * np.where(passive, 100, -100)).clip(100, 9900) // 100 * 100
            drift = rng.normal((edge + shift) * 100 * np.where(passive, 1, 2.2), 260, n)
            gain = (drift * size).astype(np.int64)
            shared = np.random.default_rng([seed, k]).normal(0, 2_500_000)
            luck = int(shared * n / 40) if n else 0
            fee = np.where(passive, 0, 0.07 * size * price * (10_000 - price) / 10_000)
            fee = fee.astype(np.int64)
            start = START + k * (LENGTH + 60) * SECOND
            curve = np.zeros(LENGTH, np.int64)
            np.add.at(curve, at, gain - fee)
            curve = CASH + np.cumsum(curve) + np.linspace(0, luck, LENGTH).astype(np.int64)
            peak = np.maximum.accumulate(curve)
            pnl = int(curve[-1]) - CASH
            if n == 0:
                pnl, curve, peak = 0, np.full(LENGTH, CASH), np.full(LENGTH, CASH)
            rest = rng.multinomial(
                round(LENGTH * (1 - hold)), _spread(policy, rng) if hold < 1 else np.full(20, 0.05)
            )
            actions = [LENGTH - int(rest.sum()), *map(int, rest)]
            traded = int((price * size).sum())
            filled = {flag: int(size[passive == flag].sum()) for flag in (True, False)}
            rows.append(
                {
                    "fold": k * 3 // sessions,
                    "policy": policy,
                    "session": _name(k),
                    "start_ts": start,
                    "markets": 1,
                    "decisions": LENGTH,
                    "pnl": pnl,
                    "fees": int(fee.sum()),
                    "cash": CASH,
                    "final_equity": CASH + pnl,
                    "peak": int(peak.max()),
                    "max_drawdown": int((peak - curve).max()),
                    "turnover": traded,
                    "passive_placed": int(filled[True] * rng.uniform(2, 4)),
                    "passive_filled": filled[True],
                    "aggressive_placed": int(filled[False] * rng.uniform(1, 1.3)),
                    "aggressive_filled": filled[False],
                    "settled": True,
                    "actions": actions,
                    "take_calls": int((~passive).sum()) * 2,
                    "rest_calls": int(passive.sum()) * 70,
                    "checks": 0,
                    "violations": 0,
                }
            )
            move = {
                s: 2 * (price + sign * (drift * (1 - np.exp(-s / 8)))).astype(np.int64)
                for s in (1, 10, 60)
            }
            fills.append(
                pl.DataFrame(
                    {
                        "fold": np.full(n, k * 3 // sessions),
                        "policy": [policy] * n,
                        "session": [_name(k)] * n,
                        "market": np.zeros(n, np.int64),
                        "ts": start + at * SECOND,
                        "side": np.where(side == 0, BID, ASK),
                        "price": price,
                        "size": size,
                        "flow": -sign * price * size,
                        "fee": fee,
                        "passive": passive,
                        "action": rng.integers(1, 21, n),
                        "mid": 2 * mids[at],
                        "mid_1s": move[1].clip(200, 19_800),
                        "mid_10s": move[10].clip(200, 19_800),
                        "mid_60s": move[60].clip(200, 19_800),
                    },
                ).select(pl.col(c).cast(t) for c, t in FILLS.items())
            )
            keep = np.arange(0, LENGTH, 10)
            equity.append(
                pl.DataFrame(
                    {
                        "fold": np.full(len(keep), k * 3 // sessions),
                        "policy": policy,
                        "session": _name(k),
                        "ts": start + keep * SECOND,
                        "equity": curve[keep],
                    }
                ).select(pl.col(c).cast(t) for c, t in EQUITY.items())
            )
    met = [
        _opportunities(seed, k, policy, edge + shift, k * 3 // sessions)
        for policy, (edge, *_) in STYLES.items()
        if policies is None or policy in policies
        for k in range(sessions)
    ]
    return Records(
        pl.DataFrame(rows, schema=SESSIONS), pl.concat(fills), pl.concat(equity), pl.concat(met)
    )


def _opportunities(seed: int, k: int, policy: str, edge: float, fold: int) -> pl.DataFrame:
    """The same few for every policy, each traded or not, with luck about its edge."""
    rng = np.random.default_rng([seed, k, 7])
    n = int(rng.integers(2, 9))
    start = START + k * (LENGTH + 60) * SECOND + np.sort(rng.integers(0, 700, n)) * SECOND
    lasts = rng.integers(5, 120, n) * SECOND
    family = rng.choice(["anchor", "cascade", "violation"], n)
    own = np.random.default_rng([seed, k, len(policy), 8])
    traded = (own.random(n) < 0.5) & (policy != "hold")
    profit = np.where(traded, own.normal(edge, 1.5, n) * 1_000_000, 0).astype(np.int64)
    return pl.DataFrame(
        {
            "fold": np.full(n, fold),
            "policy": [policy] * n,
            "session": [_name(k)] * n,
            "market": np.zeros(n, np.int64),
            "family": family.tolist(),
            "start": start,
            "end": start + lasts,
            "decisions": lasts // SECOND,
            "contracts": np.where(traded, 1_000, 0),
            "position": np.where(traded, 1_000, 0),
            "profit": profit,
            "exit": start + np.maximum(lasts, 60 * SECOND),
            "settled": np.zeros(n, np.bool_),
        }
    ).select(pl.col(c).cast(t) for c, t in OPPORTUNITIES.items())


def sample_learning() -> pl.DataFrame:
    """Learning curves as a run leaves them: frames and key figures."""
    frames = np.arange(1, 41) * 16_384
    rng = np.random.default_rng(3)
    return pl.DataFrame(
        {
            "frames": frames,
            "reward": -0.4 + 0.6 * (1 - np.exp(-frames / 2e5)) + rng.normal(0, 0.04, 40),
            "entropy": 2.9 * np.exp(-frames / 5e5) + rng.normal(0, 0.03, 40),
            "explained_variance": 0.7 * (1 - np.exp(-frames / 1.5e5)) + rng.normal(0, 0.03, 40),
            "tune_pnl": [None if k % 5 else 0.8 - 2 * np.exp(-k / 9) for k in range(40)],
        }
    )


def _name(k: int) -> str:
    return f"KXGOLD15M-26AUG10-{k:02d}"


def _path(seed: int, k: int) -> np.ndarray:
    rng = np.random.default_rng([seed, k, 99])
    steps = rng.choice([-100, 0, 0, 0, 0, 100], LENGTH)
    return (5000 + np.cumsum(steps)).clip(300, 9700)


def _spread(policy: str, rng: np.random.Generator) -> np.ndarray:
    weights = np.full(20, 1.0) if policy == "random" else rng.dirichlet(np.full(20, 0.8)) + 0.01
    if policy == "maker":
        weights = np.zeros(20)
        weights[[2, 12]] = 0.5
    if policy.startswith("agent"):
        weights = np.array([9, 6, 2, 1, 1, 4, 3, 1, 1, 0, 8, 5, 2, 1, 0, 4, 2, 1, 1, 0], float)
    return weights / weights.sum()
