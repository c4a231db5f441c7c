"""The market features on a real fast tape: alive, distinct, finite, in range."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from kalshi_exp.config import Clock, Decision
from kalshi_exp.features import (
    FEATURES,
    MARKET_FEATURES,
    Tracks,
    build_tracks,
    group_columns,
)
from kalshi_exp.tape import Pack, Session, ingest, open_tape, pack_sessions
from tests.features.tapes import cropped, perturbed
from tests.features.test_track import decision_at, knows_nothing_of_later

EVENTS = ("KXGOLD15M-26AUG101915-15", "KXGOLD15M-26AUG102030-30")
COLUMNS = [k for k, f in enumerate(FEATURES[:MARKET_FEATURES]) if f.group != "cross_market"]
ROWS = [FEATURES[k] for k in COLUMNS]
CROSS = group_columns("cross_market")  # an event of one market has no sibling
CLOCKS = [Decision(every=1.0), Decision(every=5, unit=Clock.messages)]


@pytest.fixture(scope="module")
def sessions(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Session]:
    """Two recorded markets."""
    folder = tmp_path_factory.mktemp("recorded")
    for event in EVENTS:
        shutil.copytree(data_dir / "kalshi-gold15m/events" / event, folder / "source" / event)
    shutil.copytree(data_dir / "kalshi-gold15m/metadata", folder / "source/metadata")
    ingest(folder / "source", folder / "tape")
    tape = open_tape(folder / "tape")
    loaded = [tape.load(info.name) for info in tape.infos]
    shutil.rmtree(folder)
    assert len(loaded) == len(EVENTS)
    return loaded


@pytest.fixture(scope="module")
def recorded(sessions: list[Session]) -> tuple[Pack, list[Tracks]]:
    """Their pack and their tracks under each clock."""
    pack = pack_sessions(sessions)
    return pack, [build_tracks(pack, sessions, clock, {}) for clock in CLOCKS]


@pytest.mark.parametrize("clock", range(len(CLOCKS)))
def test_every_market_feature_is_alive_finite_and_in_range(
    recorded: tuple[Pack, list[Tracks]], clock: int
) -> None:
    everything = recorded[1][clock].features
    assert len(everything) > 1000 and np.isfinite(everything).all()
    assert not everything[:, CROSS].any()
    features = everything[:, COLUMNS]
    for column, feature in zip(features.T, ROWS, strict=True):
        assert feature.low <= column.min() < column.max() <= feature.high, feature.name
        assert len(np.unique(column)) >= 3, feature.name


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("cut", [0.03, 0.5, 0.9])
def test_what_comes_after_t_changes_nothing_up_to_t(
    sessions: list[Session], clock: Decision, cut: float
) -> None:
    for session in sessions:
        t = decision_at(session, clock, cut)
        for other in (cropped(session, t), perturbed(session, t, 1)):
            knows_nothing_of_later(session, other, clock, t, {})


@pytest.mark.parametrize("clock", range(len(CLOCKS)))
def test_no_two_market_features_are_one(recorded: tuple[Pack, list[Tracks]], clock: int) -> None:
    correlation = np.abs(np.corrcoef(recorded[1][clock].features[:, COLUMNS].T.astype(np.float64)))
    np.fill_diagonal(correlation, 0.0)
    i, j = np.unravel_index(correlation.argmax(), correlation.shape)
    assert correlation[i, j] < 0.99, (ROWS[i].name, ROWS[j].name)


@pytest.mark.parametrize("clock", range(len(CLOCKS)))
def test_no_market_feature_is_a_sum_of_the_others(
    recorded: tuple[Pack, list[Tracks]], clock: int
) -> None:
    features = recorded[1][clock].features[:, COLUMNS].astype(np.float64)
    standard = (features - features.mean(0)) / features.std(0)
    for column, feature in enumerate(ROWS):
        others = np.delete(standard, column, axis=1)
        fit, *_ = np.linalg.lstsq(others, standard[:, column], rcond=None)
        left = np.var(standard[:, column] - others @ fit)
        assert left > 1e-3, (feature.name, left)


@pytest.mark.parametrize("clock", range(len(CLOCKS)))
def test_the_engine_s_touch_is_the_pack_s_at_every_decision(
    recorded: tuple[Pack, list[Tracks]], clock: int
) -> None:
    pack, tracks = recorded[0], recorded[1][clock]
    for number, market in enumerate(pack.markets):
        rows = slice(tracks.row[number], tracks.row[number + 1])
        prices = pack.prices[market["price"] : market["price"] + market["levels"]]
        bid, ask = pack.bid[tracks.message[rows]], pack.ask[tracks.message[rows]]
        want_bid = np.where(bid >= 0, prices[np.maximum(bid, 0)], -1)
        want_ask = np.where(ask < len(prices), prices[np.minimum(ask, len(prices) - 1)], -1)
        np.testing.assert_array_equal(tracks.bid_price[rows], want_bid)
        np.testing.assert_array_equal(tracks.ask_price[rows], want_ask)
