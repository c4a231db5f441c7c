"""What features tell: the page and the terminal's table."""

from __future__ import annotations

from kalshi_exp.report.features.console import features_table
from kalshi_exp.report.features.html import write_features

__all__ = ["write_features", "features_table"]
