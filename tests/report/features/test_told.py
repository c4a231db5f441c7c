from __future__ import annotations

from kalshi_exp.report.features.told import between, moved, number, percent, probability, signed


def test_values() -> None:
    assert number(-0.12345) == "−0.123" and number(-1e-9) == "0" and number(None) == "–"
    assert number(1.5) == "1.5" and moved(0.0012) == "0.12 %" and moved(None) == "–"
    assert signed(0.05) == "+0.050" and signed(-0.05) == "−0.050" and signed(None) == "–"
    assert percent(0.123) == "12.3 %" and percent(None) == "–"
    assert probability(0.0002) == "<0.001" and probability(0.5) == "0.500"
    assert probability(None) == "–"


def test_intervals() -> None:
    assert between({"lo": 0.1, "hi": 0.2}, moved) == "10.00 to 20.00"
    assert between({"lo": -0.1, "hi": 0.2}, signed) == "−0.100 to +0.200"
    assert between({"lo": None, "hi": None}, moved) == between({}, signed) == ""
