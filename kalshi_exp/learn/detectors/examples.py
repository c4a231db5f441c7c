"""Examples to learn from: simulated sessions as inputs by second, and the truth beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from kalshi_exp.config import FeatureGroup, Scenario
from kalshi_exp.exchange import play_session, tape_of, truth_of
from kalshi_exp.features.engine import due
from kalshi_exp.features.settings import make_settings
from kalshi_exp.features.walk import Walk, begin_walk, new_walk, walk_to
from kalshi_exp.learn.detectors.sessions import scenario_of
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import SECOND
from kalshi_exp.patterns.inputs import INPUTS, PAIR_INPUTS, READ, read_market, read_pair
from kalshi_exp.patterns.weights import EARLY, HEADS
from kalshi_exp.tape import Pack, Session, pack_sessions

PAIRS_EVERY = 60
"""Seconds between two looks at the pairs of a session."""

ANCHOR, ANCHOR_EARLY, CASCADE, RECOVERING, AVERSION, DEPTH = range(len(HEADS))
SAME, SIGN = range(2)


class Examples(NamedTuple):
    """N markets of T seconds and Q looks at pairs.

    Attributes:
        inputs: float32[N, T, len(INPUTS)], as of each second's end.
        truth: float32[N, T, len(HEADS)], 0 or 1; of depth the share that is missing.
        counts: bool[N, T, len(HEADS)], whether that second says anything to that head.
        pairs: float32[Q, len(PAIR_INPUTS)].
        relations: int64[Q, 2], 1: in one group; sign of the correlation + 1.
    """

    inputs: np.ndarray
    truth: np.ndarray
    counts: np.ndarray
    pairs: np.ndarray
    relations: np.ndarray


@lean_kernel
def _stream(
    settings: Any, pack: Pack, walk: Walk, inputs: np.ndarray, pairs: np.ndarray, every: int
) -> None:
    """Read one session's markets at each second, and its pairs now and then."""
    markets, last = inputs.shape[0], pack.markets[0].close
    begin_walk(settings, pack, 0, markets, walk)
    for k in range(inputs.shape[1]):
        now = due(walk.states[0])
        if now > last:
            return
        walk_to(settings, pack, 0, markets, walk, now)
        for m in range(markets):
            read_market(settings, pack, 0, markets, walk, now, m, inputs[m, k])
        if (k + 1) % every == 0:
            place = 0
            for i in range(markets):
                for j in range(i + 1, markets):
                    read_pair(walk.siblings, 0, i, j, pairs[(k + 1) // every - 1, place])
                    place += 1


def read_session(
    session: Session, features: dict[str, FeatureGroup], seconds: int
) -> tuple[np.ndarray, np.ndarray]:
    """What a detector would have read of a session; it is at its beginning at second 1.

    Args:
        session: any session.
        features: feature groups; their settings are used.
        seconds: how many to read.

    Returns:
        (inputs float32[M, seconds, F], pairs float32[looks, M (M - 1) / 2, P]); zeros from the
        close on.
    """
    pack, markets = pack_sessions([session]), len(session.markets)
    read = np.zeros((markets, seconds, READ), np.float32)
    looks = (seconds // PAIRS_EVERY, markets * (markets - 1) // 2, len(PAIR_INPUTS))
    pairs = np.zeros(looks, np.float32)
    settings = make_settings(features)
    _stream(settings[0], pack, new_walk(pack), read, pairs, np.int64(PAIRS_EVERY))
    return read[:, :, : len(INPUTS)], pairs


def truth_by_second(
    labels: pl.DataFrame, session: Session, seconds: int
) -> tuple[np.ndarray, np.ndarray]:
    """What was true of each market at each second.

    Args:
        labels: LABELS of the session.
        session: the session.
        seconds: how many.

    Returns:
        (truth float32[M, seconds, heads], counts bool[M, seconds, heads]).
    """
    place = {market.ticker: m for m, market in enumerate(session.markets)}
    close = np.array([market.close_ts for market in session.markets])
    now = session.start_ts + SECOND * np.arange(1, seconds + 1)
    truth = np.zeros((len(place), seconds, len(HEADS)), np.float32)
    counts = np.repeat((now <= close[:, None])[:, :, None], len(HEADS), axis=2)
    for family, head in (("anchor", ANCHOR), ("cascade", CASCADE), ("aversion", AVERSION)):
        rows = labels.filter(pl.col("kind") == family)
        for ticker, start, end, value in rows.select("market", "start", "end", "value").rows():
            on, m = (start <= now) & (now < end), place[ticker]
            truth[m, on, head] = 1.0
            if head == ANCHOR:
                truth[m, on & (now < start + EARLY * (end - start)), ANCHOR_EARLY] = 1.0
            if head == CASCADE:
                gone = (now[on] - start) / (end - start)
                truth[m, on, RECOVERING] = gone >= 0.5
                truth[m, on, DEPTH] = value * (1.0 - gone * gone)
                if end >= close[m]:  # it would have ended later, nobody says when
                    counts[m, on, RECOVERING] = counts[m, on, DEPTH] = False
    counts[:, :, RECOVERING] &= truth[:, :, CASCADE] > 0.0
    return truth, counts


def relations(labels: pl.DataFrame, session: Session) -> np.ndarray:
    """What was true of each pair of markets.

    Args:
        labels: LABELS of the session.
        session: the session.

    Returns:
        int64[M (M - 1) / 2, 2]: 1 in one group; sign of the correlation + 1.
    """
    place = {market.ticker: m for m, market in enumerate(session.markets)}
    group = np.full(len(place), -1)
    sign = np.zeros((len(place), len(place)), np.int64)
    rows = labels.filter(pl.col("kind") == "group")
    for ticker, value in rows.select("market", "value").rows():
        group[place[ticker]] = int(value)
    rows = labels.filter(pl.col("kind") == "correlation")
    for ticker, other, value in rows.select("market", "other", "value").rows():
        i, j = place[ticker], place[other]
        sign[i, j] = sign[j, i] = int(np.sign(value))
    first, second = np.triu_indices(len(place), 1)
    same = (group[first] >= 0) & (group[first] == group[second])
    return np.stack([same.astype(np.int64), sign[first, second] + 1], axis=1)


def build_examples(
    scenario: Scenario,
    seed: int,
    chosen: Sequence[int],
    features: dict[str, FeatureGroup],
    progress: Callable[[int], object] = int,
) -> Examples:
    """Simulate sessions and read them.

    Args:
        scenario: what is planted at most.
        seed: of the market.
        chosen: numbers of the sessions, at least one.
        features: feature groups; their settings are used.
        progress: called with the number of sessions done before each.
    """
    grid, seconds, each = (
        PriceGrid.structure(scenario.grid),
        int(scenario.duration_s),
        scenario.markets,
    )
    rows = each * len(chosen)
    # Written in place: to put parts together would take the memory twice.
    inputs = np.zeros((rows, seconds, len(INPUTS)), np.float32)
    truth = np.zeros((rows, seconds, len(HEADS)), np.float32)
    counts = np.zeros((rows, seconds, len(HEADS)), np.bool_)
    pairs, told = [], []
    for done, number in enumerate(chosen):
        progress(done)
        exchange = play_session(scenario_of(scenario, seed, number), seed, number)
        session = tape_of(exchange, grid, seed, number)
        labels = truth_of(exchange, session.name)
        at = slice(done * each, (done + 1) * each)
        inputs[at], looks = read_session(session, features, seconds)
        truth[at], counts[at] = truth_by_second(labels, session, seconds)
        pairs.append(looks.reshape(-1, len(PAIR_INPUTS)))
        told.append(np.tile(relations(labels, session), (len(looks), 1)))
    return Examples(inputs, truth, counts, np.concatenate(pairs), np.concatenate(told))
