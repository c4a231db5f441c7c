from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.config import recompose
from kalshi_exp.features import FEATURES, MARKET_FEATURES
from kalshi_exp.learn import TapeArena, load_arena
from kalshi_exp.tape import open_tape
from kalshi_exp.tasks.evaluate.feature_rows import feature_rows
from tests.learn.runs import SMALL, make_tape


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> TapeArena:
    tape = make_tape(tmp_path_factory.mktemp("rows") / "tape", sessions=3)
    opened = open_tape(tape)
    names = [info.name for info in opened.infos]
    # Groups that are off are seen all the same.
    experiment = recompose([*SMALL, f"data.path={tape}", "features=[book]"])
    found = load_arena(opened, names, experiment)
    assert isinstance(found, TapeArena)
    return found


def test_rows_are_the_track_and_its_mids(arena: TapeArena) -> None:
    rows = feature_rows(arena, 1, 10**6)
    tracks, pack = arena.tracks, arena.pack
    # At a session's last decision it is over: nobody decides any more.
    assert len(rows.session) == len(tracks.ts) - len(pack.markets)
    for session in range(3):
        mine = rows.session == session
        markets = np.flatnonzero(pack.markets["session"] == session)
        track = np.concatenate(
            [tracks.features[tracks.row[m] : tracks.row[m + 1] - 1] for m in markets]
        )
        seen = rows.observation[mine][:, :MARKET_FEATURES]
        assert sorted(map(bytes, seen)) == sorted(map(bytes, track))
    assert rows.observation[:, MARKET_FEATURES : len(FEATURES)].std(0).max() > 0
    one_sided = np.minimum(tracks.bid_price, tracks.ask_price) < 0
    last = tracks.row[1:] - 1
    assert rows.one_sided.sum() == one_sided.sum() - one_sided[last].sum()
    assert (np.isnan(rows.markout) >= rows.one_sided).all()
    assert np.nanmax(np.abs(rows.markout)) > 0


def test_a_markout_is_the_mid_ten_seconds_later_less_the_mid_now(arena: TapeArena) -> None:
    rows = feature_rows(arena, 1, 10**6)
    tracks = arena.tracks
    # The first session has one market, a decision a second.
    row = slice(tracks.row[0], tracks.row[1] - 1)
    bid, ask = tracks.bid_price[row].astype(float), tracks.ask_price[row].astype(float)
    two_sided = (bid >= 0) & (ask >= 0)
    moved = (bid[10:] + ask[10:] - bid[:-10] - ask[:-10]) / 200.0
    known = two_sided[10:] & two_sided[:-10]
    found = rows.markout[rows.session == 0][:-10]
    assert known.sum() > 10
    assert found[known] == pytest.approx(moved[known])


def test_thinned_rows_are_as_many_of_each_session(arena: TapeArena) -> None:
    rows = feature_rows(arena, 1, 60)
    assert np.bincount(rows.session).tolist() == [20, 20, 20]
    again = feature_rows(arena, 1, 60)
    assert np.array_equal(rows.observation, again.observation)
