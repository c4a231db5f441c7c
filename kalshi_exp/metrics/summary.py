"""metrics.json: every figure of every policy, each with its interval, and the verdicts."""

from __future__ import annotations

import json
import math
from typing import Any

import polars as pl

from kalshi_exp.env.actions import ACTIONS
from kalshi_exp.metrics.action_mix import action_mix
from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL, LEVEL
from kalshi_exp.metrics.differences import RULES, paired_difference
from kalshi_exp.metrics.execution import fill_rates, markouts
from kalshi_exp.metrics.exploitation import exploitation, named
from kalshi_exp.metrics.figures import FIGURES
from kalshi_exp.metrics.headline import headline
from kalshi_exp.metrics.performance import annualisation, performance
from kalshi_exp.metrics.records import Records, is_agent

SCHEMA = 1
CALLS = ("take_calls", "rest_calls", "checks", "violations")


def summarise(records: Records, bootstrap: int, seed: int) -> dict[str, Any]:
    """The payload of metrics.json; it depends on the records, `bootstrap` and `seed` only.

    Args:
        records: of the judged sessions; the order of rows does not matter.
        bootstrap: resamples behind each interval.
        seed: of the resampling.

    Returns:
        JSON-ready: `policies` (figures as value, lo, hi, n; action mix), `differences` of each
        agent policy against each baseline, `calls` that reached the fill model, `exploitation`
        of detected patterns, `annualisation`, `rules`, `units`, `interval` and the `headline`;
        and figures under names with a slash, such as `exploit/success`. A figure that cannot be
        formed is null and carries a `reason`.
    """
    annual = annualisation(records)
    names = [action.name for action in ACTIONS]
    policies: dict[str, Any] = {}
    calls: dict[str, Any] = {}
    rows = {p: records.sessions.filter(pl.col("policy") == p) for p in records.policies}
    for policy, sessions in rows.items():
        fills = records.fills.filter(pl.col("policy") == policy)
        figures = performance(sessions, annual, bootstrap, seed)
        figures |= fill_rates(sessions, bootstrap, seed)
        mix, behaviour = action_mix(sessions, names, bootstrap, seed)
        entries = {name: figure.to_dict() for name, figure in (figures | behaviour).items()}
        for name, (figure, count) in markouts(sessions, fills, bootstrap, seed).items():
            entries[name] = figure.to_dict(fills=count)
        policies[policy] = {
            "figures": {figure.name: entries[figure.name] for figure in FIGURES},
            "actions": mix,
            "sessions": len(sessions),
            "settled": int(sessions["settled"].sum()),
            "fills": {
                "passive": int(fills["passive"].sum()),
                "aggressive": len(fills) - int(fills["passive"].sum()),
            },
        }
        calls[policy] = {name: int(sessions[name].sum()) for name in CALLS}
    payload: dict[str, Any] = {
        "schema": SCHEMA,
        "sessions": records.sessions.select("fold", "session").n_unique(),
        "folds": records.sessions["fold"].n_unique(),
        "policies": policies,
        "differences": _differences(rows, bootstrap, seed),
        "exploitation": exploitation(records.opportunities, records.sessions, bootstrap, seed),
        "calls": calls,
        "annualisation": annual.to_dict() if annual else _no_annualisation(),
        "action_names": names,
        "units": {figure.name: figure.unit for figure in FIGURES},
        "rules": RULES,
        "interval": {
            "level": LEVEL,
            "resamples": bootstrap,
            "seed": seed,
            "cluster": "session (all markets of an event, and all folds, together)",
            "method": "bootstrap percentiles, widened for small samples (Hesterberg 2015)",
            "fewest_sessions": FEWEST_FOR_INTERVAL,
        },
    }
    payload["headline"] = headline(payload)
    return payload | named(payload)


def to_bytes(payload: dict[str, Any]) -> bytes:
    """The file's bytes: sorted keys, two spaces, a final newline; equal payloads, equal bytes.

    Raises:
        ValueError: a number is not finite, which JSON has no word for.
    """
    text = json.dumps(payload, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode()


def flat(payload: dict[str, Any]) -> dict[str, float]:
    """Figures that were formed, for loggers.

    Returns:
        `policy/figure` -> value, and `policy/figure/lo` and `/hi` where there is an interval.
    """
    out: dict[str, float] = {}
    for policy, entry in payload["policies"].items():
        for name, figure in entry["figures"].items():
            for part, key in (("value", ""), ("lo", "/lo"), ("hi", "/hi")):
                number = figure[part]
                if number is not None and math.isfinite(number):
                    out[f"{policy}/{name}{key}"] = number
    return out


def named_figures(payload: dict[str, Any]) -> dict[str, float | str]:
    """Figures that stand in a payload under a name with a slash, such as `detect/anchor_recall`.

    Returns:
        `name` -> value, `name/lo` and `name/hi`, and `name/verdict` where there is one. What was
        not formed is left out.
    """
    out: dict[str, float | str] = {}
    for name, figure in payload.items():
        if "/" not in name:
            continue
        parts = figure if isinstance(figure, dict) else {"value": figure}
        for part in ("value", "lo", "hi", "verdict"):
            one = parts.get(part)
            if isinstance(one, str) or (isinstance(one, int | float) and math.isfinite(one)):
                out[name if part == "value" else f"{name}/{part}"] = one
    return out


def _differences(rows: dict[str, pl.DataFrame], bootstrap: int, seed: int) -> list[dict[str, Any]]:
    out = []
    for policy in filter(is_agent, rows):
        for baseline in rows:
            if is_agent(baseline):
                continue
            gap = paired_difference(rows[policy], rows[baseline], bootstrap, seed)
            out.append(
                {"policy": policy, "baseline": baseline, "verdict": gap.verdict(baseline)}
                | gap.to_dict()
            )
    return out


def _no_annualisation() -> dict[str, Any]:
    keys = ("session_seconds", "sessions_per_year", "factor")
    return dict.fromkeys(keys) | {
        "per": "session",
        "reason": "no equity curve says how long a session is",
    }
