"""The verdict in one or two plain sentences, made from the figures alone."""

from __future__ import annotations

from typing import Any

from kalshi_exp.metrics.differences import BETTER, NO_DIFFERENCE, TOO_LITTLE, WORSE
from kalshi_exp.metrics.figures import show
from kalshi_exp.metrics.records import is_agent

LEADER = "agent/deterministic"


def leader(payload: dict[str, Any]) -> str | None:
    """The policy that the headline speaks of: the deterministic agent, else any agent."""
    agents = [policy for policy in payload["policies"] if is_agent(policy)]
    if LEADER in agents:
        return LEADER
    return agents[0] if agents else None


def headline(payload: dict[str, Any]) -> str:
    """What the run shows: P&L with interval, and how it stands against each baseline."""
    policy = leader(payload)
    if policy is None:
        return "No learned policy was judged."
    figure = payload["policies"][policy]["figures"]["pnl_per_session"]
    sessions = payload["policies"][policy]["sessions"]
    if figure["value"] is None:
        return f"The agent's P&L cannot be told: {figure['reason']}."
    where = f"on {sessions} session{'' if sessions == 1 else 's'} it never trained on"
    made = "made" if figure["value"] >= 0 else "lost"
    text = f"The agent {made} {show(abs(figure['value']), '$')} a session after fees {where}"
    if figure["lo"] is None:
        text += " (no interval: too few sessions)."
    else:
        text += f" (95 % interval {show(figure['lo'], '$')} to {show(figure['hi'], '$')})."
    verdicts = _verdicts(payload, policy)
    return f"{text} {verdicts}" if verdicts else text


def _verdicts(payload: dict[str, Any], policy: str) -> str:
    mine = [row for row in payload["differences"] if row["policy"] == policy]
    if not mine:
        return ""
    sorted_by: dict[str, list[str]] = {BETTER: [], WORSE: [], NO_DIFFERENCE: [], TOO_LITTLE: []}
    for row in mine:
        word = next(w for w in sorted_by if row["verdict"].startswith(w))
        sorted_by[word].append(row["baseline"])
    parts = []
    if sorted_by[BETTER]:
        parts.append(f"better than {_listed(sorted_by[BETTER])}")
    if sorted_by[WORSE]:
        parts.append(f"worse than {_listed(sorted_by[WORSE])}")
    if sorted_by[NO_DIFFERENCE]:
        parts.append(f"no difference shown from {_listed(sorted_by[NO_DIFFERENCE])}")
    if sorted_by[TOO_LITTLE]:
        text = f"too little data to say against {_listed(sorted_by[TOO_LITTLE])}"
        needed = [row["sessions_needed"] for row in mine if row["verdict"] == TOO_LITTLE]
        if None not in needed:
            text += f" (about {max(needed):,} sessions would show differences of these sizes)"
        parts.append(text)
    text = "; ".join(parts) + "."
    return f"On the same sessions: {text}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
