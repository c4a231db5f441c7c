"""Intervals are cut point in time; the truth is told in the same words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from kalshi_exp.config import RuleDetector, Scenario
from kalshi_exp.config.scenario import Anchors, Groups, Sentiment
from kalshi_exp.exchange import play_session, tape_of, truth_of
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import SECOND
from kalshi_exp.patterns.detect import Trace, detect
from kalshi_exp.patterns.episodes import (
    EPISODES,
    FAMILIES,
    PAIRS,
    RELEASE_S,
    episodes_of,
    pairs_of,
    spans,
    true_episodes,
    true_pairs,
)
from kalshi_exp.patterns.table import NEUTRAL, PATTERN


def test_an_interval_ends_some_seconds_after_the_figure_fell() -> None:
    figure = np.array([0, 0.4, 0.6, 0.9, 0.31, 0.1, 0.1, 0.5, 0.2, 0.0, 0.0, 0.0, 0.7])
    assert spans(figure, 0.5, figure, 0.3) == [(2, 10), (12, 13)]
    assert spans(figure, 0.95, figure, 0.5) == []
    assert spans(np.zeros(0), 0.5, np.zeros(0), 0.3) == []


def test_what_comes_later_moves_no_beginning() -> None:
    rng = np.random.default_rng(1)
    figure = rng.random(200)
    whole = spans(figure, 0.7, figure, 0.4)
    for t in range(1, 200, 17):
        part = spans(figure[:t], 0.7, figure[:t], 0.4)
        begun = [one for one in whole if one[0] < t]
        assert [one[0] for one in part] == [one[0] for one in begun]
        closed = [one for one in part if one[1] <= t - RELEASE_S]
        assert closed == begun[: len(closed)]


def test_one_figure_begins_an_interval_and_another_keeps_it_up() -> None:
    begins = np.array([0.0, 0.9, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.9])
    keeps = np.array([0.9, 0.9, 0.9, 0.3, 0.1, 0.1, 0.1, 0.9, 0.9])
    assert spans(begins, 0.5, keeps, 0.2) == [(1, 6), (8, 9)]


def trace(**columns: list[list[float]]) -> Trace:
    """Two markets; columns by name, a row a second."""
    seconds = len(next(iter(columns.values())))
    patterns = np.tile(np.array(NEUTRAL, np.float32), (seconds, 2, 1))
    for name, values in columns.items():
        patterns[:, :, PATTERN[name]] = values
    none = np.zeros((2, 2), np.int64)
    return Trace(SECOND * np.arange(1, seconds + 1), patterns, none.astype(bool), none)


def test_an_anchor_is_told_with_its_level() -> None:
    told = trace(
        anchor=[[0.9, 0], [0.8, 0], [0.9, 0]],
        anchor_early=[[0, 0], [0.6, 0], [0, 0]],
        anchor_level=[[50, 25]] * 3,
    )
    table = episodes_of(told, "s", "anchor", 0.5)
    row = ("s", 0, "anchor", 2 * SECOND, 3 * SECOND, 5000, np.float32(0.9))
    assert table.rows() == [row] and table.schema == EPISODES


def test_a_violation_is_told_once_for_its_group() -> None:
    told = trace(violation=[[3, 3], [-4, -4]], group=[[0, 0], [0, 0]])
    table = episodes_of(told, "s", "violation", 2.0)
    assert table["market"].to_list() == [0] and table["score"].to_list() == [4.0]
    apart = trace(violation=[[3, 3], [3, 3]], group=[[-1, 1], [-1, 1]])
    assert episodes_of(apart, "s", "violation", 2.0)["market"].to_list() == [1]


def test_the_truth_of_a_simulated_session() -> None:
    scenario = replace(
        Scenario(),
        duration_s=300.0,
        markets=5,
        anchors=Anchors(strength=1.0),
        groups=Groups(strength=1.0, exclusive=3, fewest=3, correlated=1),
        sentiment=Sentiment(strength=1.0, rate=60.0),
    )
    exchange = play_session(scenario, 4, 2)
    session = tape_of(exchange, PriceGrid.structure(scenario.grid), 4, 2)
    labels = truth_of(exchange, session.name)
    truth = true_episodes(labels, session)
    assert truth.schema == EPISODES and set(truth["family"]) <= set(FAMILIES)
    anchors = truth.filter(pl.col("family") == "anchor")
    assert len(anchors) == labels.filter(pl.col("kind") == "anchor").height > 0
    assert set(anchors["price"]) <= {2500, 5000, 7500}
    off = truth.filter(pl.col("family") == "violation")
    assert len(off) and off["market"].n_unique() == 1 and (off["score"] >= 2.0).all()
    related = true_pairs(labels, session)
    assert related.schema == PAIRS and len(related) == 2 * 10
    grouped = related.filter((pl.col("relation") == "group") & (pl.col("truth") == 1))
    signs = related.filter((pl.col("relation") == "correlation") & (pl.col("truth") != 0))
    assert len(grouped) == 3 and len(signs) == 4  # members of a group are correlated too
    told = pairs_of(detect(session, RuleDetector(), {}), session.name)
    assert told.select("first", "second", "relation").equals(
        related.select("first", "second", "relation")
    )
