"""Which fill models are tried, and the ladder from the oldest of them to the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kalshi_exp.config import (
    CONF,
    ConfigError,
    Delay,
    DepthFill,
    Fill,
    HazardFill,
    Impact,
    Latency,
    LatencyShape,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    recompose,
)
from kalshi_exp.tasks.realism.errors import RealismError

BEST = "calibrated"
"""The model that the ladder leads to."""

FIRST = (BEST, "old", "depth", "probabilistic", "queue", "queue_pessimistic", "queue_optimistic")
"""Order of reports; models that are not named here follow by name."""


def draws_fills(fill: Fill) -> bool:
    """Whether a model draws if an order fills."""
    return isinstance(fill, ProbabilisticFill | HazardFill) or (
        isinstance(fill, QueueFill) and fill.drawn
    )


def contestants(models: Sequence[str], overrides: Sequence[str]) -> dict[str, Fill]:
    """Fill models by name.

    Args:
        models: names; none for every file of conf/fill/.
        overrides: the command line; a folder of the user's own options counts.

    Raises:
        RealismError: there is no model of that name.
    """
    folders = [one for one in overrides if one.startswith("hydra.searchpath=")]
    names = list(models)
    if not names:
        files = {path.stem for path in (CONF / "fill").glob("*.yaml")}
        names = [*FIRST, *sorted(files - set(FIRST))]
    found: dict[str, Fill] = {}
    for name in dict.fromkeys(names):
        try:
            found[name] = recompose([*folders, f"fill={name}"]).fill
        except ConfigError as error:
            raise RealismError(f"models names '{name}', which is no fill model: {error}") from error
    return found


def as_exact_as(fill: Fill, truth: Fill) -> Fill:
    """A model with the truth's latency and fees, so that nothing but fills sets them apart."""
    return replace(fill, latency=truth.latency, fees=truth.fees)


def jittered(fill: Fill) -> Fill:
    """The same, a millisecond later: what the truth is against itself is the ceiling."""
    late = replace(fill.latency.decision, median_ms=fill.latency.decision.median_ms + 1.0)
    return replace(fill, latency=replace(fill.latency, decision=late))


def ladder(best: Fill, truth: Fill) -> list[tuple[str, Fill]]:
    """From `old` to the best model, one assumption less at each rung.

    Args:
        best: the model it leads to; of `queue`'s pieces.
        truth: says latency and fees.

    Returns:
        (what the rung no longer assumes, the model).
    """
    if not isinstance(best, QueueFill):
        return []
    nothing = Delay(LatencyShape.constant, 0.0, 0.0)
    at_once = Latency(decision=nothing, order=nothing, cancel=nothing)
    plain = QueueFill(latency=truth.latency, fees=truth.fees)
    place = replace(plain, position=best.position, exponent=best.exponent)
    whole = replace(place, drawn=best.drawn)
    back = replace(whole, recovery_s=best.recovery_s)
    patient = replace(back, pick_off_s=best.pick_off_s)
    rungs: list[tuple[str, Fill]] = [
        ("old, at once", OldFill(latency=at_once, fees=truth.fees)),
        ("orders take time", OldFill(latency=truth.latency, fees=truth.fees)),
        ("depth is finite", DepthFill(latency=truth.latency, fees=truth.fees)),
        ("there is a queue", plain),
    ]
    if place != plain:
        rungs.append((f"cancels as {best.position.value}", place))
    if whole != place:
        rungs.append(("cancels are whole orders", whole))
    if back != whole:
        rungs.append(("taken liquidity comes back", back))
    if patient != back:
        rungs.append(("newcomers see our order", patient))
    if best.impact != Impact():
        rungs.append(("our takes move prices", replace(patient, impact=best.impact)))
    return rungs
