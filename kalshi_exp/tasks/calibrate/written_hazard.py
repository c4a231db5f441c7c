"""A fitted hazard model as a file that composes, and that says where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kalshi_exp.metrics.hazard import HORIZONS_S

_WIDTH = 25  # column of the comments


def hazard_yaml(payload: dict[str, Any], name: str) -> str:
    """The text of the file.

    Args:
        payload: what calibrate.json holds.
        name: of the file.
    """
    windows, fit = payload["windows"], payload["fit"]
    orders = payload["orders"]
    lines = [
        f"# {name}: when a resting order has its turn, fitted to a tape.",
        "# By task=calibrate fill=hazard from the tape",
        f"# {payload['data_hash']}:",
        f"# fitted to {len(windows['fitted'])} of its {windows['recorded']} windows; those that "
        "judge were not fitted to.",
        f"# Orders of one contract are imagined at both touches every {orders['every_s']} s, for "
        f"{orders['patience_s']} s. Their fills are the",
        "# ruler's, queue with position=pro_rata: no truth is on a tape without us.",
        f"# {fit['waits']} waits for a trade at their level, {fit['fills']} of them ended with a "
        "fill.",
        *(f"# {line}" for line in hazard_lines(payload)),
        "defaults: [hazard, _self_]",
        "",
        "coefficients:",
    ]
    for one, told in payload["coefficients"].items():
        value = f"  {one}: {told['value']:.6f}"
        if told["lo"] is None:
            said = "never varied"
        else:
            said = f"95 % [{told['lo']:.3f}, {told['hi']:.3f}]"
        lines.append(f"{value:<{_WIDTH}}# {said}")
    return "\n".join(lines) + "\n"


def hazard_lines(payload: dict[str, Any]) -> Iterator[str]:
    """Goodness of fit on the judging windows, a sentence or a row of figures each."""
    judged = payload["judged"]
    likelihood, gain = judged["likelihood"], judged["likelihood"]["gain"]
    count = len(payload["windows"]["judged"])
    if gain["value"] is None:
        yield f"{count} judging windows: no likelihood ({gain['reason']})."
    else:
        yield (
            f"{count} judging windows: log likelihood a wait {likelihood['model']:.4f}, of a "
            f"constant hazard {likelihood['constant']:.4f},"
        )
        yield f"gain {gain['value']:.4f}{_ends(gain, '.4f')}."
    yield "Odds of a first fill there, in %: observed, predicted, difference, sure by priority."
    for place in ("touch", "behind"):  # inside it, all of them are sure
        horizons = judged["odds"][place]
        for horizon in HORIZONS_S:
            one = horizons[str(horizon)]
            if one["observed"] is None:
                continue
            apart = one["difference"]
            yield (
                f"{place:6s} {horizon:3d} s  {100 * one['observed']:5.1f} "
                f"{100 * one['predicted']:5.1f}  {100 * apart['value']:+5.2f}"
                f"{_ends(apart, '.2f', 100.0)}  {100 * one['sure']:5.1f}"
            )


def _ends(told: dict[str, Any], form: str, scale: float = 1.0) -> str:
    if told["lo"] is None:
        return ""
    return f" [{scale * told['lo']:{form}}, {scale * told['hi']:{form}}]"
