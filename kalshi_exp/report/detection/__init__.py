"""How well patterns are detected: the page, its pictures and the terminal's table."""

from __future__ import annotations

from kalshi_exp.report.detection.console import detection_table
from kalshi_exp.report.detection.example import Example
from kalshi_exp.report.detection.html import figures_table, write_detection

__all__ = ["write_detection", "figures_table", "detection_table", "Example"]
