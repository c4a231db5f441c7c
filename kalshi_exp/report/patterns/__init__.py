"""How strong patterns are on a tape: the page, its pictures and the terminal's table."""

from __future__ import annotations

from kalshi_exp.report.patterns.console import patterns_table, power_table
from kalshi_exp.report.patterns.html import write_patterns

__all__ = ["write_patterns", "patterns_table", "power_table"]
