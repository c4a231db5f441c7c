from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import torch

from kalshi_exp.config import (
    Actions,
    ActivityFeatures,
    BookFeatures,
    Decision,
    Experiment,
    FoundationPhase,
    OldFill,
    OrderFeatures,
    Policy,
    PortfolioFeatures,
    PortfolioReward,
    QueueFill,
    TapeWorld,
    Trainer,
)
from kalshi_exp.env import ACTIONS, HOLD
from kalshi_exp.learn import (
    INPUTS,
    ActorCritic,
    Agent,
    Hold,
    Momentum,
    Random,
    TapeArena,
    TouchMaker,
    judge,
    money,
    play,
)
from kalshi_exp.market.units import BID, SECOND
from kalshi_exp.metrics import Records
from kalshi_exp.tape.mids import mids_after
from tests.learn.runs import session


def _arena(judge_environments: int = 3, sessions: int = 5, **changes) -> TapeArena:
    groups = {
        "book": BookFeatures(),
        "activity": ActivityFeatures(),
        "portfolio": PortfolioFeatures(),
        "orders": OrderFeatures(),
    }
    parts = {
        "world": TapeWorld(decision=Decision(every=1.0), horizon=30),
        "features": groups,
        "actions": Actions(),
        "fill": QueueFill(),
        "reward": {"portfolio": PortfolioReward()},
        "policy": Policy(),
        "curriculum": {"foundation": FoundationPhase()},
        "trainer": Trainer(judge_environments=judge_environments, environments=4),
    }
    experiment = Experiment(**(parts | changes))
    return TapeArena([session(number) for number in range(sessions)], experiment)


@pytest.fixture(scope="module")
def arena() -> TapeArena:
    return _arena()


@pytest.fixture(scope="module")
def policy() -> ActorCritic:
    """A policy with opinions: large random weights."""
    made = ActorCritic(INPUTS, len(ACTIONS), Policy(hidden=[16]))
    generator = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for parameter in made.parameters():
            parameter += torch.randn(parameter.shape, generator=generator)
    return made


@pytest.fixture(scope="module")
def records(arena: TapeArena, policy: ActorCritic) -> Records:
    return judge(policy, arena, seed=7, fold=2)


def test_everyone_plays_every_session_once(arena: TapeArena, records: Records) -> None:
    names = sorted(one.name for one in arena.sessions)
    for (player,), rows in records.sessions.group_by("policy"):
        assert sorted(rows["session"]) == names, player
        assert rows["settled"].all() and (rows["fold"] == 2).all()
    assert records.sessions["policy"].n_unique() == 6


def test_the_books_balance(records: Records) -> None:
    """What fills and settlement paid is what the session made; counts agree with the fills."""
    sessions = records.sessions
    assert (sessions["pnl"] == sessions["final_equity"] - sessions["cash"]).all()
    assert (sessions["peak"] >= sessions["final_equity"]).all()
    assert (sessions["decisions"] == sessions["actions"].list.sum()).all()
    filled = records.fills.group_by("policy", "session").agg(
        pl.col("fee").sum(),
        passive=pl.col("size").filter("passive").sum(),
        aggressive=pl.col("size").filter(~pl.col("passive")).sum(),
    )
    both = sessions.join(filled, on=["policy", "session"])
    assert len(both) > 15
    assert (both["fees"] == both["fee"]).all()
    assert (both["passive_filled"] == both["passive"]).all()
    assert (both["aggressive_filled"] == both["aggressive"]).all()
    assert both["passive"].sum() > 0 and both["aggressive"].sum() > 0


def test_pnl_follows_from_fills_and_settlement_alone(arena: TapeArena, records: Records) -> None:
    fills = records.fills.with_columns(
        signed=pl.when(pl.col("side") == BID).then(pl.col("size")).otherwise(-pl.col("size"))
    )
    settlement = {
        (one.name, ordinal): market.settlement
        for one in arena.sessions
        for ordinal, market in enumerate(one.markets)
    }
    for row in records.sessions.iter_rows(named=True):
        mine = fills.filter(
            (pl.col("policy") == row["policy"]) & (pl.col("session") == row["session"])
        )
        total = -int(mine["fee"].sum())
        for one in mine.iter_rows(named=True):
            final = settlement[one["session"], one["market"]]
            total += one["signed"] * (final - one["price"])
        assert total == row["pnl"], (row["policy"], row["session"])


def test_equity_begins_with_cash_and_ends_with_the_result(records: Records) -> None:
    for row in records.sessions.iter_rows(named=True):
        curve = records.equity.filter(
            (pl.col("policy") == row["policy"]) & (pl.col("session") == row["session"])
        )
        assert curve["equity"][0] == row["cash"]
        assert curve["equity"][-1] == row["final_equity"]
        assert curve["ts"].is_sorted() and curve["ts"].n_unique() == len(curve)
        assert curve["equity"].max() <= row["peak"]


