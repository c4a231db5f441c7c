"""One colour, dash and mark a fill model, the same in every picture."""

from __future__ import annotations

from collections.abc import Iterable

from kalshi_exp.report.palette import Look

_KNOWN = {
    "truth": Look("path", "solid", "circle", 3.0),
    "ceiling": Look("path", "dot", "circle-open", 1.4),
    "calibrated": Look("agent", "solid", "circle", 2.6),
    "old": Look("maker", "solid", "square", 1.8),
    "depth": Look("momentum", "solid", "diamond", 1.6),
    "probabilistic": Look("random", "dot", "x", 1.8),
    "queue": Look("sampled", "solid", "circle-open", 2.0),
    "queue_pessimistic": Look("hold", "dash", "triangle-down", 1.4),
    "queue_optimistic": Look("hold", "dot", "triangle-up", 1.4),
    "hazard": Look("spare2", "dashdot", "star", 1.8),
}
_SPARE = tuple(
    Look(token, "dash", symbol, 1.4)
    for token, symbol in (
        ("spare1", "pentagon"), ("spare4", "hexagon"), ("spare3", "cross"), ("spare2", "hourglass"),
    )
)  # fmt: skip


def model_looks(names: Iterable[str]) -> dict[str, Look]:
    """The look of each contestant; those of the user's own take spare ones by name."""
    given = list(names)
    strangers = sorted(name for name in given if name not in _KNOWN)
    spare = {name: _SPARE[k % len(_SPARE)] for k, name in enumerate(strangers)}
    return {name: _KNOWN.get(name) or spare[name] for name in given}
