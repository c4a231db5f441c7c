"""The top of the report: the verdict first, then the few figures that carry it."""

from __future__ import annotations

from html import escape
from typing import Any

from kalshi_exp.metrics import leader, show, show_interval

_CARDS = (
    ("pnl_per_session", "P&L a session"),
    ("return_on_cash", "Return on cash"),
    ("sharpe_per_session", "Sharpe a session"),
    ("max_drawdown", "Max drawdown, mean"),
    ("passive_fill_rate", "Passive fill rate"),
    ("passive_markout_10s", "Passive mark-out 10 s"),
)


def headline_html(metrics: dict[str, Any], eyebrow: str) -> str:
    """Heading, standing against the baselines, and the figures of the leading policy.

    Args:
        metrics: the payload of metrics.json.
        eyebrow: small line above, plain text.

    Returns:
        HTML.
    """
    verdict, _, standing = metrics["headline"].partition(" On the same sessions: ")
    parts = [f'<p class="eyebrow">{escape(eyebrow)}</p>', f"<h1>{escape(verdict)}</h1>"]
    if standing:
        parts.append(f'<p class="standing">On the same sessions: {escape(standing)}</p>')
    policy = leader(metrics)
    if policy is not None:
        parts.append(f'<div class="cards">{_cards(metrics, policy)}</div>')
    return "<header>" + "".join(parts) + "</header>"


def _cards(metrics: dict[str, Any], policy: str) -> str:
    cards = []
    for name, title in _CARDS:
        figure, unit = metrics["policies"][policy]["figures"][name], metrics["units"][name]
        under = show_interval(figure, unit) or figure.get("reason", "")
        cards.append(
            f'<div class="card"><span>{escape(title)}</span>'
            f"<b>{escape(show(figure['value'], unit))}</b><i>{escape(under)}</i></div>"
        )
    return "".join(cards)
