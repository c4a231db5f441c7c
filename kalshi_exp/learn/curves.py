"""Learning curves as a plain CSV file."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import final

COLUMNS = (
    "frames",
    "decisions",
    "episodes",
    "episode_reward",
    "policy_loss",
    "value_loss",
    "entropy",
    "kl",
    "clipped",
    "kl_stop",
    "tune_pnl",
    "best_tune_pnl",
)


@final
class CurveFile:
    """Appends figures to a CSV file, one row a rollout or evaluation; `frames` is the step."""

    def __init__(self, path: Path, start: int = 0) -> None:
        """Open the file, cutting off what lies beyond the checkpoint that a run resumes from.

        Args:
            path: the file; made with its header when absent.
            start: frames at which the run goes on; later rows will be made again.
        """
        self._path = path
        kept: list[dict[str, str]] = []
        if path.exists() and start > 0:
            with open(path, newline="") as old:
                # A kill may have cut the last row short: it lacks columns.
                whole = (row for row in csv.DictReader(old) if None not in row.values())
                kept = [row for row in whole if float(row["frames"]) <= start]
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.partial")
        with open(temporary, "w", newline="") as new:
            writer = csv.DictWriter(new, COLUMNS)
            writer.writeheader()
            writer.writerows(kept)
        os.replace(temporary, path)

    def __call__(self, figures: dict[str, float]) -> None:
        """Append one row; a figure that is not a column is left out."""
        with open(self._path, "a", newline="") as file:
            csv.DictWriter(file, COLUMNS, extrasaction="ignore").writerow(figures)
