from __future__ import annotations

import polars as pl
import pytest

from kalshi_exp.metrics.detection import Sampling, none, precision_recall
from kalshi_exp.metrics.detection.tables import EPISODES
from tests.metrics.detection.tables import episodes, markets

SAMPLING = Sampling(200, 1)
SESSIONS = [f"s{k}" for k in range(8)]
WATCHED = markets(SESSIONS, 1, 900.0)


def everywhere(*intervals: tuple[float, float]) -> pl.DataFrame:
    if not intervals:
        return none(EPISODES)
    return pl.concat([episodes(*intervals, session=name) for name in SESSIONS])


TRUE = everywhere((100, 160), (300, 390))
AT = {
    0.2: everywhere((100, 160), (300, 390), (500, 501), (600, 601)),  # recall 1, precision 1/2
    0.5: everywhere((100, 160)),  # recall 1/2, precision 1
    0.9: everywhere(),
}


def test_points_and_the_area_under_their_envelope() -> None:
    curve = precision_recall(AT, list(AT), TRUE, WATCHED, SAMPLING)
    assert curve.thresholds.tolist() == [0.2, 0.5, 0.9]
    assert curve.precision[:2].tolist() == [0.5, 1.0] and curve.precision[2] != curve.precision[2]
    assert curve.recall.tolist() == [1.0, 0.5, 0.0]
    assert curve.average_precision.value == pytest.approx(0.5 * 1.0 + 0.5 * 0.5)
    assert curve.chance_average_precision.value < 0.2  # type: ignore[operator]
    told = curve.to_dict()
    assert told["precision"] == [0.5, 1.0, None]
    assert told["average_precision"]["baseline"]["value"] < 0.2


def test_a_function_is_asked_at_each_threshold() -> None:
    asked = []

    def extract(threshold: float) -> pl.DataFrame:
        asked.append(threshold)
        return AT[threshold]

    told = precision_recall(extract, [0.5, 0.2], TRUE, WATCHED, SAMPLING).to_dict()
    assert asked == [0.2, 0.5]
    assert told == precision_recall(AT, [0.2, 0.5], TRUE, WATCHED, SAMPLING).to_dict()


def test_recall_that_is_never_reached_is_lost_area() -> None:
    curve = precision_recall({0.5: AT[0.5]}, [0.5], TRUE, WATCHED, SAMPLING)
    assert curve.average_precision.value == 0.5
    assert (
        precision_recall({0.5: TRUE}, [0.5], TRUE, WATCHED, SAMPLING).average_precision.value == 1
    )


def test_a_curve_that_turns_back_is_read_by_its_envelope() -> None:
    at = {0.1: everywhere((100, 390)), 0.3: TRUE}  # too low a threshold melts both into one
    curve = precision_recall(at, list(at), TRUE, WATCHED, SAMPLING)
    assert curve.recall.tolist() == [0.0, 1.0]
    assert curve.average_precision.value == 1.0


def test_nothing_true_is_no_area() -> None:
    curve = precision_recall(AT, list(AT), none(EPISODES), WATCHED, SAMPLING)
    assert curve.average_precision.reason == "there was nothing to detect"
    assert curve.to_dict()["recall"] == [None] * 3
