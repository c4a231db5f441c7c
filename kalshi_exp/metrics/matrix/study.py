"""matrix.json: every figure of a study, the differences that it is about, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL, LEVEL
from kalshi_exp.metrics.differences import NO_DIFFERENCE, TOO_LITTLE
from kalshi_exp.metrics.matrix.behaviour import (
    FIGURES,
    MIX,
    ORDER_SIZE,
    PASSIVE_SHARE,
    behaviour,
    difference,
)
from kalshi_exp.metrics.matrix.crossed import METHOD
from kalshi_exp.metrics.matrix.money import by_seed, corrected, losses, money, phantom
from kalshi_exp.metrics.matrix.plays import EXCHANGE, Plays
from kalshi_exp.metrics.matrix.sentences import DIFFERENT, sentences

SCHEMA = 1

KEYS = {
    "money": (
        "judge -> contestant -> P&L after fees, dollars a session, of the policy that plays its "
        "most probable action; the judge exchange is the truth; the baselines' seeds are 1"
    ),
    "money_by_seed": "training model -> the same in the exchange, of each training seed alone",
    "sampled": "training model -> the same in the exchange, of the policy that samples",
    "best": "the training model with most money in the exchange",
    "pairs": (
        "each pair of training models in the exchange: how much less `model` makes than `better`, "
        "paired by session and seed; p_holm is over all pairs"
    ),
    "loss": "training model -> its row of `pairs` against the best: the price of a poor model",
    "phantom": (
        "training model -> what it promises its own agents beyond what the exchange pays them, "
        "dollars a session, paired by session and seed; p_holm is over the models"
    ),
    "behaviour": "contestant -> how it orders in the exchange; size_mix: order size -> share",
    "behaviour_own": "training model -> how its agents order under itself",
    "care": (
        "against the first of `models`, in the exchange: differences of mean_order_size and "
        "passive_share, paired by session and seed; p_holm is over both figures and all models"
    ),
    "sentences": "what the study says: the money, and what was learned about orders",
}
"""What stands under each key of matrix.json."""

RULES = {
    "shown": (
        f"the {LEVEL:.0%} interval lies off zero, and p after Holm's correction is below "
        f"{1 - LEVEL:.2g}"
    ),
    NO_DIFFERENCE: (
        "not shown, and the interval is no wider than a typical session's P&L (the mean absolute "
        "one, of whichever of the two is larger)"
    ),
    TOO_LITTLE: "no interval, or not shown and wider than that: more sessions or seeds would tell",
}


def matrix_figures(
    plays: Plays,
    models: Sequence[str],
    baselines: Sequence[str],
    resamples: int,
    seed: int,
) -> dict[str, Any]:
    """The payload of matrix.json; it depends on the plays, `resamples` and `seed` only.

    Args:
        plays: of every training model and seed under every model and in the exchange, of the
            sampling policy in the exchange, and of the baselines wherever the models played.
        models: training models in the order tables show them; the first is the one whose orders
            the others' are compared with.
        baselines: names.
        resamples: bootstrap resamples.
        seed: of the resampling.

    Raises:
        ValueError: a contestant did not play every session somewhere.
    """
    judges = [*(name for name in models if name != EXCHANGE), EXCHANGE]
    how = resamples, seed
    cells = {
        judge: {name: money(plays, name, judge, *how) for name in (*models, *baselines)}
        for judge in judges
    }
    pairs = losses(plays, models, *how)
    sums = {name: int(plays.totals(name, EXCHANGE, ["pnl"]).sum()) for name in models}
    best = max(models, key=lambda name: sums[name])
    frame = plays.frame
    payload: dict[str, Any] = {
        "schema": SCHEMA,
        "models": list(models),
        "baselines": list(baselines),
        "judges": judges,
        "seeds": np.unique(frame.filter(frame["contestant"] == models[0])["seed"]).tolist(),
        "sessions": frame["session"].n_unique(),
        "money": {
            judge: {name: one.to_dict() for name, one in row.items()}
            for judge, row in cells.items()
        },
        "money_by_seed": {name: by_seed(plays, name, EXCHANGE) for name in models},
        "sampled": {
            name: money(plays, name, EXCHANGE, *how, "agent/sampled").to_dict() for name in models
        },
        "best": best,
        "pairs": pairs,
        "loss": {row["model"]: row for row in pairs if row["better"] == best},
        "phantom": phantom(plays, models, *how),
        "behaviour": {
            name: behaviour(plays, name, EXCHANGE, *how) for name in (*models, *baselines)
        },
        "behaviour_own": {name: behaviour(plays, name, name, *how) for name in models},
        "care": _care(plays, models, *how),
        "figures": {
            one.name: {"title": one.title, "unit": one.unit, "meaning": one.meaning}
            for one in (*FIGURES, *MIX)
        },
        "rules": RULES,
        "keys": KEYS,
        "interval": {
            "level": LEVEL,
            "resamples": resamples,
            "seed": seed,
            "cluster": "session and training seed",
            "method": METHOD,
            "fewest_sessions": FEWEST_FOR_INTERVAL,
        },
    }
    payload["notes"] = _notes(payload)
    payload["sentences"] = sentences(payload)
    payload["headline"] = " ".join(payload["sentences"])
    return payload


def named_matrix(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload of metrics.json: the figures that the study is about, under flat names.

    Returns:
        `headline`, and by training model `matrix/real_money/MODEL`, `matrix/loss/MODEL` (none
        for the best), `matrix/phantom/MODEL`, `matrix/mean_order_size/MODEL` and
        `matrix/passive_share/MODEL`, each as value, lo, hi, n.
    """
    out: dict[str, Any] = {"headline": payload["headline"], "matrix/best": payload["best"]}
    for name in payload["models"]:
        out[f"matrix/real_money/{name}"] = payload["money"][EXCHANGE][name]
        for figure in ("mean_order_size", "passive_share"):
            out[f"matrix/{figure}/{name}"] = payload["behaviour"][name][figure]
    for what in ("loss", "phantom"):
        out |= {f"matrix/{what}/{name}": row for name, row in payload[what].items()}
    return out


def _care(plays: Plays, models: Sequence[str], resamples: int, seed: int) -> dict[str, Any]:
    reference, *others = models
    found = {
        (figure.name, name): difference(plays, name, reference, EXCHANGE, figure, resamples, seed)
        for figure in (ORDER_SIZE, PASSIVE_SHARE)
        for name in others
    }
    out: dict[str, Any] = {"reference": reference}
    for ((figure, name), one), p in zip(
        found.items(), corrected([one.p for one in found.values()]), strict=True
    ):
        shown = one.excludes_zero and p is not None and p < 1 - LEVEL
        told = DIFFERENT if shown else TOO_LITTLE if one.p is None else NO_DIFFERENCE
        row = one.to_dict(p=one.p, p_holm=p, verdict=told)
        out.setdefault(figure, {})[name] = row
    return out


def _notes(payload: Mapping[str, Any]) -> list[str]:
    notes = []
    if len(payload["seeds"]) == 1:
        notes.append(
            "One training seed: intervals are of these policies on other sessions, not of other "
            "trainings under the same models."
        )
    return notes
