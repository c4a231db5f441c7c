"""A detector at work on many markets: once a second, as the seconds come."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from kalshi_exp.config import Detector, LearnedDetector
from kalshi_exp.features.scale import CENT
from kalshi_exp.features.siblings import RELATIONS
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.patterns.inputs import INPUTS, PAIR_INPUTS, READ, nearest_level
from kalshi_exp.patterns.learned import room, step
from kalshi_exp.patterns.rule import RULE, reset_rule, step_rule
from kalshi_exp.patterns.table import NEUTRAL, PATTERN, PATTERNS
from kalshi_exp.patterns.weights import (
    HEADS,
    PACKAGED,
    PAIR_HEADS,
    Network,
    PairNetwork,
    Weights,
    load_weights,
)

_ANCHOR, _LEVEL = PATTERN["anchor"], PATTERN["anchor_level"]
_DISTANCE, _EARLY = PATTERN["anchor_distance"], PATTERN["anchor_early"]
_CASCADE, _AVERSION = PATTERN["cascade"], PATTERN["aversion"]
_PRESENCE, _GROUP = PATTERN["presence"], PATTERN["group"]
_FEATURE = {name: column for column, name in enumerate(INPUTS)}
_QUOTES = _FEATURE["maker_presence"]
_HEAD = {name: k for k, name in enumerate(HEADS)}
_SOON, _PULLED, _RECOVERING = _HEAD["anchor_early"], _HEAD["cascade"], _HEAD["recovering"]
_SHUNNED, _MISSING = _HEAD["aversion"], _HEAD["depth"]
_LIKELY = 0.5
_INPUTS, _RELATIONS = len(INPUTS), len(RELATIONS)


class Watch(NamedTuple):
    """What a detector keeps of N markets.

    Attributes:
        levels: float64[3], the anchor levels, cents.
        learned: bool[1], whether the network speaks, or the rule.
        network: the network's weights.
        rules: RULE[N].
        hidden: float32[N, H], what the network remembers of each.
        patterns: float32[N, len(PATTERNS)], what it says at the last whole second.
        read: float32[READ], where the market at hand is read to.
        told: float32[7], scratch.
        heads: float32[len(HEADS)], scratch.
        scratch: float32[...], scratch.
    """

    levels: np.ndarray
    learned: np.ndarray
    network: Network
    rules: np.ndarray
    hidden: np.ndarray
    patterns: np.ndarray
    read: np.ndarray
    told: np.ndarray
    heads: np.ndarray
    scratch: np.ndarray


def _nothing() -> Weights:
    """Weights of no units, for a rule."""
    zero = [np.zeros((0,) * n, np.float32) for n in range(3)]
    network = Network(
        zero[1], zero[1], zero[2], zero[1], zero[2], zero[1], zero[2], zero[1], zero[1]
    )
    pair = PairNetwork(zero[1], zero[1], zero[2], zero[1], zero[2], zero[1], zero[1])
    return Weights(network, pair)


def weights_of(detector: Detector) -> Weights | None:
    """The weights that a detector is configured to have; None of a rule.

    Raises:
        WeightsError: the file is not there, or is for other inputs.
    """
    if not isinstance(detector, LearnedDetector):
        return None
    path = Path(detector.weights) if detector.weights else PACKAGED
    return load_weights(path, INPUTS, PAIR_INPUTS)


def new_watch(detector: Detector, settings: np.ndarray, markets: int) -> Watch:
    """A detector that has seen nothing of so many markets.

    Args:
        detector: the detector.
        settings: SETTINGS[1].
        markets: how many.

    Raises:
        WeightsError: its weights can't be had.
    """
    weights = weights_of(detector) or _nothing()
    network = weights.market
    return Watch(
        settings["levels"][0] / CENT,
        np.array([isinstance(detector, LearnedDetector)]),
        network,
        np.zeros(markets, RULE),
        np.zeros((markets, network.hidden.shape[0]), np.float32),
        np.tile(np.array(NEUTRAL, np.float32), (markets, 1)),
        np.zeros(READ, np.float32),
        np.zeros(7, np.float32),
        np.zeros(len(HEADS), np.float32),
        room(network, weights.pair),
    )


@lean_kernel
def reset_watch(watch: Watch, slot: int) -> None:
    """Forget everything about one market."""
    reset_rule(watch.rules[slot])
    watch.hidden[slot, :] = 0.0
    for column in range(len(NEUTRAL)):
        watch.patterns[slot, column] = NEUTRAL[column]


@lean_kernel
def watch_market(watch: Watch, slot: int) -> None:
    """Take in one second of one market, which lies in `watch.read`."""
    inputs, told, out = watch.read[:_INPUTS], watch.told, watch.patterns[slot]
    step_rule(watch.rules[slot], inputs, told)
    if watch.learned[0]:
        step(watch.network, watch.hidden[slot], inputs, watch.scratch, watch.heads)
        side = watch.rules[slot].side
        told[0], told[1], told[5] = watch.heads[0], watch.heads[_PULLED], watch.heads[_SHUNNED]
        under_way = told[1] >= _LIKELY
        told[2] = side if under_way else 0.0
        told[3] = watch.heads[_MISSING] if under_way else 0.0
        told[4] = 1.0 if under_way and watch.heads[_RECOVERING] >= _LIKELY else 0.0
    out[_ANCHOR] = told[0]
    out[_EARLY] = watch.heads[_SOON] if watch.learned[0] else told[6]
    k, distance = nearest_level(inputs)
    out[_LEVEL], out[_DISTANCE] = watch.levels[k], distance
    for k in range(4):
        out[_CASCADE + k] = told[1 + k]
    out[_AVERSION] = told[5]
    out[_PRESENCE] = inputs[_QUOTES]
    for k in range(_RELATIONS):
        out[_GROUP + k] = watch.read[_INPUTS + k]


assert tuple(pattern.name for pattern in PATTERNS[_GROUP:]) == RELATIONS
assert [pattern.name for pattern in PATTERNS[_CASCADE : _CASCADE + 4]] == [
    "cascade", "cascade_side", "cascade_depth", "cascade_recovering",
]  # fmt: skip
assert PAIR_HEADS[0] == "group" and HEADS[0] == "anchor"
