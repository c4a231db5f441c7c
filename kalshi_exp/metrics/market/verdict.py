"""Whether a simulated market looks like a recorded one: each statistic against the tape's own."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from kalshi_exp.metrics.bootstrap import LEVEL, Estimate
from kalshi_exp.metrics.market.estimates import RESAMPLES, SEED, estimates
from kalshi_exp.metrics.market.measure import Window
from kalshi_exp.metrics.market.table import STATISTICS, Statistic

TOLERANCE = 0.2


@final
@dataclass(frozen=True, eq=False)
class Verdict:
    """One statistic on both sides.

    Attributes:
        statistic: which.
        tape: its figure on the recorded windows, with its interval.
        simulation: its figure on the simulated ones, likewise.
        ok: the simulation's figure lies within the tape's interval, or within TOLERANCE of the
            tape's figure.
        why: in a few words.
    """

    statistic: Statistic
    tape: Estimate
    simulation: Estimate
    ok: bool
    why: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        one = self.statistic
        return {
            "number": one.number,
            "key": one.key,
            "title": one.title,
            "unit": one.unit,
            "group": one.group,
            "definition": one.definition,
            "tape": self.tape.to_dict(),
            "simulation": self.simulation.to_dict(),
            "ok": self.ok,
            "why": self.why,
        }


def _judged(tape: Estimate, simulation: Estimate) -> tuple[bool, str]:
    real, made = tape.value, simulation.value
    if real is None or made is None:
        where = "on the tape" if real is None else "in the simulation"
        return False, f"can't be formed {where}"
    if tape.lo is not None and tape.hi is not None and tape.lo <= made <= tape.hi:
        return True, "inside the interval"
    if abs(made - real) <= TOLERANCE * abs(real):
        return True, f"within {TOLERANCE:.0%} of the tape"
    if real == 0 or real * made < 0:
        return False, "of the other sign" if real else "zero on the tape"
    times = made / real
    if not math.isfinite(times) or times >= 2:
        return False, f"{times:,.1f} times the tape's"
    return False, f"{abs(times - 1):.0%} {'more' if times > 1 else 'less'} than the tape's"


def verdicts(
    tape: Mapping[str, Estimate], simulation: Mapping[str, Estimate]
) -> list[Verdict]:  # fmt: skip
    """Hold estimates (key -> estimate, as `estimates` gives them) against each other.

    Returns:
        One a statistic, in the order of `STATISTICS`.
    """
    pairs = [(one, tape[one.key], simulation[one.key]) for one in STATISTICS]
    return [Verdict(one, real, made, *_judged(real, made)) for one, real, made in pairs]


def compare(
    tape: Sequence[Window],
    simulation: Sequence[Window],
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> dict[str, Any]:
    """Compare recorded with simulated windows.

    Args:
        tape: recorded windows, none of which the simulation was fitted to.
        simulation: simulated windows.
        resamples: number of resamples of each side.
        seed: of the resampling.

    Returns:
        JSON-ready: `ok` of `of`, `statistics` in the fixed order, `failed` (keys), the `headline`
        and how the intervals were formed.
    """
    rows = verdicts(estimates(tape, resamples, seed), estimates(simulation, resamples, seed))
    failed = [row.statistic for row in rows if not row.ok]
    good = len(rows) - len(failed)
    headline = f"The simulated market agrees with the tape in {good} of {len(rows)} statistics."
    return {
        "schema": 1,
        "report": "market",
        "headline": headline,
        "ok": good,
        "of": len(rows),
        "failed": [one.key for one in failed],
        "statistics": [row.to_dict() for row in rows],
        "tape_windows": [window.name for window in tape],
        "simulated_windows": [window.name for window in simulation],
        "interval": {
            "level": LEVEL,
            "method": "bootstrap by window, percentiles widened for small samples",
            "resamples": resamples,
            "seed": seed,
        },
        "rule": "ok: the simulation's figure lies within the tape's interval, or within "
        f"{TOLERANCE:.0%} of the tape's figure",
    }
