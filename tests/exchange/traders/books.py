"""What a session's books looked like, twice a second, out of the engine's own log."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange import Exchange, advance, new_exchange
from kalshi_exp.exchange.owners import ANCHORS
from kalshi_exp.exchange.sampling import DEFENDER, draw
from kalshi_exp.market.units import SECOND

EVERY = SECOND // 2


def with_strengths(
    scenario: Scenario, anchors: float = 0.0, cascades: float = 0.0, aversion: float = 0.0
) -> Scenario:
    """That scenario, with the three patterns of the crowd at these strengths."""
    scenario.anchors.strength = anchors
    scenario.cascades.strength = cascades
    scenario.aversion.strength = aversion
    return scenario


def play(scenario: Scenario, number: int, seed: int = 11, agents: int = 0) -> Exchange:
    exchange = new_exchange(scenario, seed, number, 0, agents=agents)
    return advance(exchange, exchange.clock[0]["close"])


def log_of(exchange: Exchange) -> np.ndarray:
    return exchange.engine.log[: exchange.engine.counts[0]["logged"]]


def labels_of(exchange: Exchange, family: int | None = None) -> np.ndarray:
    labels = exchange.labels[: exchange.noted[0]]
    return labels if family is None else labels[labels["family"] == family]


def same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether records agree field by field; what pads them may differ."""
    return len(a) == len(b) and all((a[name] == b[name]).all() for name in a.dtype.names or ())


class Books(NamedTuple):
    """Market 0 of a one-cent session that began at 0, T times.

    Attributes:
        ts: int64[T], ns.
        sizes: float64[T, 2, 99], contracts.
        anchors: float64[T, 2, 99], those of the anchors' defenders alone.
        spread: float64[T], cents; nan when one-sided.
        mid: float64[T], cents; nan when one-sided.
        touch: float64[T, 2], contracts; nan when one-sided.
    """

    ts: np.ndarray
    sizes: np.ndarray
    anchors: np.ndarray
    spread: np.ndarray
    mid: np.ndarray
    touch: np.ndarray


def _levels(log: np.ndarray, times: int, offset: int) -> np.ndarray:
    out = np.zeros((times, 2, 99))
    place = np.minimum(np.maximum(log["ts"] - offset, 0) // EVERY, times - 1)
    np.add.at(out, (place, log["side"], log["level"]), log["size"] / 100)
    return np.round(np.cumsum(out, axis=0), 2)


def watched_at(exchange: Exchange) -> int:
    """When within `EVERY` the crowd watches market 0, ns."""
    clock = exchange.clock[0]
    phase = draw(clock["seed"], clock["number"], 0, DEFENDER, 0, 62)
    return int(phase * SECOND) % EVERY


def books_of(exchange: Exchange, offset: int = 0) -> Books:
    """Books every `EVERY` ns, so much later."""
    log = log_of(exchange)
    log = log[(log["market"] == 0) & (log["ts"] < exchange.clock[0]["close"])]
    times = int(exchange.clock[0]["close"] // EVERY)
    sizes = _levels(log, times, offset)
    bid = 98 - np.argmax(sizes[:, 0, ::-1] > 0, axis=1)
    ask = np.argmax(sizes[:, 1] > 0, axis=1)
    there = (sizes > 0).any(axis=2).all(axis=1)
    at = np.arange(times)
    touch = np.stack([sizes[at, 0, bid], sizes[at, 1, ask]], axis=1)
    return Books(
        ts=(at + 1) * EVERY + offset,
        sizes=sizes,
        anchors=_levels(log[log["owner"] == ANCHORS], times, offset),
        spread=np.where(there, ask - bid, np.nan),
        mid=np.where(there, (bid + ask) / 2 + 1, np.nan),
        touch=np.where(there[:, None], touch, np.nan),
    )
