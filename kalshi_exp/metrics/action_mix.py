"""What a policy does: the share of each action, its entropy, and the action it leans on."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from kalshi_exp.metrics.bootstrap import Estimate, interval, missing


def entropy_bits(sums: np.ndarray) -> np.ndarray:
    """Entropy of action counts [resamples, actions] in bits, [resamples]."""
    shares = sums / np.where(sums.sum(axis=1) == 0, np.nan, sums.sum(axis=1))[:, None]
    logs = np.log2(np.where(shares > 0, shares, 1.0))
    return np.abs(-(shares * logs).sum(axis=1))


def _entropy(counts: np.ndarray, support: np.ndarray, resamples: int, seed: int) -> Estimate:
    got = interval(counts, entropy_bits, resamples, seed, support, recentre=True)
    if got.value is None or got.lo is None or got.hi is None:
        return got
    # Recentring may carry an end past what an entropy can be.
    lo, hi = max(got.lo, 0.0), min(got.hi, math.log2(counts.shape[1]))
    return replace(got, lo=min(lo, got.value), hi=max(hi, got.value))


def action_mix(
    sessions: pl.DataFrame, names: list[str], resamples: int, seed: int
) -> tuple[dict[str, Any], dict[str, Estimate]]:
    """Shares of the actions over all decisions of a policy.

    Args:
        sessions: one policy's rows of `Records.sessions`.
        names: of the actions, in the order of the counts.
        resamples: bootstrap resamples.
        seed: of the resampling.

    Returns:
        The mix (`shares` by action name, `top`, `decisions`), and the estimates
        `action_entropy` (bits) and `top_action_share`.

    Raises:
        ValueError: a row counts another number of actions.
    """
    counts = np.array(sessions.sort("session")["actions"].to_list(), np.int64)
    if len(sessions) and (counts.ndim != 2 or counts.shape[1] != len(names)):
        raise ValueError(
            f"sessions.actions counts {counts.shape[-1]} actions where the action table has "
            f"{len(names)}; judge again with this version"
        )
    total = int(counts.sum())
    if total == 0:
        nothing = missing("no decision was made")
        mix: dict[str, Any] = {
            "shares": None,
            "top": None,
            "decisions": 0,
            "reason": "no decision was made",
        }
        return mix, {"action_entropy": nothing, "top_action_share": nothing}
    labels = sessions.sort("session")["session"].to_numpy()
    unique, where = np.unique(labels, return_inverse=True)
    by_session = np.zeros((len(unique), len(names)), np.int64)
    np.add.at(by_session, where, counts)
    sums = by_session.sum(axis=0)
    top = int(np.argmax(sums))
    support = by_session.sum(axis=1) > 0

    def top_share(drawn: np.ndarray) -> np.ndarray:
        return drawn[:, top] / np.where(drawn.sum(axis=1) == 0, np.nan, drawn.sum(axis=1))

    mix = {
        "shares": {name: int(count) / total for name, count in zip(names, sums, strict=True)},
        "top": names[top],
        "decisions": total,
    }
    return mix, {
        "action_entropy": _entropy(by_session, support, resamples, seed),
        "top_action_share": interval(by_session, top_share, resamples, seed, support),
    }