@pytest.mark.parametrize("make", [Hold, Random, TouchMaker, Momentum])
def test_the_batch_does_not_matter(make) -> None:
    """Luck is keyed by session, so who sits beside whom changes nothing."""
    alone, beside = (play(_arena(n), make(), seed=7, fold=0) for n in (1, 5))
    assert alone.sessions.equals(beside.sessions)
    assert alone.fills.equals(beside.fills)
    assert alone.equity.equals(beside.equity)


def test_another_seed_is_another_luck(arena: TapeArena) -> None:
    one, two = (play(arena, Random(), seed=seed, fold=0) for seed in (1, 2))
    assert not one.fills.equals(two.fills)


def test_hold_makes_nothing(records: Records) -> None:
    held = records.sessions.filter(pl.col("policy") == "hold")
    assert (held["pnl"] == 0).all() and (held["take_calls"] == 0).all()
    assert (held["actions"].list.get(HOLD) == held["decisions"]).all()


def test_the_baselines_do_what_they_say(records: Records) -> None:
    by = {name: rows for (name,), rows in records.sessions.group_by("policy")}
    assert by["maker"]["passive_filled"].sum() > 0
    assert by["maker"]["aggressive_filled"].sum() < by["maker"]["passive_filled"].sum()
    assert by["momentum"]["aggressive_filled"].sum() > by["momentum"]["passive_filled"].sum()
    mixes = {name: np.array(rows["actions"].to_list()).sum(0) for name, rows in by.items()}
    assert (mixes["random"] > 0).sum() >= len(ACTIONS) - 1  # so much is rarely held as to sell it
    used = {ACTIONS[n].name for n in np.flatnonzero(mixes["maker"])}
    assert used == {"HOLD", "BUY_YES 10", "BUY_NO 10"}
    sizes = records.fills.filter(pl.col("policy") == "maker")
    signed = np.where(sizes["side"] == BID, sizes["size"], -sizes["size"])
    for _, rows in sizes.with_columns(signed=pl.Series(signed)).group_by("session", "market"):
        # The limit is a tenth of 500 contracts; one order may be on its way beyond it.
        assert rows["signed"].cum_sum().abs().max() <= (50 + 10) * 100


def test_money_is_the_mean_of_the_records(arena: TapeArena, policy: ActorCritic) -> None:
    agent = Agent(policy, sampled=False)
    expected = play(arena, agent, seed=7, fold=0).sessions["pnl"].mean() / 1e6
    assert money(arena, agent, seed=7) == pytest.approx(expected, abs=1e-9)


def test_the_agent_sees_only_its_own_groups_and_baselines_all(policy: ActorCritic) -> None:
    narrow = _arena(features={"book": BookFeatures()})
    wide = _arena()
    for player in (TouchMaker(), Momentum()):
        one, two = (play(arena, player, seed=7, fold=0) for arena in (narrow, wide))
        assert one.fills.equals(two.fills)
    agent = Agent(policy, sampled=False)
    assert not play(narrow, agent, seed=7, fold=0).fills.equals(
        play(wide, agent, seed=7, fold=0).fills
    )


def test_the_fill_model_is_reached(policy: ActorCritic) -> None:
    old, queue = (
        play(_arena(fill=fill), TouchMaker(), seed=7, fold=0) for fill in (OldFill(), QueueFill())
    )
    for records in (old, queue):
        assert records.sessions["rest_calls"].sum() > 0
        assert records.sessions["take_calls"].sum() > 0
    assert old.sessions["pnl"].sum() != queue.sessions["pnl"].sum()
    assert queue.sessions["violations"].sum() == 0


def test_mids_after_fills(arena: TapeArena) -> None:
    """Against a plain walk through the messages."""
    pack = arena.pack
    rng = np.random.default_rng(0)
    markets = rng.integers(len(pack.markets), size=60)
    rows = pack.markets[markets]
    times = rows["start"] + (rng.random(60) * (rows["close"] - rows["start"])).astype(np.int64)
    got = mids_after(pack, markets, times)

    def two_mids(row, message: int) -> int:
        bid, ask = int(pack.bid[message]), int(pack.ask[message])
        if bid < 0 or ask >= row["levels"]:
            return -1
        prices = pack.prices[row["price"] : row["price"] + row["levels"]]
        return int(prices[bid] + prices[ask])

    for row, ts, found in zip(rows, times, got, strict=True):
        for place, delay in enumerate((0, 1, 10, 60)):
            until = min(ts + delay * SECOND, row["close"])
            known = [
                two_mids(row, m)
                for m in range(row["first"], row["last"])
                if pack.messages["ts"][m] <= until
            ]
            sided = [value for value in known if value >= 0]
            expected = (known or [-1])[-1] if place == 0 else (sided or [-1])[-1]
            assert found[place] == expected
    assert (got >= 0).any() and (got[:, 0] != got[:, 3]).any()
