"""Money of a study: what each training earns where, what a poor model cost, what was phantom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from kalshi_exp.market.units import MONEY_ONE
from kalshi_exp.metrics.bootstrap import LEVEL, ratio
from kalshi_exp.metrics.comparison import holm
from kalshi_exp.metrics.differences import FEWEST_FOR_VERDICT, NO_DIFFERENCE, TOO_LITTLE
from kalshi_exp.metrics.matrix.crossed import Crossed, crossed
from kalshi_exp.metrics.matrix.plays import EXCHANGE, Plays
from kalshi_exp.metrics.matrix.sentences import BETTER, PROMISES_LESS, PROMISES_MORE

_COLUMNS = ["pnl", "plays"]


def money(
    plays: Plays,
    contestant: str,
    judge: str,
    resamples: int,
    seed: int,
    policy: str | None = None,
) -> Crossed:
    """P&L after fees in dollars a session, over all seeds."""
    values = plays.totals(contestant, judge, _COLUMNS, policy)
    return crossed(values, ratio(MONEY_ONE), resamples, seed)


def by_seed(plays: Plays, contestant: str, judge: str) -> list[float]:
    """The same of each seed alone, in order of seeds."""
    sums = plays.totals(contestant, judge, _COLUMNS).sum(0)
    return [float(pnl / count / MONEY_ONE) for pnl, count in sums]


def losses(plays: Plays, models: Sequence[str], resamples: int, seed: int) -> list[dict[str, Any]]:
    """Each pair of trainings in the exchange, the better one first: how much less the other makes.

    Which is better is seen in the same sessions, so Holm's correction is over all pairs: over
    every comparison with any model that could have been the best.

    Returns:
        Rows of `better`, `model`, and the difference (dollars a session, above zero) with its
        interval, `p`, `p_holm`, sessions won and lost (by means over seeds), and the verdict.
    """
    rows, found = [], []
    for pair in combinations(models, 2):
        sides = {name: plays.totals(name, EXCHANGE, _COLUMNS) for name in pair}
        # Of two that earn the same the one named first is the better.
        better, model = sorted(pair, key=lambda name: -int(sides[name][..., 0].sum()))
        one = _paired(sides[better], sides[model], resamples, seed)
        gaps = (sides[better] - sides[model])[..., 0].sum(1)
        rows.append(
            {
                "better": better,
                "model": model,
                **one.to_dict(p=one.p),
                "sessions_won": int((gaps > 0).sum()),
                "sessions_lost": int((gaps < 0).sum()),
            }
        )
        found.append((one, _typical(*sides.values())))
    for row, (one, typical), p in zip(rows, found, corrected([o.p for o, _ in found]), strict=True):
        row["p_holm"] = p
        row["typical_session"] = typical
        row["verdict"] = verdict(one, p, typical, f"{BETTER} {row['model']}")
    return rows


def phantom(plays: Plays, models: Sequence[str], resamples: int, seed: int) -> dict[str, Any]:
    """What each training's own model promises beyond what the exchange pays, by model.

    Returns:
        Dollars a session with interval, `p`, Holm's over the models, and the verdict.
    """
    found: dict[str, tuple[Crossed, float]] = {}
    for name in models:
        if name == EXCHANGE:
            continue
        sides = plays.totals(name, name, _COLUMNS), plays.totals(name, EXCHANGE, _COLUMNS)
        found[name] = _paired(*sides, resamples, seed), _typical(*sides)
    out = {}
    for (name, (one, typical)), p in zip(
        found.items(), corrected([one.p for one, _ in found.values()]), strict=True
    ):
        words = PROMISES_MORE if (one.estimate.value or 0.0) > 0 else PROMISES_LESS
        out[name] = one.to_dict(
            p=one.p, p_holm=p, typical_session=typical, verdict=verdict(one, p, typical, words)
        )
    return out


def corrected(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's correction over those that there are."""
    known = [k for k, p in enumerate(p_values) if p is not None]
    told = holm([p for p in p_values if p is not None])
    out: list[float | None] = [None] * len(p_values)
    for k, p in zip(known, told, strict=True):
        out[k] = p
    return out


def verdict(one: Crossed, p_holm: float | None, typical: float, shown: str) -> str:
    """The verdict in words, by the rules of `metrics.differences`."""
    e = one.estimate
    if e.lo is None or e.hi is None or p_holm is None or e.n < FEWEST_FOR_VERDICT:
        return TOO_LITTLE
    if one.excludes_zero and p_holm < 1 - LEVEL:
        return shown
    return TOO_LITTLE if e.hi - e.lo > typical else NO_DIFFERENCE


def _paired(first: np.ndarray, second: np.ndarray, resamples: int, seed: int) -> Crossed:
    gap = np.stack([first[..., 0] - second[..., 0], first[..., 1]], -1)
    return crossed(gap, ratio(MONEY_ONE), resamples, seed)


def _typical(first: np.ndarray, second: np.ndarray) -> float:
    """Mean absolute P&L of a session, of whichever of the two is larger, dollars."""
    sides = (np.abs(one[..., 0]).sum() / one[..., 1].sum() for one in (first, second))
    return float(max(sides)) / MONEY_ONE
