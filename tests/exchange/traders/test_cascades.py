"""A large move, a withdrawal of 30 to 60 %, and everything back in 45 to 90 s."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.config import recompose
from kalshi_exp.config.scenario import Cascades, Scenario
from kalshi_exp.exchange import Exchange
from kalshi_exp.exchange.labels import CASCADE, WITHDRAWAL
from kalshi_exp.exchange.owners import MAKER
from kalshi_exp.market.units import ASK, BID, SECOND
from tests.exchange.traders.books import (
    EVERY,
    books_of,
    labels_of,
    log_of,
    play,
    watched_at,
    with_strengths,
)

SESSIONS = 60


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return recompose(["scenario=cascades"]).scenario


@pytest.fixture(scope="module")
def sessions(scenario) -> list[Exchange]:
    return [play(scenario, number) for number in range(SESSIONS)]


def cascades_of(sessions: list[Exchange]) -> np.ndarray:
    return np.concatenate([labels_of(exchange, CASCADE) for exchange in sessions])


def test_two_to_four_a_session(sessions):
    assert 2.0 < len(cascades_of(sessions)) / SESSIONS < 4.0


def test_each_follows_a_large_move_to_its_side(sessions):
    for exchange in sessions:
        books = books_of(exchange, watched_at(exchange))
        for one in labels_of(exchange, CASCADE):
            # The mid is watched each second, and the reaction takes a third of one.
            known = books.mid[(books.ts > one["start"] - 33 * SECOND) & (books.ts <= one["start"])]
            fell = np.nanmax(known) - np.nanmin(known[-6:])
            rose = np.nanmax(known[-6:]) - np.nanmin(known)
            assert max(fell, rose) > 5.0
            if abs(fell - rose) > 2.0:
                assert one["side"] == (BID if fell > rose else ASK)


def test_depth_length_and_pause_are_as_defined(sessions):
    labels = cascades_of(sessions)
    length = (labels["end"] - labels["start"]) / SECOND
    assert 45.0 <= length.min() < 55.0 and 80.0 < length.max() <= 90.0
    assert 0.3 <= labels["value"].min() < 0.35 and 0.55 < labels["value"].max() <= 0.6
    falls, rises = (labels["value"][labels["side"] == side] for side in (BID, ASK))
    assert falls.mean() > rises.mean() + 0.03
    for exchange in sessions:
        starts = labels_of(exchange, CASCADE)["start"]
        assert (np.diff(starts) >= 120 * SECOND).all()


def test_each_side_is_labelled_and_the_one_ahead_of_the_move_loses_more(sessions):
    for exchange in sessions:
        for one in labels_of(exchange, CASCADE):
            sides = labels_of(exchange, WITHDRAWAL)
            sides = sides[sides["start"] == one["start"]]
            assert sides["side"].tolist() == [BID, ASK]
            assert (sides["end"] == one["end"]).all()
            assert sides["value"].mean() == pytest.approx(one["value"])
            assert sides["value"][one["side"]] > sides["value"][1 - one["side"]]


def test_makers_cut_their_share_at_once(sessions):
    for exchange in sessions[:20]:
        log = log_of(exchange)
        for one in labels_of(exchange, WITHDRAWAL):
            mine = (log["side"] == one["side"]) & (log["owner"] >= MAKER)
            had = log["size"][mine & (log["ts"] < one["start"])].sum()
            cut = log["size"][mine & (log["ts"] == one["start"])].sum()
            assert -cut == pytest.approx(one["value"] * had, abs=5 * 4)


def profile(sessions: list[Exchange]) -> dict[str, float]:
    """Depth of the whole book, and before the move as 1: early, in the middle and after."""
    rows = []
    for exchange in sessions:
        books = books_of(exchange)
        depth = books.sizes.sum(axis=(1, 2))
        for one in labels_of(exchange, CASCADE):
            start, end = int(one["start"] // EVERY), int(one["end"] // EVERY)
            if start < 80 or end + 60 > len(depth):
                continue
            usual = depth[start - 80 : start - 64].mean()
            parts = (
                depth[start + 1 : start + 21],
                depth[(start + end) // 2 : end - 10],
                depth[end : end + 30],
                books.spread[start + 1 : start + 21] - np.nanmean(books.spread),
            )
            rows.append([part.mean() / usual for part in parts[:3]] + [np.nanmean(parts[3])])
    return dict(zip(("early", "later", "after", "wider"), np.mean(rows, axis=0), strict=True))


def test_liquidity_goes_and_comes_back(sessions, scenario):
    seen = profile(sessions)
    assert 0.4 < seen["early"] < 0.7
    assert seen["early"] + 0.1 < seen["later"] < 0.95
    assert 0.93 < seen["after"] < 1.12
    assert 0.1 < seen["wider"] < 1.0
    weak = with_strengths(recompose(["scenario=cascades"]).scenario, cascades=0.3)
    faint = [play(weak, number) for number in range(SESSIONS)]
    assert len(cascades_of(faint)) < 0.8 * len(cascades_of(sessions))
    assert 0.7 < profile(faint)["early"] < 0.92
    assert cascades_of(faint)["value"].max() <= 0.6 * 0.3**0.5


def test_ranges_upside_down_are_refused():
    with pytest.raises(ValueError, match=r"scenario\.cascades\.depth_high"):
        Cascades(depth_low=0.6, depth_high=0.3)
    with pytest.raises(ValueError, match=r"scenario\.cascades\.return_high_s"):
        Cascades(return_low_s=90.0, return_high_s=45.0)
