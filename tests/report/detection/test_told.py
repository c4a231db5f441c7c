from __future__ import annotations

from kalshi_exp.report.detection.told import token, told, told_asked, told_interval


def test_each_unit() -> None:
    assert told(0.813, "%") == "81.3 %"
    assert told(-0.5, "s") == "−0.50 s"
    assert told(0.25, "an hour") == "0.25"
    assert told(0.12345, "") == "0.123"
    assert told(None, "s") == told(None, "") == "–"


def test_intervals_leave_the_unit_out() -> None:
    assert told_interval({"lo": 0.1, "hi": 0.25}, "%") == "10.0 to 25.0"
    assert told_interval({"lo": -1.0, "hi": 2.5}, "s") == "−1.00 to 2.50"
    assert told_interval({"lo": None, "hi": None}, "s") == told_interval({}, "%") == ""


def test_what_is_asked() -> None:
    assert told_asked(0.95, "%", "high") == "at least 95 %"
    assert told_asked(5.0, "s", "low") == "under 5 s"
    assert told_asked(None, "%", "high") == ""


def test_detectors_have_their_colours() -> None:
    assert len({token("rule"), token("learned"), token("mine")}) == 3
