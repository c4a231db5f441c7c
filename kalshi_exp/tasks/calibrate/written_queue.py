"""A fitted queue model as a file that composes, and that says where it comes from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

_APART = ("out=", "hydra.", "task=", "trainer.progress=", "logger")  # change no figure
_WIDTH = 24  # column of the comments
_TITLES = {
    "pearson": ("Pearson", ".2f", 1.0),
    "overstatement": ("overstatement, %", "+.1f", 100.0),
    "error_cents": ("P&L error, cents", ".3f", 1.0),
    "fill_rate_error": ("fill rate error, %", ".1f", 100.0),
}


def queue_yaml(payload: dict[str, Any], name: str) -> str:
    """The text of the file.

    Args:
        payload: what calibrate.json holds.
        name: of the file.
    """
    numbers, fit = payload["numbers"], payload["fit"]
    words = [one for one in payload["overrides"] if not one.startswith(_APART)]
    said = (
        f"By task=calibrate {' '.join(words)}: fitted to sessions {numbers['fitted'][0]} to "
        f"{numbers['fitted'][1] - 1} of the exchange, in which {payload['strategies']} strategies "
        f"traded: to their fill rates, and the odds of a first fill within 1, 5, 30 and 60 s "
        f"(root mean square {100 * fit['error']:.2f} % after {fit['evaluations']} evaluations)."
    )
    lines = [
        f"# {name}: the queue model's numbers, as the exchange itself showed them.",
        *_comment(said),
        f"# Sessions and scenario: {payload['data_hash']}.",
        *(part for line in queue_lines(payload) for part in _comment(line)),
        "defaults: [queue, _self_]",
        "",
        f"position: {payload['pieces']['position']}",
        f"drawn: {str(payload['pieces']['drawn']).lower()}",
    ]
    for one, told in payload["parameters"].items():
        ends = told["lo"], told["hi"]
        why = told.get("reason") or f"95 % [{ends[0]:.2f}, {ends[1]:.2f}]"
        entry = f"{one}: {told['value']:.3f}"
        lines.append(f"{entry:<{_WIDTH}}# {why}")
    return "\n".join(lines) + "\n"


def _comment(words: str) -> list[str]:
    return textwrap.wrap(
        words,
        100,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def queue_lines(payload: dict[str, Any]) -> Iterator[str]:
    """What the judging sessions say, a figure a line: before and after."""
    first, last = payload["numbers"]["judged"]
    judged = payload["judged"]
    before, after = judged["queue"], judged["fitted"]
    yield (
        f"On sessions {first} to {last - 1}, not fitted to, before (fill=queue) and after: "
        f"{100 * before['error']:.2f} and {100 * after['error']:.2f} %;"
    )
    for group in ("passive", "aggressive"):
        for key, (title, form, scale) in _TITLES.items():
            told = " | ".join(_told(one[group][key], form, scale) for one in (before, after))
            yield f"{group:10s} {title:18s} {told}"


def _told(one: dict[str, Any], form: str, scale: float) -> str:
    if one["value"] is None:
        return f"none ({one['reason']})"
    value = f"{scale * one['value']:{form}}"
    if one["lo"] is None:
        return value
    return f"{value} [{scale * one['lo']:{form}}, {scale * one['hi']:{form}}]"
