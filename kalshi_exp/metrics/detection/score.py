"""Everything that is scored of one detector, and the keys that metrics.json has it under."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

import numpy as np
import polars as pl

from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL, LEVEL
from kalshi_exp.metrics.detection.calibration import calibration
from kalshi_exp.metrics.detection.clusters import Sampling
from kalshi_exp.metrics.detection.curve import precision_recall
from kalshi_exp.metrics.detection.families import FIGURES, score_family
from kalshi_exp.metrics.detection.headline import headline
from kalshi_exp.metrics.detection.pairs import pair_scores
from kalshi_exp.metrics.detection.strength import (
    STRENGTH_EDGES,
    STRONG,
    planted,
    recall_by,
    strong_sessions,
)
from kalshi_exp.metrics.detection.tables import RELATIONS, names

SIZE_BINS = 4  # of equally many episodes

RULES = {
    "match": "one to one, in the same session and market, of anchors at the same price; "
    "intersection over union at least one half; as many pairs as can be; the rest are false alarms",
    "latency": "detected start less true start, of matched episodes",
    "hour": "an hour of market time: two markets watched for half an hour",
    "strong": f"sessions in which the family was planted at strengths {STRONG:g} to 1",
    "chance": "the detector's own episodes, as many and as long, at random times of their market",
    "trivial": "of pairs, the answer that nothing is related; of related pairs, the detector's "
    "answers dealt at random",
    "calibration": "of the probability told each second, against an episode under way; baseline: "
    "always the share of time that one is",
    "average precision": "area under the curve's envelope; recall that no threshold reaches "
    "counts as nothing",
    "certain": "where all is right, or nothing, an interval's end is exact: Clopper and Pearson's "
    "of so many independent trials; of no alarm at all, Poisson's",
}


@final
@dataclass(frozen=True, eq=False)
class Truth:
    """What was planted in the judged sessions.

    Attributes:
        markets: MARKETS.
        strengths: STRENGTHS, of families and relations.
        episodes: EPISODES.
    """

    markets: pl.DataFrame
    strengths: pl.DataFrame
    episodes: pl.DataFrame


@final
@dataclass(frozen=True, eq=False)
class Evidence:
    """What one detector said of them.

    Attributes:
        detected: family -> threshold -> EPISODES.
        operating: family -> the threshold it is used at, one of those in `detected`.
        calibration: family -> float64[sessions, BINS, 4], sessions in the order of `names`;
            families whose figure is no probability are not in it.
        pairs: PAIRS, truth and answer.
    """

    detected: Mapping[str, Mapping[float, pl.DataFrame]]
    operating: Mapping[str, float]
    calibration: Mapping[str, np.ndarray]
    pairs: pl.DataFrame


def score(truth: Truth, evidence: Evidence, sampling: Sampling) -> dict[str, Any]:
    """Score one detector.

    Args:
        truth: of the sessions.
        evidence: of the detector on them.
        sampling: how intervals are drawn.

    Returns:
        JSON-ready. `families`: family -> `strong` and `all` (each `figures` and `counts`),
        `curve`, `calibration` (or None), `by_strength`, `by_size`, `latencies` (of strong ones),
        `operating`, `sessions` (strong ones). `alarms`: false alarms an hour of all families
        together. `pairs`: relation -> `strong` and `all`.
    """
    every = names(truth.markets)
    families = {family: _family(family, truth, evidence, sampling) for family in evidence.detected}
    at_work = [evidence.detected[one][evidence.operating[one]] for one in evidence.detected]
    together = score_family(pl.concat(at_work), truth.episodes, truth.markets, sampling)
    relations = {}
    for relation in RELATIONS:
        strong = strong_sessions(truth.strengths, relation, truth.markets)
        relations[relation] = {
            "strong": pair_scores(evidence.pairs, relation, strong, sampling),
            "all": pair_scores(evidence.pairs, relation, every, sampling),
            "sessions": len(strong),
        }
    return {
        "families": families,
        "alarms": together.figures["false_alarms_per_hour"],
        "pairs": relations,
    }


def _family(family: str, truth: Truth, evidence: Evidence, sampling: Sampling) -> dict[str, Any]:
    at = evidence.detected[family]
    detected = at[evidence.operating[family]]
    true = truth.episodes.filter(pl.col("family") == family)
    chosen = strong_sessions(truth.strengths, family, truth.markets)
    strong = score_family(detected, true, truth.markets, sampling, chosen)
    every = score_family(detected, true, truth.markets, sampling)
    curve = precision_recall(at, sorted(at), true, truth.markets, sampling, chosen)
    strength, size = planted(true, truth.strengths), true["score"].abs()
    where = (detected, true, truth.markets, sampling)
    return {
        "strong": {"figures": strong.figures, "counts": strong.counts},
        "all": {"figures": every.figures, "counts": every.counts},
        "curve": curve.to_dict(),
        "calibration": (
            calibration(evidence.calibration[family], sampling)
            if family in evidence.calibration
            else None
        ),
        "by_strength": recall_by(strength, STRENGTH_EDGES, *where),
        "by_size": recall_by(size, _equal_bins(size), *where),
        "latencies": [float(one) for one in strong.latencies],
        "operating": float(evidence.operating[family]),
        "sessions": len(chosen),
    }


def _equal_bins(size: pl.Series) -> list[float]:
    if len(size) == 0:
        return []
    edges = np.quantile(size.to_numpy(), np.linspace(0.0, 1.0, SIZE_BINS + 1))
    return [float(one) for one in np.unique(edges)]


def figures(name: str, scored: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A detector's figures under the keys of metrics.json.

    Over sessions of strengths 0.3 to 1, but for false alarms and calibration, which are over all
    sessions. What is over all sessions has `all/` in its key too, for the others.

    Args:
        name: of the detector.
        scored: as `score` gives it.

    Returns:
        `detect/<name>/<family>_<figure>`, `detect/<name>/constraint_<figure>`,
        `detect/<name>/correlation_<figure>` and `detect/<name>/false_alarms_per_hour` -> value,
        lo, hi, n, baseline.
    """
    prefix = f"detect/{name}"
    out: dict[str, dict[str, Any]] = {f"{prefix}/false_alarms_per_hour": scored["alarms"]}
    for family, one in scored["families"].items():
        for figure in FIGURES:
            part = "all" if figure == "false_alarms_per_hour" else "strong"
            out[f"{prefix}/{family}_{figure}"] = one[part]["figures"][figure]
            if part == "strong":
                out[f"{prefix}/all/{family}_{figure}"] = one["all"]["figures"][figure]
        out[f"{prefix}/{family}_average_precision"] = one["curve"]["average_precision"]
        if one["calibration"] is not None:
            for figure in ("calibration_error", "brier"):
                out[f"{prefix}/{family}_{figure}"] = one["calibration"][figure]
    for relation, title in (("group", "constraint"), ("correlation", "correlation")):
        for figure in ("accuracy", "precision", "recall"):
            for part, where in (("strong", ""), ("all", "all/")):
                key = f"{prefix}/{where}{title}_{figure}"
                out[key] = scored["pairs"][relation][part][figure]
    return out


