"""The table of figures: name, unit, direction and meaning, read by every report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

UNITS = ("$", "%", "ratio", "c", "contracts", "bits")


@final
@dataclass(frozen=True)
class Figure:
    """One figure of a policy.

    Attributes:
        name: key in metrics.json.
        title: as tables show it.
        unit: one of `UNITS`; "%" figures are stored as shares of one.
        better: "high", "low" or None where neither is better by itself.
        group: heading it stands under.
        meaning: one sentence.
    """

    name: str
    title: str
    unit: str
    better: str | None
    group: str
    meaning: str


_MONEY, _RISK, _TRADING = "Money", "Risk", "Trading"
_EXECUTION, _BEHAVIOUR = "Execution", "Behaviour"


def _markout(kind: str, seconds: int) -> Figure:
    when = "at the fill" if seconds == 0 else f"{seconds} s later"
    return Figure(
        f"{kind}_markout_{seconds}s",
        f"Mark-out {seconds} s, {kind}",
        "c",
        "high",
        _EXECUTION,
        f"Mid {when} against the {kind} fill's price, weighted by contracts, before fees; "
        "above zero is good for us.",
    )


FIGURES: tuple[Figure, ...] = (
    Figure(
        "pnl_per_session",
        "P&L a session",
        "$",
        "high",
        _MONEY,
        "Mean profit after fees, settlement included.",
    ),
    Figure("pnl_total", "P&L in all", "$", "high", _MONEY, "Sum over the judged sessions."),
    Figure(
        "return_on_cash",
        "Return on cash",
        "%",
        "high",
        _MONEY,
        "Profit after fees over the cash each session started with.",
    ),
    Figure("fees_per_session", "Fees a session", "$", "low", _MONEY, "Mean exchange fees."),
    Figure(
        "sharpe_per_session",
        "Sharpe a session",
        "ratio",
        "high",
        _RISK,
        "Mean session return over its standard deviation, not annualised.",
    ),
    Figure(
        "sharpe_annualised",
        "Sharpe, annualised",
        "ratio",
        "high",
        _RISK,
        "Sharpe a session times the square root of sessions a year; the factor stands below.",
    ),
    Figure(
        "max_drawdown",
        "Max drawdown",
        "$",
        "low",
        _RISK,
        "Largest fall of equity from its peak within a session, mean over sessions.",
    ),
    Figure(
        "worst_drawdown",
        "Worst drawdown",
        "$",
        "low",
        _RISK,
        "The largest of them; an extreme has no bootstrap interval.",
    ),
    Figure("sessions_won", "Sessions won", "%", "high", _RISK, "Share of sessions with a profit."),
    Figure("turnover_per_session", "Turnover a session", "$", None, _TRADING, "Money traded."),
    Figure(
        "contracts_per_session",
        "Contracts a session",
        "contracts",
        None,
        _TRADING,
        "Contracts filled, passive and aggressive.",
    ),
    Figure(
        "passive_fill_rate",
        "Fill rate, passive",
        "%",
        None,
        _TRADING,
        "Contracts filled while resting over contracts that rested.",
    ),
    Figure(
        "aggressive_fill_rate",
        "Fill rate, aggressive",
        "%",
        None,
        _TRADING,
        "Contracts filled on arrival over contracts sent to take.",
    ),
    *(_markout(kind, s) for kind in ("passive", "aggressive") for s in (0, 1, 10, 60)),
    Figure(
        "top_action_share",
        "Most used action",
        "%",
        None,
        _BEHAVIOUR,
        "Share of decisions that went to the most used action.",
    ),
    Figure(
        "action_entropy",
        "Action entropy",
        "bits",
        None,
        _BEHAVIOUR,
        "Entropy of the action mix: 0 for one action always, 4.39 for all 21 equally.",
    ),
)
"""Every figure of a policy, in the order tables show them."""

BY_NAME = {figure.name: figure for figure in FIGURES}


def show(value: float | None, unit: str, signed: bool = False) -> str:
    """A figure as people read it: `-$1.23`, `12.3 %`, `0.45 c`; a dash where there is none."""
    if value is None:
        return "–"
    size = abs(value)
    sign = "−" if value < 0 else ("+" if signed and value > 0 else "")
    if unit == "%":
        text = f"{100 * size:.{1 if size >= 0.1 else 2}f} %"
    elif unit == "$":
        text = f"${size:,.{_digits(size)}f}"
    elif unit == "c":
        text = f"{size:.2f} c"
    elif unit == "contracts":
        text = f"{size:,.{0 if size >= 100 else 1}f}"
    elif unit == "bits":
        text = f"{size:.2f} bits"
    else:
        text = f"{size:,.{_digits(size)}f}"
    # A tiny negative that rounds to zero would read "-$0.00".
    if not any(c in "123456789" for c in text):
        sign = ""
    return sign + text


def _digits(size: float) -> int:
    return 0 if size >= 1000 else 1 if size >= 100 else 2


def show_interval(figure: Mapping[str, Any], unit: str, bare: bool = False) -> str:
    """A figure's interval as people read it, or an empty text where there is none.

    Args:
        figure: with `lo` and `hi`.
        unit: of the figure.
        bare: leave the unit out, where it stands beside the value already.
    """
    if figure.get("lo") is None or figure.get("hi") is None:
        return ""
    text = f"{show(figure['lo'], unit)} to {show(figure['hi'], unit)}"
    if bare:
        for sign in ("$", " %", " bits", " c"):
            text = text.replace(sign, "")
    return text
