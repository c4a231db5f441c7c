"""What a run shows: the report, comparisons between runs, and Weights & Biases."""

from __future__ import annotations

from kalshi_exp.report.comparison import compare_directories, write_comparison
from kalshi_exp.report.html import write_report
from kalshi_exp.report.runs import FinishedRun, NotAFinishedRun, labels, read_run
from kalshi_exp.report.wandb_log import flat_metrics, log_to_wandb

__all__ = [
    "write_report",
    "compare_directories",
    "write_comparison",
    "FinishedRun",
    "NotAFinishedRun",
    "read_run",
    "labels",
    "flat_metrics",
    "log_to_wandb",
]
