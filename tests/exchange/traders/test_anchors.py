"""Defended levels are deeper, feared ones wider, neither a caricature."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest

from kalshi_exp.config import recompose
from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange.labels import ANCHOR
from kalshi_exp.exchange.owners import ANCHORS
from kalshi_exp.market.units import ASK, BID, SECOND
from tests.exchange.traders.books import (
    EVERY,
    books_of,
    labels_of,
    log_of,
    play,
    with_strengths,
)

SESSIONS = 60
FEAR, NOTHING = -1, -2


class Facts(NamedTuple):
    labels: list[np.ndarray]
    extra: np.ndarray  # [S], most extra depth at once, in the session's median touches
    level: dict[int, np.ndarray]  # depth at the near level's near side, by what happens there
    spread: dict[int, np.ndarray]


def facts_of(scenario: Scenario) -> Facts:
    labels, extra = [], []
    level: dict[int, list] = {BID: [], FEAR: [], NOTHING: []}
    spread: dict[int, list] = {BID: [], FEAR: [], NOTHING: []}
    for number in range(SESSIONS):
        exchange = play(scenario, number)
        books = books_of(exchange)
        labels.append(labels_of(exchange, ANCHOR).copy())
        extra.append(books.anchors.sum(axis=(1, 2)).max() / np.nanmedian(books.touch))
        nearest = 25 * np.clip(np.round(np.nan_to_num(books.mid) / 25), 1, 3).astype(int)
        away = books.mid - nearest
        state = np.full(len(books.ts), NOTHING)
        for one in labels[-1]:
            # The first second is left to reaction.
            during = (books.ts >= one["start"] + SECOND) & (books.ts < one["end"])
            state[during] = FEAR if one["side"] < 0 else BID
        side = np.where(away > 0, BID, ASK)
        depth = books.sizes[np.arange(len(books.ts)), side, nearest - 1]
        near = (np.abs(away) >= 0.5) & (np.abs(away) <= 4.0)
        for what in level:
            level[what].append(depth[near & (state == what)])
            spread[what].append(books.spread[near & (state == what)])
    return Facts(
        labels,
        np.array(extra),
        {what: np.concatenate(all_) for what, all_ in level.items()},
        {what: np.concatenate(all_) for what, all_ in spread.items()},
    )


@pytest.fixture(scope="module")
def full() -> Facts:
    return facts_of(recompose(["scenario=anchors"]).scenario)


@pytest.fixture(scope="module")
def weak() -> Facts:
    return facts_of(with_strengths(Scenario(), anchors=0.3))


def share(facts: Facts) -> np.ndarray:
    return np.array([(one["end"] - one["start"]).sum() for one in facts.labels]) / (900 * SECOND)


def test_active_ten_to_thirty_percent_of_the_time(full, weak):
    assert 0.1 < share(full).mean() < 0.3
    assert np.mean((share(full) > 0.05) & (share(full) < 0.35)) > 0.8
    assert 0.0 < share(weak).mean() < 0.75 * share(full).mean()


def test_extra_depth_at_most_twice_the_median_touch(full, weak):
    assert np.median(full.extra) > 1.0 and full.extra.max() <= 2.0
    assert weak.extra.max() < 1.3


def test_a_defended_level_is_deeper_and_its_spread_tighter(full, weak):
    more = [facts.level[BID].mean() - facts.level[NOTHING].mean() for facts in (weak, full)]
    assert 5.0 < more[0] < 30.0 < more[1] < 80.0  # of about 60 contracts
    tighter = [
        facts.spread[NOTHING].mean() - np.nanmean(facts.spread[BID]) for facts in (weak, full)
    ]
    assert 0.0 < tighter[0] < tighter[1]
    assert tighter[1] > 0.12


def test_a_feared_level_is_wider(full, weak):
    wider = [
        np.nanmean(facts.spread[FEAR]) - facts.spread[NOTHING].mean() for facts in (weak, full)
    ]
    assert 0.2 < wider[0] < 0.75 < wider[1] < 1.5


def test_labels_tell_what_they_should(full, weak):
    labels = np.concatenate(full.labels)
    assert set(labels["price"]) == {2500, 5000, 7500}
    assert set(labels["side"]) == {BID, ASK, -1}
    assert (labels["value"] == np.where(labels["side"] < 0, -1.0, 1.0)).all()
    assert 0.25 < (labels["side"] < 0).mean() < 0.45
    assert (np.abs(np.concatenate(weak.labels)["value"]) == 0.3).all()
    length = (labels["end"] - labels["start"]) / SECOND
    assert length.min() > 0 and length.max() <= 90.0
    for session in full.labels:
        assert (session["start"][1:] >= session["end"][:-1]).all()


def test_defenders_rest_only_within_their_label_and_on_its_side():
    scenario = with_strengths(Scenario(), anchors=1.0)
    adds = 0
    for number in range(10):
        exchange = play(scenario, number)
        labels = labels_of(exchange, ANCHOR)
        log = log_of(exchange)
        log = log[log["owner"] == ANCHORS]
        for entry in log[log["kind"] == 0]:
            held = labels[(labels["start"] <= entry["ts"]) & (entry["ts"] < labels["end"])]
            assert held["side"].tolist() == [entry["side"]]
            better = exchange.engine.prices[entry["level"]] - held["price"][0]
            # At the level, or inside a spread near it.
            assert (better if entry["side"] == BID else -better) >= -400
            adds += 1
        after = books_of(exchange)
        for one in labels:
            at = int(one["end"] // EVERY)
            if at < len(after.ts):
                assert after.anchors[at].sum() == 0.0
    assert adds > 50


def test_levels_can_be_chosen():
    scenario = with_strengths(Scenario(), anchors=1.0)
    scenario.anchors.at_25 = scenario.anchors.at_75 = False
    prices = {int(price) for n in range(8) for price in labels_of(play(scenario, n))["price"]}
    assert prices == {5000}
    scenario.anchors.at_50 = False
    assert all(len(labels_of(play(scenario, n))) == 0 for n in range(4))
