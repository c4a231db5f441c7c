from __future__ import annotations

from kalshi_exp.patterns import NEUTRAL, PATTERN, PATTERNS


def test_every_column_has_a_name_a_unit_and_a_meaning() -> None:
    assert len({pattern.name for pattern in PATTERNS}) == len(PATTERNS) == len(NEUTRAL)
    assert all(pattern.unit and pattern.meaning for pattern in PATTERNS)
    assert [PATTERNS[PATTERN[pattern.name]] for pattern in PATTERNS] == list(PATTERNS)
