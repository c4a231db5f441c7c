from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from kalshi_exp.config import Experiment, recompose
from kalshi_exp.features import Tracks
from kalshi_exp.learn import Random, TapeArena, play, tape_arena
from kalshi_exp.learn.opportunities import Watch, runs
from kalshi_exp.market.fees import charge, make_fees
from kalshi_exp.market.units import BID, PRICE_ONE, SECOND
from kalshi_exp.metrics import FAMILIES
from kalshi_exp.metrics.exploitation import HOLD_S
from kalshi_exp.patterns import NEUTRAL, PATTERN
from kalshi_exp.tape import Pack
from tests.learn.runs import EPOCH, session


def told(now: int, market: int) -> dict[str, float]:
    """Made-up detectors: by the second and the market's place, each family comes and goes."""
    second = (now - EPOCH * SECOND) / SECOND
    return {
        "anchor": 0.5 + 0.5 * np.sin(second / 5.0 + market),
        "cascade": 0.5 + 0.5 * np.sin(second / 9.0 + 2 * market),
        "aversion": 0.2,
        "violation": 3.0 * np.sin(second / 7.0),
        "arbitrage": float(second % 40 < 3),
    }


def there(state: dict[str, float]) -> list[bool]:
    violated = abs(state["violation"]) >= 2.0 or state["arbitrage"] > 0
    return [state["anchor"] >= 0.5, state["cascade"] >= 0.5, violated, state["aversion"] >= 0.5]


@pytest.fixture
def detectors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Worlds in which `told` is what the detectors say."""
    note = Watch.note

    def noted(self: Watch, table: Any, where: np.ndarray) -> None:
        world = table.world
        world.out.patterns[:] = NEUTRAL
        for row in range(world.n):
            now = int(world.episodes["now"][row // world.slots])
            for name, value in told(now, row % world.slots).items():
                world.out.patterns[row, PATTERN[name]] = np.float32(value)
        note(self, table, where)

    monkeypatch.setattr(Watch, "note", noted)


def _arena(judge_environments: int) -> TapeArena:
    experiment: Experiment = recompose(
        [f"trainer.judge_environments={judge_environments}", "world.horizon=30"]
    )
    return TapeArena([session(number, seconds=150) for number in range(4)], experiment)


def _expected(arena: TapeArena, fills: pl.DataFrame) -> list[dict[str, Any]]:
    """The slow way: session by session, decision by decision, fill by fill."""
    out = []
    fees = make_fees(arena.experiment.fill.fees)
    for number, one in enumerate(arena.sessions):
        first = int(np.flatnonzero(arena.pack.markets["session"] == number)[0])
        for ordinal, market in enumerate(one.markets):
            rows = slice(*arena.tracks.row[first + ordinal : first + ordinal + 2])
            times = arena.tracks.ts[rows].tolist()
            bids, asks = arena.tracks.mark_bid[rows], arena.tracks.mark_ask[rows]
            decisions = times[:-1]
            ends = [*decisions[1:], max(m.close_ts for m in one.markets)]
            mine = [
                fill
                for fill in fills.iter_rows(named=True)
                if (fill["session"], fill["market"]) == (one.name, ordinal)
            ]
            for column, family in enumerate(FAMILIES):
                on = [
                    there(told(now, ordinal))[column] and now < market.close_ts for now in decisions
                ]
                begin = None
                for k, now in enumerate([*decisions, ends[-1]]):
                    if k < len(on) and on[k]:
                        begin = k if begin is None else begin
                        continue
                    if begin is None:
                        continue
                    start, end = decisions[begin], now
                    inside = [f for f in mine if start < f["ts"] <= end]
                    position = sum(f["size"] if f["side"] == BID else -f["size"] for f in inside)
                    money = -sum(
                        (f["size"] if f["side"] == BID else -f["size"]) * f["price"] + f["fee"]
                        for f in inside
                    )
                    target = max(end, start + HOLD_S * SECOND)
                    at = next((i for i, t in enumerate(decisions) if t >= target), None)
                    settled = at is None or decisions[at] >= market.close_ts
                    fee = 0
                    if settled:
                        price = market.settlement
                    else:
                        price = int(bids[at] if position > 0 else asks[at])
                        if position:
                            flow = (price if position > 0 else PRICE_ONE - price) * abs(position)
                            fee = int(charge(fees, 0, flow, price, abs(position), False)[0])
                    out.append(
                        {
                            "session": one.name,
                            "market": ordinal,
                            "family": family,
                            "start": start,
                            "end": end,
                            "decisions": k - begin,
                            "contracts": sum(f["size"] for f in inside),
                            "position": position,
                            "profit": money + position * price - fee if inside else 0,
                            "exit": ends[-1] if at is None else decisions[at],
                            "settled": settled,
                        }
                    )
                    begin = None
    return out


def test_opportunities_are_those_of_a_slow_reference(detectors: None) -> None:
    arena = _arena(3)
    records = play(arena, Random(), seed=7, fold=1)
    rows = records.opportunities
    expected = pl.DataFrame(_expected(arena, records.fills))
    keys = ["session", "market", "family", "start"]
    got = rows.drop("fold", "policy").sort(keys)
    assert_frame_equal(got, expected.sort(keys).select(got.columns), check_dtypes=False)
    assert (rows["fold"] == 1).all() and (rows["policy"] == "random").all()
    traded = rows.filter(pl.col("contracts") > 0)
    assert len(rows) > 60 and len(traded) > 30
    assert traded["settled"].any() and not traded["settled"].all()
    assert (traded["profit"] > 0).any() and (traded["profit"] < 0).any()
    assert set(rows["family"]) == {"anchor", "cascade", "violation"}


def test_the_batch_does_not_matter(detectors: None) -> None:
    alone, beside = (play(_arena(n), Random(), seed=7, fold=0) for n in (1, 4))
    assert_frame_equal(alone.opportunities, beside.opportunities)


def test_nothing_detected_is_no_opportunity(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(pack: Pack, sessions: object, tracks: Tracks, *_: object) -> np.ndarray:
        return np.tile(np.array(NEUTRAL, np.float32), (len(tracks.ts), 1))

    monkeypatch.setattr(tape_arena, "build_patterns", nothing)
    records = play(_arena(3), Random(), seed=7, fold=0)
    quiet = records.opportunities
    assert quiet.is_empty() and quiet.schema == records.opportunities.schema


def test_runs_are_the_longest_ones() -> None:
    state = np.zeros((7, 2, 2), np.bool_)
    state[:3, 0, 0] = state[4:6, 0, 0] = state[5, 1, 1] = True
    found = list(zip(*(part.tolist() for part in runs(state)), strict=True))
    assert found == [(0, 0, 0, 3), (0, 0, 4, 6), (1, 1, 5, 6)]
