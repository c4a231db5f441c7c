"""Train by evaluate: the page, its pictures and the terminal's tables."""

from __future__ import annotations

from kalshi_exp.report.matrix.console import matrix_tables
from kalshi_exp.report.matrix.html import write_matrix

__all__ = ["write_matrix", "matrix_tables"]
