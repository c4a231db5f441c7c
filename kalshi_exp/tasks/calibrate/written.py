"""What calibration writes: whole, where nothing is lost; a scenario that says its origin."""

from __future__ import annotations

import os
import tempfile
import textwrap
from collections.abc import Iterable
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import Any, final

from omegaconf import OmegaConf
from rich.console import Console

from kalshi_exp.config import Scenario
from kalshi_exp.config.scenario import Traits
from kalshi_exp.metrics import to_bytes

_WIDTH = 30  # column of the comments
_ALWAYS = ("duration_s", "markets", "grid")


@final
@dataclass(frozen=True)
class Origin:
    """What a calibration was made from.

    Attributes:
        tape: hash of the tape's content.
        windows: how many windows it was fitted to.
        recorded: how many the tape holds.
        distance: reached.
        inside: statistics inside the recording's intervals, on those windows.
        statistics: how many there are.
        sessions: simulated at each evaluation.
        seed: of the simulation.
        evaluations: made.
    """

    tape: str
    windows: int
    recorded: int
    distance: float
    inside: int
    statistics: int
    sessions: int
    seed: int
    evaluations: int


def scenario_yaml(scenario: Scenario, origin: Origin, title: str) -> str:
    """The text of the file.

    Args:
        scenario: calibrated.
        origin: where it comes from.
        title: first line of its comment.
    """
    lines = [
        f"# {title}",
        f"# By task=calibrate from the tape {origin.tape}:",
        f"# fitted to {origin.windows} of its {origin.recorded} windows; those that judge were "
        "never looked at.",
        f"# Distance {origin.distance:.3f} after {origin.evaluations} evaluations of "
        f"{origin.sessions} sessions of seed {origin.seed}; {origin.inside} of {origin.statistics}",
        "# statistics inside those windows' intervals or within 20 %. Else it is as plain.",
        "defaults: [plain, _self_]",
        "",
    ]
    plain = Scenario()
    for one in fields(scenario):
        value = getattr(scenario, one.name)
        if isinstance(value, Traits):
            if value != getattr(plain, one.name):
                lines.append(f"{one.name}:")
                lines += [_line(part, getattr(value, part.name)) for part in fields(value)]
        elif value != getattr(plain, one.name) or one.name in _ALWAYS:
            lines += OmegaConf.to_yaml(OmegaConf.create({one.name: value})).splitlines()
    return "\n".join(lines) + "\n"


def _line(part: Field[Any], value: float) -> str:
    unit = part.metadata["unit"]
    said = f"{part.metadata['meaning']}{f' ({unit})' if unit else ''}"
    number = str(value).lower() if isinstance(value, bool) else repr(value)
    out = f"  {part.name}: {number}"
    told = f"{out:<{_WIDTH}}# {said}"
    if len(told) <= 100:
        return told
    above = textwrap.wrap(said, 100, initial_indent="  # ", subsequent_indent="  # ")
    return "\n".join([*above, out])


@final
class FillFitError(ValueError):
    """Why no fill model was made, in one sentence."""


def refuse_unwritable(out: Path, refused: type[ValueError]) -> None:
    """Refuse a place that exists or can't be written, before the work.

    Raises:
        ValueError: of the class `refused`, with the reason.
    """
    if out.exists():
        raise refused(f"{out} exists: give another out=")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.touch()
        out.unlink()
    except OSError as error:
        raise refused(f"{out} can't be written ({error}): give another out=") from error


def write_fill_model(
    out: Path, text: str, payload: dict[str, Any], lines: Iterable[str], output_dir: Path
) -> None:
    """Write a fitted fill model and its calibrate.json, and tell of it.

    Args:
        out: where `text` goes.
        text: of the file.
        payload: of calibrate.json.
        lines: what the terminal is told.
        output_dir: the run's own directory.
    """
    write_whole(out, text)
    (output_dir / "calibrate.json").write_bytes(to_bytes(payload))
    told = Console(highlight=False, soft_wrap=True)
    for line in lines:
        told.print(line)
    told.print(f"fill model: {out}")


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old one or the new one, never a part.

    Raises:
        OSError: it can't be written.
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
