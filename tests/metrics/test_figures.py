from __future__ import annotations

import pytest

from kalshi_exp.metrics import FIGURES, show, show_interval
from kalshi_exp.metrics.figures import UNITS


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "$", "–"),
        (1.234, "$", "$1.23"),
        (-1234.5, "$", "−$1,234"),
        (-0.001, "$", "$0.00"),
        (0.1234, "%", "12.3 %"),
        (0.0012, "%", "0.12 %"),
        (-0.456, "c", "−0.46 c"),
        (12.34, "contracts", "12.3"),
        (1234.0, "contracts", "1,234"),
        (0.5, "ratio", "0.50"),
        (2.5, "bits", "2.50 bits"),
    ],
)
def test_figures_as_people_read_them(value: float | None, unit: str, text: str) -> None:
    assert show(value, unit) == text


def test_a_sign_is_shown_on_demand() -> None:
    assert show(1.0, "$", signed=True) == "+$1.00"
    assert show(0.0, "$", signed=True) == "$0.00"


def test_intervals() -> None:
    figure = {"lo": -1.0, "hi": 2.5}
    assert show_interval(figure, "$") == "−$1.00 to $2.50"
    assert show_interval(figure, "$", bare=True) == "−1.00 to 2.50"
    assert show_interval({"lo": None, "hi": None}, "$") == ""


def test_the_table_is_whole() -> None:
    assert len({figure.name for figure in FIGURES}) == len(FIGURES)
    for figure in FIGURES:
        assert figure.unit in UNITS
        assert figure.better in (None, "high", "low")
        assert figure.meaning.endswith(".")
