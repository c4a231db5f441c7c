from __future__ import annotations

import pytest

from kalshi_exp.metrics.market import TooFewWindowsError, fit_and_judge
from kalshi_exp.tape import SessionInfo


def info(name: str, start: int) -> SessionInfo:
    return SessionInfo(name, name, "S", start, start + 1, 1, 1, True, 0)


def test_windows_fit_and_judge_by_turns_whatever_the_order():
    fit, judge = fit_and_judge([info("d", 4), info("a", 1), info("c", 3), info("b", 2)])
    assert (fit, judge) == (["a", "c"], ["b", "d"])
    fit, judge = fit_and_judge([info("a", 1), info("b", 2), info("c", 3)])
    assert (fit, judge) == (["a", "c"], ["b"])


def test_one_window_cannot_do_both():
    with pytest.raises(TooFewWindowsError, match="record at least 2"):
        fit_and_judge([info("a", 1)])
