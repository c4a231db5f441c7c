"""One colour, dash and mark a policy, the same in every picture (Okabe and Ito's palette)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

from kalshi_exp.metrics import is_agent


@final
@dataclass(frozen=True)
class Look:
    """How a policy is drawn.

    Attributes:
        token: CSS custom property that holds its colour, without the dashes.
        dash: plotly line dash.
        symbol: plotly marker symbol.
        width: line width, px.
    """

    token: str
    dash: str
    symbol: str
    width: float


_KNOWN = {
    "agent/deterministic": Look("agent", "solid", "circle", 2.6),
    "agent/sampled": Look("sampled", "solid", "circle-open", 2.2),
    "maker": Look("maker", "solid", "square", 1.6),
    "momentum": Look("momentum", "solid", "diamond", 1.6),
    "random": Look("random", "dot", "x", 1.6),
    "hold": Look("hold", "dash", "line-ew-open", 1.4),
}
_SPARE = (
    Look("spare1", "solid", "triangle-up", 1.6),
    Look("spare2", "dashdot", "triangle-down", 1.6),
    Look("spare3", "dot", "star", 1.6),
    Look("spare4", "dash", "pentagon", 1.6),
)


def looks(policies: Iterable[str]) -> dict[str, Look]:
    """The look of each policy; unknown names take the spare looks in alphabetical order."""
    names = list(policies)
    strangers = sorted(name for name in names if name not in _KNOWN)
    spare = {name: _SPARE[k % len(_SPARE)] for k, name in enumerate(strangers)}
    return {name: _KNOWN.get(name) or spare[name] for name in names}


def short(policy: str) -> str:
    """A policy's name as legends show it."""
    return policy.replace("agent/", "agent, ") if is_agent(policy) else policy


def colour(token: str, percent: int = 100) -> str:
    """A colour that the page resolves against its theme, at an opacity in percent."""
    return f"css:{token}/{percent}"
