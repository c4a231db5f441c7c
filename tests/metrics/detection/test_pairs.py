from __future__ import annotations

from itertools import combinations

import polars as pl
import pytest

from kalshi_exp.metrics.detection import Sampling, join_pairs, pair_scores
from tests.metrics.detection.tables import pairs

SAMPLING = Sampling(200, 1)
SESSIONS = [f"s{k}" for k in range(8)]
TRUTH = {(0, 1): 1, (2, 3): -1}


def told(**answers: int) -> pl.DataFrame:
    """Every session of five markets, the same answers in each; keys as p01=1."""
    return pairs(
        [
            (name, a, b, "correlation", TRUTH.get((a, b), 0), answers.get(f"p{a}{b}", 0))
            for name in SESSIONS
            for a, b in combinations(range(5), 2)
        ]
    )


def figures(table: pl.DataFrame, relation: str = "correlation") -> dict[str, tuple]:
    found = pair_scores(table, relation, SESSIONS, SAMPLING)
    return {
        name: (found[name]["value"], found[name]["baseline"]["value"])
        for name in ("accuracy", "precision", "recall")
    }


def test_right_answers_beside_the_trivial_one() -> None:
    found = figures(told(p01=1, p23=-1))
    assert found["accuracy"] == (1.0, pytest.approx(0.8))
    assert found["precision"] == (1.0, pytest.approx(0.1))
    assert found["recall"] == (1.0, pytest.approx(0.1))


def test_the_wrong_sign_is_wrong_and_found_by_nobody() -> None:
    found = figures(told(p01=1, p23=1, p04=1))
    assert found["accuracy"][0] == pytest.approx(0.8)
    assert found["precision"][0] == pytest.approx(1 / 3)
    assert found["recall"][0] == 0.5


def test_the_trivial_answer_has_the_trivial_accuracy() -> None:
    found = pair_scores(told(), "correlation", SESSIONS, SAMPLING)
    assert found["accuracy"]["value"] == found["accuracy"]["baseline"]["value"]
    assert found["precision"]["reason"] == "none was told"
    assert found["recall"]["value"] == 0.0
    assert found["counts"] == {"pairs": 80.0, "related": 16.0, "told": 0.0}


def test_relations_are_told_apart_and_one_market_has_no_pair() -> None:
    found = pair_scores(told(p01=1), "group", SESSIONS, SAMPLING)
    assert {found[name]["reason"] for name in ("accuracy", "precision", "recall")} == {"no pair"}


def test_a_pair_that_the_truth_does_not_name_is_not_related() -> None:
    answers = pairs([("s", 0, 1, "group", 0, 1), ("s", 0, 2, "group", 0, 1)])
    truth = pairs([("s", 0, 1, "group", 1, 0)])
    assert join_pairs(answers, truth)["truth"].to_list() == [1, 0]
    assert join_pairs(answers, truth)["told"].to_list() == [1, 1]


def test_a_pair_that_the_detector_is_silent_on_is_refused() -> None:
    truth = pairs([("s", 1, 4, "group", 1, 0)])
    with pytest.raises(ValueError, match=r"pair 1, 4 \(group\).*every pair"):
        join_pairs(pairs([("s", 0, 1, "group", 0, 1)]), truth)
