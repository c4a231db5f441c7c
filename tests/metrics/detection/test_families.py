from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from kalshi_exp.metrics.detection import Sampling, count, names, none, score_family
from kalshi_exp.metrics.detection.tables import EPISODES
from tests.metrics.detection.tables import episodes, markets

SAMPLING = Sampling(200, 1)
SESSIONS = [f"s{k}" for k in range(8)]
WATCHED = markets(SESSIONS, 2, 900.0)


def everywhere(*intervals: tuple[float, float]) -> pl.DataFrame:
    return pl.concat([episodes(*intervals, session=name) for name in SESSIONS])


def test_a_perfect_detector_is_perfect() -> None:
    true = everywhere((100, 160), (300, 390))
    found = score_family(true, true, WATCHED, SAMPLING)
    values = {name: one["value"] for name, one in found.figures.items()}
    assert values == {
        "precision": 1.0,
        "recall": 1.0,
        "latency_s": 0.0,
        "false_alarms_per_hour": 0.0,
    }
    assert found.counts == {"detected": 16.0, "true": 16.0, "matched": 16.0, "hours": 4.0}
    assert found.figures["precision"]["baseline"]["value"] < 0.3


def test_figures_of_a_hand_made_detector() -> None:
    # Of two episodes one is found, 3 s late, and twice; another alarm is nowhere near.
    true = everywhere((100, 160), (300, 390))
    detected = everywhere((103, 160), (103, 140), (700, 710))
    found = score_family(detected, true, WATCHED, SAMPLING)
    figures = found.figures
    assert figures["precision"]["value"] == pytest.approx(1 / 3)
    assert figures["recall"]["value"] == 0.5
    assert figures["latency_s"]["value"] == 3.0
    assert figures["false_alarms_per_hour"]["value"] == pytest.approx(2 * 8 / 4.0)
    assert found.latencies.tolist() == [3.0] * 8
    for figure in figures.values():
        assert figure["n"] == 8 and "value" in figure["baseline"]


def test_only_the_chosen_sessions_count() -> None:
    true = everywhere((100, 160))
    found = score_family(true, true, WATCHED, SAMPLING, SESSIONS[:3])
    assert found.counts == {"detected": 3.0, "true": 3.0, "matched": 3.0, "hours": 1.5}
    assert found.figures["recall"]["lo"] is None  # three sessions are too few


def test_silence_has_recall_zero_and_no_precision() -> None:
    found = score_family(none(EPISODES), everywhere((100, 160)), WATCHED, SAMPLING).figures
    assert found["recall"]["value"] == 0.0 and found["recall"]["hi"] < 0.5
    assert found["precision"]["reason"] == "nothing was detected"
    assert found["latency_s"]["reason"] == "nothing was found"
    assert found["false_alarms_per_hour"]["value"] == 0.0


def test_where_nothing_is_planted_only_alarms_can_be_counted() -> None:
    found = score_family(everywhere((5, 9)), none(EPISODES), WATCHED, SAMPLING).figures
    assert found["precision"]["value"] == 0.0
    assert found["recall"]["reason"] == "there was nothing to detect"
    assert found["false_alarms_per_hour"]["value"] == pytest.approx(8 / 4.0)


def test_shuffled_rows_give_the_same_figures() -> None:
    true = everywhere((100, 160), (300, 390), (380, 500))
    detected = everywhere((103, 160), (90, 140), (310, 400), (390, 480))
    before = score_family(detected, true, WATCHED, SAMPLING)
    mixed = detected.sample(fraction=1.0, shuffle=True, seed=3)
    after = score_family(mixed, true.reverse(), WATCHED.reverse(), SAMPLING)
    for name, one in before.figures.items():
        assert {k: after.figures[name][k] for k in ("value", "lo", "hi")} == {
            k: one[k] for k in ("value", "lo", "hi")
        }
    assert np.array_equal(before.latencies, after.latencies)


def test_counts_are_by_session() -> None:
    true = pl.concat([episodes((0, 10), session="s0"), episodes((0, 10), (20, 30), session="s2")])
    counts = count(true, true, WATCHED, names(WATCHED))
    assert counts.matched.tolist() == [1.0, 0, 2, 0, 0, 0, 0, 0]
    assert counts.owner.tolist() == [0, 2, 2]
    assert counts.hours.tolist() == [0.5] * 8
