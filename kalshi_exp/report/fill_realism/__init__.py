"""Pages and tables of `task=realism report=fills`."""

from __future__ import annotations

from kalshi_exp.report.fill_realism.bounds import bounds_table, write_bounds
from kalshi_exp.report.fill_realism.console import fills_table
from kalshi_exp.report.fill_realism.html import write_fills

__all__ = ["bounds_table", "fills_table", "write_bounds", "write_fills"]
