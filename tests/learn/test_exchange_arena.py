"""Judging in the exchange world: the same records, with the market as it went with us in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from kalshi_exp.config import Experiment, compose, typed
from kalshi_exp.exchange import simulate_session
from kalshi_exp.learn import Arena, ExchangeArena, Hold, Random, TapeArena, load_arena, money, play
from kalshi_exp.tape import Tape, pack_sessions, write_tape
from kalshi_exp.tape.mids import mids_after


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    made = typed(compose(["world=exchange", "data.seed=4", "trainer.judge_environments=2"]))
    made.scenario = replace(made.scenario, duration_s=60.0, markets=2)
    made.world.horizon = 20
    return made


@pytest.fixture(scope="module")
def tape(experiment: Experiment, tmp_path_factory: pytest.TempPathFactory) -> Tape:
    sessions = [simulate_session(experiment.scenario, 4, number) for number in (3, 4, 8)]
    return write_tape(tmp_path_factory.mktemp("tape") / "tape", iter(sessions), {})


@pytest.fixture(scope="module")
def arena(experiment: Experiment, tape: Tape) -> Arena:
    return load_arena(tape, [info.name for info in tape.infos], experiment)


def test_every_session_is_played_once_to_settlement(arena: Arena) -> None:
    assert isinstance(arena, ExchangeArena)
    records = play(arena, Random(), seed=1, fold=2)
    sessions = records.sessions
    assert sessions["session"].sort().to_list() == ["000003", "000004", "000008"]
    assert sessions["settled"].all() and (sessions["markets"] == 2).all()
    filled = records.fills.group_by("session").agg(
        pl.col("flow").sum(), pl.col("fee").sum(), pl.len()
    )
    both = sessions.join(filled, on="session")
    assert (both["fees"] == both["fee"]).all() and both["len"].min() > 5
    assert money(arena, Random(), seed=1) == pytest.approx(sessions["pnl"].sum() / 3e6)
    paths = arena.paths()
    assert set(paths["session"]) == {"000003", "000004", "000008"}


def test_opportunities_settle_as_the_session_did(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a pattern all the time, what is filled before the last decision is the session."""
    everywhere = np.ones((2 * 2, 4), np.bool_)
    monkeypatch.setattr("kalshi_exp.learn.opportunities.detected", lambda _: everywhere.copy())
    records = play(arena, Random(), seed=1, fold=2)
    made = records.opportunities.filter(pl.col("family") == "anchor")
    assert len(made) == 3 * 2 and made["settled"].all()
    summed = made.group_by("session").agg(pl.col("profit").sum())
    both = records.sessions.join(summed, on="session")
    assert (both["pnl"] == both["profit"]).all() and (both["pnl"] != 0).all()


def test_who_holds_earns_nothing_and_fills_nothing(arena: Arena) -> None:
    records = play(arena, Hold(), seed=1, fold=0)
    assert (records.sessions["pnl"] == 0).all() and records.fills.is_empty()


def test_mids_are_of_the_market_with_us_in_it(arena: Arena) -> None:
    world = arena.stage(1, None, everything=True)
    world.reset(sessions=[2, -1])
    while not world.episodes["done"].all():
        world.step(world.out.mask[:, ::-1].argmax(1) * -1 + world.out.mask.shape[1] - 1)
    ordinals = np.arange(40) % 2
    times = world.episodes["now"][0] - 20_000_000_000 + np.arange(40) * 400_000_000
    pack = pack_sessions([world.tape(0)])
    assert (arena.mids(world, 0, ordinals, times) == mids_after(pack, ordinals, times)).all()
    alone = mids_after(pack_sessions([arena.sessions[2]]), ordinals, times)
    assert (arena.mids(world, 0, ordinals, times) != alone).any()


def test_the_tape_world_has_its_own(experiment: Experiment, tape: Tape) -> None:
    other = replace(experiment, world=typed(compose()).world)
    other.world.horizon = 20
    assert isinstance(load_arena(tape, ["000003"], other), TapeArena)
