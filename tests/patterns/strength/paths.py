"""Seconds made by hand: a mid that wanders by whole cents over a book of given depth."""

from __future__ import annotations

import numpy as np

from kalshi_exp.patterns.strength.seconds import CENTS, Seconds


def wander(seconds: int, rng: np.random.Generator, low: int = 8, high: int = 92) -> np.ndarray:
    """Bids in whole cents, a reflected walk."""
    bid = np.zeros(seconds, np.int64)
    now = int(rng.integers(low, high))
    for g in range(seconds):
        now = min(max(now + int(rng.integers(-1, 2)), low), high)
        bid[g] = now
    return bid


def book(bid: np.ndarray, rng: np.random.Generator, walls: dict[int, float] | None = None):
    """A one-cent book, 100 contracts at a price give or take, `walls` times that at some."""
    seconds = len(bid)
    cents = np.zeros((seconds, 2, CENTS), np.int64)
    size = rng.lognormal(np.log(10_000), 0.5, (seconds, 2, CENTS)).astype(np.int64)
    for cent, times in (walls or {}).items():
        size[:, :, cent] = (size[:, :, cent] * times).astype(np.int64)
    places = np.arange(CENTS)
    cents[:, 0] = np.where((places <= bid[:, None]) & (places > 0), size[:, 0], 0)
    cents[:, 1] = np.where(places > bid[:, None], size[:, 1], 0)
    best = np.stack([bid, bid + 1], axis=1) * 100
    rows = np.arange(seconds)
    touch = np.stack([cents[rows, 0, bid], cents[rows, 1, bid + 1]], axis=1)
    ones = np.ones(seconds)
    return Seconds(bid + 0.5, ones, best, touch, 3 * touch, cents, seconds)
