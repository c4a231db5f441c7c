"""All that a tape says of the strength of patterns, as metrics.json carries it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kalshi_exp.metrics.bootstrap import LEVEL
from kalshi_exp.metrics.differences import POWER
from kalshi_exp.metrics.strength.effect import effect_of
from kalshi_exp.metrics.strength.power import Point, found_from
from kalshi_exp.metrics.strength.verdict import ALPHA, RULES, Verdict, verdicts
from kalshi_exp.patterns.strength import HYPOTHESES, Family, Measured

KEYS = ("effect", "lo", "hi", "p", "p_holm", "sessions")


def judge(
    measured: Mapping[Family, Sequence[Measured]], resamples: int, seed: int
) -> list[Verdict]:  # fmt: skip
    """The verdict on each family.

    Args:
        measured: of each session.
        resamples: of the bootstrap, and draws of the null.
        seed: of both.
    """
    return verdicts(
        [effect_of(one, measured[one.family], resamples, seed) for one in HYPOTHESES]
    )  # fmt: skip


def summary(
    found: Sequence[Verdict],
    sessions: Sequence[str],
    profile: dict[str, Any],
    power: Mapping[str, Sequence[Point]],
    resamples: int,
    seed: int,
) -> dict[str, Any]:
    """The payload of metrics.json.

    Args:
        found: as `judge`.
        sessions: their names.
        profile: as `profile.profile`.
        power: `levels`, planted at 25, 50 and 75 cents, and `elsewhere`, at other prices, drawn for
            each session of each planting; empty where none was asked for.
        resamples: as it was.
        seed: as it was.

    Returns:
        JSON-ready; `pattern/<family>/...` lie flat, as loggers and comparisons want them.
    """
    rows = [one.to_dict() | {"sessions_in_all": len(sessions)} for one in found]
    payload: dict[str, Any] = {
        "schema": 1,
        "report": "patterns",
        "headline": headline(found, len(sessions)),
        "patterns": rows,
        "sessions": list(sessions),
        "families_tested": sum(one.p_holm is not None for one in found),
        "alpha": ALPHA,
        "rules": RULES,
        "profile": profile,
        "power": {name: [one.to_dict() for one in points] for name, points in power.items()},
        "power_target": POWER,
        "found_from": {name: found_from(points) for name, points in power.items()},
        "interval": {
            "level": LEVEL,
            "method": "bootstrap by session, percentiles widened for small samples",
            "resamples": resamples,
            "seed": seed,
        },
    }
    for row in rows:
        name = row["family"]
        payload |= {f"pattern/{name}/{key}": row[key] for key in KEYS}
        payload[f"pattern/{name}/verdict"] = row["words"]
    return payload


def headline(found: Sequence[Verdict], sessions: int) -> str:
    """One sentence: what is there, what is not, what can't be said."""
    named: dict[str, list[str]] = {}
    for one in found:
        named.setdefault(one.verdict, []).append(one.effect.hypothesis.title.lower())
    parts = [f"{verdict}: {', '.join(named[verdict])}" for verdict in RULES if verdict in named]
    text = "; ".join(sorted(parts, key=lambda part: not part.startswith("present")))
    return f"Of four families of patterns, over {sessions} sessions, {text}."
