from __future__ import annotations

import io

from rich.console import Console

from kalshi_exp.learn import ProgressBar

FIGURES = {"frames": 500.0, "episode_reward": 1.25, "entropy": 2.5, "kl": 0.01}


def test_without_a_terminal_each_evaluation_is_a_line() -> None:
    out = io.StringIO()
    with ProgressBar("phase", 1000, console=Console(file=out, width=200)) as bar:
        bar(FIGURES)
        bar({"frames": 500.0, "tune_pnl": -3.0})
    (line,) = out.getvalue().splitlines()
    for part in ("phase", "500 of 1,000", "frames/s", "s left", "+1.250", "2.50", "$-3.00"):
        assert part in line, part


def test_on_a_terminal_the_bar_shows_speed_time_left_and_key_figures() -> None:
    out = io.StringIO()
    console = Console(file=out, width=200, force_terminal=True, color_system=None)
    with ProgressBar("phase", 1000, console=console) as bar:
        bar(FIGURES)
        bar(FIGURES | {"frames": 900.0})
    text = out.getvalue()
    for part in ("phase", "90%", "frames/s", "reward/episode +1.250", "kl 0.0100"):
        assert part in text, part
