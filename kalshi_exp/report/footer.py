"""The foot of a report: how figures were formed, and all it takes to form them again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from typing import Any

_TITLES = {
    "config_hash": "Config hash",
    "data_hash": "Data hash",
    "seed": "Seed",
    "git": "Git",
    "git_sha": "Git commit",
    "versions": "Versions",
    "command": "Command",
    "argv": "Command",
}
_APART = ("title", "config")


def method_html(metrics: dict[str, Any]) -> str:
    """How intervals, the Sharpe ratio and verdicts were formed."""
    how = metrics["interval"]
    annual = metrics["annualisation"]
    rules = "".join(
        f"<li><b>{escape(name.replace('_', ' '))}</b>: {escape(rule)}.</li>"
        for name, rule in sorted(metrics["rules"].items())
    )
    return (
        f'<p class="note">{escape(annual.get("words") or annual.get("reason", ""))}</p>'
        "<details><summary>How the figures were formed</summary>"
        f'<p class="note">Intervals: {how["level"]:.0%}, {escape(how["method"])}, '
        f"{how['resamples']:,} resamples, seed {how['seed']}; drawn by "
        f"{escape(how['cluster'])}; none below {how['fewest_sessions']} sessions. A dash means "
        "that a figure cannot be formed; point at it for the reason.</p>"
        f'<ul class="rules">{rules}</ul></details>'
    )


def footer_html(header: Mapping[str, Any]) -> str:
    """What made the run, and its resolved configuration folded away.

    Args:
        header: `config` (YAML text or a mapping) and anything else worth keeping, e.g. `seed`,
            `config_hash`, `data_hash`, `git`, `versions`, `command`; shown as given.

    Returns:
        HTML.
    """
    facts = "".join(
        f"<dt>{escape(_TITLES.get(key, key.replace('_', ' ').capitalize()))}</dt>"
        f'<dd class="code">{escape(_text(value))}</dd>'
        for key, value in header.items()
        if key not in _APART and value not in (None, "")
    )
    config = header.get("config")
    if config is not None and not isinstance(config, str):
        config = json.dumps(config, indent=2, sort_keys=True, default=str)
    folded = (
        f"<details><summary>Configuration</summary><pre>{escape(config)}</pre></details>"
        if config
        else ""
    )
    return f"{folded}<dl>{facts}</dl>"


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one}" for key, one in sorted(value.items()))
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return str(value)
