from __future__ import annotations

import polars as pl
import pytest

from kalshi_exp.metrics.detection import Sampling, planted, recall_by, strong_sessions
from tests.metrics.detection.tables import episodes, markets, strengths

SAMPLING = Sampling(200, 1)
SESSIONS = [f"s{k}" for k in range(8)]
WATCHED = markets(SESSIONS)
OF = strengths(**{name: 0.1 + 0.1 * k for k, name in enumerate(SESSIONS)})


def test_the_session_says_how_strongly_and_else_the_episode_does() -> None:
    true = pl.concat(
        [
            episodes((0, 1), session="s1", score=0.9),
            episodes((0, 1), session="elsewhere", score=-0.6),
            episodes((0, 1), session="s1", family="anchor", score=0.4),
        ]
    )
    assert planted(true, OF).to_list() == pytest.approx([0.2, 0.6, 0.4])


def test_strong_sessions_are_those_at_or_above_the_bound() -> None:
    assert strong_sessions(OF, "cascade", WATCHED) == SESSIONS[2:]
    assert strong_sessions(OF, "anchor", WATCHED) == []
    assert strong_sessions(OF, "cascade", WATCHED.filter(pl.col("session") == "s5")) == ["s5"]


def test_recall_rises_where_more_is_found() -> None:
    true = pl.concat([episodes((10, 50), (100, 150), session=name) for name in SESSIONS])
    detected = pl.concat(
        [
            episodes(*[(10, 50), (100, 150)][: 2 if k >= 4 else 1], session=name)
            for k, name in enumerate(SESSIONS)
        ]
    )
    value = planted(true, OF)
    found = recall_by(value, (0.0, 0.45, 0.8), detected, true, WATCHED, SAMPLING)
    assert [one["recall"]["value"] for one in found] == [0.5, 1.0]
    assert [one["episodes"] for one in found] == [8, 8]  # the last edge itself belongs to its bin
    assert found[0]["recall"]["baseline"]["value"] < 0.3
    assert found[0]["recall"]["n"] == 4


def test_an_empty_bin_has_no_recall() -> None:
    true = episodes((10, 50), session="s0")
    found = recall_by(planted(true, OF), (0.0, 0.05, 1.0), true, true, WATCHED, SAMPLING)
    assert found[0]["recall"]["value"] is None and found[1]["recall"]["value"] == 1.0