def payload(
    scores: Mapping[str, Mapping[str, Any]], configured: str, sampling: Sampling, sessions: int
) -> dict[str, Any]:
    """The payload of metrics.json.

    Args:
        scores: detector -> what `score` gives.
        configured: the detector of `detector=`; its figures also stand directly under `detect/`.
        sampling: how intervals were drawn.
        sessions: how many were judged.

    Returns:
        JSON-ready: the keys of `figures`, `detectors` (everything `score` gave), `configured`,
        `sessions`, `rules`, `interval`, and the `headline`.
    """
    out: dict[str, Any] = {}
    for name, scored in scores.items():
        keyed = figures(name, scored)
        out |= keyed
        if name == configured:
            prefix = f"detect/{name}/"
            out |= {f"detect/{key.removeprefix(prefix)}": one for key, one in keyed.items()}
    out |= {
        "schema": 1,
        "detectors": dict(scores),
        "configured": configured,
        "sessions": sessions,
        "rules": RULES,
        "interval": {
            "level": LEVEL,
            "resamples": sampling.resamples,
            "seed": sampling.seed,
            "cluster": "session (all markets of an event together)",
            "method": "bootstrap percentiles, widened for small samples (Hesterberg 2015)",
            "fewest_sessions": FEWEST_FOR_INTERVAL,
        },
    }
    out["headline"] = headline(out)
    return out
