from __future__ import annotations

from kalshi_exp.report.fill_realism.looks import model_looks


def test_a_model_looks_the_same_in_whatever_company() -> None:
    few, many = model_looks(["old", "queue"]), model_looks(["queue", "depth", "mine", "old"])
    assert few["old"] == many["old"] and few["queue"] == many["queue"]
    looks = [(one.token, one.dash, one.symbol) for one in many.values()]
    assert len(set(looks)) == len(looks)


def test_strangers_look_unlike_one_another_and_unlike_those_that_are_known() -> None:
    names = ["truth", "old", "hazard", "calibrated", "b", "a", "c"]
    looks = model_looks(names)
    assert list(looks) == names
    told = [(one.token, one.dash, one.symbol) for one in looks.values()]
    assert len(set(told)) == len(told)
    assert model_looks(["c", "a", "b"])["a"] == looks["a"]
