"""How real the simulated exchange is: the page, its pictures and the terminal's table."""

from __future__ import annotations

from kalshi_exp.report.realism.console import realism_table
from kalshi_exp.report.realism.html import write_realism

__all__ = ["write_realism", "realism_table"]
