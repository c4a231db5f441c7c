"""Several runs beside each other: the page, its pictures and the terminal's tables."""

from __future__ import annotations

from kalshi_exp.report.comparison.html import compare_directories, write_comparison

__all__ = ["compare_directories", "write_comparison"]
