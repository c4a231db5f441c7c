"""How often each policy's orders reached the fill model, and what broke the evidence."""

from __future__ import annotations

from html import escape
from typing import Any

from kalshi_exp.report.palette import looks, short

COLUMNS = {
    "take_calls": "Orders judged on arrival",
    "rest_calls": "Judgements of resting orders",
    "checks": "Probability draws",
    "violations": "Fills beyond the evidence",
}


def calls_table(metrics: dict[str, Any]) -> str:
    """Calls that reached the fill model through the environment, policy by policy.

    Args:
        metrics: the payload of metrics.json.

    Returns:
        HTML.
    """
    look = looks(metrics["policies"])
    head = "".join(f'<th scope="col">{escape(title)}</th>' for title in COLUMNS.values())
    body = []
    for policy, calls in metrics["calls"].items():
        cells = "".join(
            f"<td{' class=alarm' if name == 'violations' and calls[name] else ''}>"
            f"{calls[name]:,}</td>"
            for name in COLUMNS
        )
        fills = metrics["policies"][policy]["fills"]
        body.append(
            f'<tr><th scope="row"><span class="swatch" '
            f'style="background:var(--{look[policy].token})"></span>{escape(short(policy))}</th>'
            f"{cells}<td>{fills['passive']:,}</td><td>{fills['aggressive']:,}</td></tr>"
        )
    return (
        f'<div class="scroll"><table class="wide"><thead><tr><th scope="col"></th>{head}'
        '<th scope="col">Passive fills</th><th scope="col">Aggressive fills</th></tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )
