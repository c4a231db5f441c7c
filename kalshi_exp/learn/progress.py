"""The progress bar: how far, how fast, how long still, and the figures that matter."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any, final

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

_SHOWN = (
    ("episode_reward", "reward/episode", "{:+.3f}"),
    ("entropy", "entropy", "{:.2f}"),
    ("kl", "kl", "{:.4f}"),
    ("tune_pnl", "tune P&L", "${:+.2f}"),
)


@final
class _Rate(ProgressColumn):
    """Frames a second."""

    def render(self, task: Task) -> Text:
        """Show the speed, once there is one."""
        return Text(f"{task.speed:,.0f} frames/s" if task.speed else "", style="cyan")


@final
class ProgressBar:
    """A sink that shows figures on the terminal; plain lines where there is none.

    Use as a context manager around the training of one policy.
    """

    def __init__(self, title: str, frames: int, start: int = 0, console: Console | None = None):
        """Prepare a bar.

        Args:
            title: what is being trained.
            frames: when it ends.
            start: frames done before a resume.
            console: where to write; standard error when not given.
        """
        self._console = console or Console(stderr=True)
        self._title, self._frames, self._start = title, frames, start
        self._figures: dict[str, float] = {}
        self._begun = time.perf_counter()
        self._progress = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=20),
            TextColumn("{task.percentage:>3.0f}%"),
            _Rate(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[figures]}"),
            console=self._console,
            disable=not self._console.is_terminal,
            refresh_per_second=4,
        )
        self._task = self._progress.add_task(title, total=frames, completed=start, figures="")

    def __enter__(self) -> ProgressBar:
        """Start drawing."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing."""
        self._progress.stop()

    def __call__(self, figures: dict[str, float]) -> None:
        """Show the figures of a rollout or an evaluation."""
        self._figures |= figures
        self._progress.update(
            self._task,
            completed=min(int(figures["frames"]), self._frames),
            figures=self.line(),
        )
        if not self._console.is_terminal and "tune_pnl" in figures:
            seconds = max(time.perf_counter() - self._begun, 1e-9)
            rate = (figures["frames"] - self._start) / seconds
            left = max(self._frames - figures["frames"], 0) / max(rate, 1e-9)
            self._console.print(
                f"{self._title}: {figures['frames']:,.0f} of {self._frames:,} frames, "
                f"{rate:,.0f} frames/s, {left:,.0f} s left, {self.line()}",
                soft_wrap=True,
                highlight=False,
            )

    def line(self) -> str:
        """The key figures as one line."""
        known: dict[str, Any] = self._figures
        return "  ".join(
            f"{name} {form.format(known[k])}" for k, name, form in _SHOWN if k in known
        )
