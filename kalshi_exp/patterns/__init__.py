"""What is going on: detectors of anchors, cascades, constraints, correlation and aversion."""

from kalshi_exp.patterns.table import NEUTRAL, PATTERN, PATTERNS, Pattern

__all__ = ["NEUTRAL", "PATTERN", "PATTERNS", "Pattern"]
