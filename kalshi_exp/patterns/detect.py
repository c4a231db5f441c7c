"""A detector on a whole session: what it says at every second, and of every pair of markets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kalshi_exp.config import Detector, FeatureGroup
from kalshi_exp.features.settings import make_settings
from kalshi_exp.features.siblings import FIVE, Siblings, correlation
from kalshi_exp.features.track import Tracks, by_second
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import SECOND
from kalshi_exp.patterns.inputs import PAIR_INPUTS, read_pair
from kalshi_exp.patterns.learned import relate, room
from kalshi_exp.patterns.table import NEUTRAL, PATTERNS
from kalshi_exp.patterns.watch import (
    Watch,
    new_watch,
    reset_watch,
    watch_market,
    weights_of,
)
from kalshi_exp.patterns.weights import PAIR_HEADS
from kalshi_exp.tape import Pack, Session, pack_sessions

CORRELATED = 0.2
"""The rule's threshold on the correlation of five-second changes."""


class Trace(NamedTuple):
    """What a detector said of one session.

    Attributes:
        times: int64[T], ns, every whole second of it.
        patterns: float32[T, M, len(PATTERNS)].
        grouped: bool[M, M], whether two markets share one dollar, as told at the end.
        signs: int64[M, M], of their correlation, so too.
    """

    times: np.ndarray
    patterns: np.ndarray
    grouped: np.ndarray
    signs: np.ndarray


@lean_kernel
def _watch(
    watch: Watch, features: np.ndarray, beside: np.ndarray, markets: int, out: np.ndarray
) -> None:
    """Write float32[T, M, len(PATTERNS)] from what M markets showed, one after another."""
    seconds = out.shape[0]
    for m in range(markets):
        reset_watch(watch, m)
        for t in range(seconds):
            for column in range(features.shape[1]):
                watch.read[column] = features[m * seconds + t, column]
            for column in range(beside.shape[1]):
                watch.read[features.shape[1] + column] = beside[m * seconds + t, column]
            watch_market(watch, m)
            for column in range(out.shape[2]):
                out[t, m, column] = watch.patterns[m, column]


def _told(watch: Watch, tracks: Tracks) -> np.ndarray:
    """What a detector says of one session, float32[T, M, len(PATTERNS)]."""
    markets = len(tracks.row) - 1
    out = np.zeros((len(tracks.ts) // markets, markets, len(PATTERNS)), np.float32)
    _watch(watch, tracks.features, tracks.beside, np.int64(markets), out)
    return out


def _relations(
    siblings: Siblings, watch: Watch, detector: Detector, markets: int
) -> tuple[np.ndarray, np.ndarray]:
    grouped, signs = np.zeros((markets, markets), np.bool_), np.zeros((markets, markets), np.int64)
    group = siblings.group[0]
    weights = weights_of(detector)
    pair = None if weights is None else weights.pair
    inputs, told = np.zeros(len(PAIR_INPUTS), np.float32), np.zeros(len(PAIR_HEADS), np.float32)
    for i, j in zip(*np.triu_indices(markets, 1), strict=True):
        if pair is None:
            same = bool(group[i] >= 0 and group[i] == group[j])
            rho = correlation(siblings, np.int64(0), FIVE, i, j)
            sign = int(np.sign(rho)) if abs(rho) > CORRELATED else 0
            sign = -1 if same else sign  # shares of one dollar rise at each other's cost
        else:
            read_pair(siblings, np.int64(0), i, j, inputs)
            relate(pair, inputs, room(watch.network, pair), told)
            same, sign = bool(told[0] >= 0.5), int(np.argmax(told[1:])) - 1
        grouped[i, j] = grouped[j, i] = same
        signs[i, j] = signs[j, i] = sign
    return grouped, signs


def detect(session: Session, detector: Detector, features: dict[str, FeatureGroup]) -> Trace:
    """Let a detector watch one session, point in time.

    Args:
        session: any session.
        detector: the detector.
        features: feature groups; their settings are used.

    Raises:
        WeightsError: the detector's weights can't be had.
    """
    pack, markets = pack_sessions([session]), len(session.markets)
    watch = new_watch(detector, make_settings(features), markets)
    tracks, siblings = next(by_second(pack, features))
    told = _told(watch, tracks)
    return Trace(tracks.ts[: len(told)], told, *_relations(siblings, watch, detector, markets))


def build_patterns(
    pack: Pack,
    sessions: Sequence[Session],
    tracks: Tracks,
    detector: Detector,
    features: dict[str, FeatureGroup],
) -> np.ndarray:
    """What a detector says at each decision of a pack: as of the last whole second.

    Args:
        pack: the pack of `sessions`.
        sessions: the sessions.
        tracks: their tracks, for the decisions.
        detector: the detector.
        features: feature groups; their settings are used.

    Returns:
        float32[K, len(PATTERNS)], row by row as in `tracks`.

    Raises:
        WeightsError: the detector's weights can't be had.
    """
    out = np.tile(np.array(NEUTRAL, np.float32), (len(tracks.ts), 1))
    most = max(len(session.markets) for session in sessions)
    watch = new_watch(detector, make_settings(features), most)
    first = 0
    for session, (seconds, _) in zip(sessions, by_second(pack, features), strict=True):
        told = _told(watch, seconds)
        for m in range(len(session.markets)):
            rows = slice(tracks.row[first + m], tracks.row[first + m + 1])
            at = (tracks.ts[rows] - session.start_ts) // SECOND - 1
            known = (at >= 0) & (len(told) > 0)
            out[rows][known] = told[np.minimum(at[known], len(told) - 1), m]
        first += len(session.markets)
    return out
