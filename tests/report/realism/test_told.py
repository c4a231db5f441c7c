from __future__ import annotations

import pytest

from kalshi_exp.report.realism.told import told, told_interval


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.123, "%", "12.3 %"),
        (1234.0, "ms", "1,234 ms"),
        (0.25, "ms", "0.2 ms"),
        (24.0, "levels", "24"),
        (-0.5, "c", "−0.50 c"),
        (126.4, "contracts", "126"),
        (30.05, "", "30.05"),
        (None, "ms", "–"),
    ],
)
def test_as_people_read_it(value, unit, text):
    assert told(value, unit) == text


def test_intervals_leave_the_unit_out():
    assert told_interval({"lo": 1.0, "hi": 20.0}, "ms") == "1.0 to 20"
    assert told_interval({"lo": 0.1, "hi": 0.2}, "%") == "10.0 to 20.0"
    assert told_interval({"lo": None, "hi": None}, "%") == ""
