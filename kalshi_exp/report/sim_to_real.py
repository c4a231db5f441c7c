"""The trained policy in the exchange itself, beside what it was judged by."""

from __future__ import annotations

from html import escape
from typing import Any

from kalshi_exp.report.comparison.realism import COMPARABLE
from kalshi_exp.report.table import figure_cell


def sim_to_real_table(metrics: dict[str, Any]) -> str:
    """A row a figure under `realism/`; where there are none, why.

    Args:
        metrics: the payload of metrics.json.

    Returns:
        HTML.
    """
    found = metrics["realism"]
    if "withheld" in found:
        return f'<p class="note">No figures: {escape(found["withheld"])}.</p>'
    rows = "".join(
        f'<tr title="{escape(one.meaning)}"><th scope="row">{escape(one.title)}</th>'
        f"{figure_cell(metrics[one.name], one.unit, '')}"
        f'<td class="text">{escape(one.meaning)}</td></tr>'
        for one in COMPARABLE
        if one.name in metrics
    )
    return f'<div class="scroll"><table><tbody>{rows}</tbody></table></div>'
