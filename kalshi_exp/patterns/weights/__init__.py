"""The file of a learned detector's weights, and those that come with the package."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, final

import numpy as np

HEADS: tuple[str, ...] = ("anchor", "anchor_early", "cascade", "recovering", "aversion", "depth")
"""What is told of a market: five probabilities (the nearest level is defended or feared; it is and
less than `EARLY` of that is over; a cascade is under way; one under way is in its second half; the
extreme price is shunned) and the share of liquidity that is missing."""

EARLY = 0.45
"""Share of an anchor's time that is its early part: an alarm in it can still match by half."""

PAIR_HEADS: tuple[str, ...] = ("group", "negative", "none", "positive")
"""What is told of a pair: the probability of one sum-to-one group, and those of each sign of their
correlation."""

PACKAGED = Path(__file__).with_name("detector.npz")
"""The weights that `detector=learned` has by default."""

_FORMAT = 1


@final
class WeightsError(ValueError):
    """Weights that can't be used, in one sentence."""


class Network(NamedTuple):
    """A recurrent network over a market's seconds: float32 arrays.

    Attributes:
        mean: [F], taken off an input.
        scale: [F], multiplied with what is left.
        inputs: [F, 3 H], of the reset gate, the update gate and the candidate.
        input_bias: [3 H].
        hidden: [H, 3 H].
        hidden_bias: [3 H].
        outputs: [H, len(HEADS)].
        output_bias: [len(HEADS)].
        sharpness: [len(HEADS)], one over the temperature; multiplies a logit.
    """

    mean: np.ndarray
    scale: np.ndarray
    inputs: np.ndarray
    input_bias: np.ndarray
    hidden: np.ndarray
    hidden_bias: np.ndarray
    outputs: np.ndarray
    output_bias: np.ndarray
    sharpness: np.ndarray


class PairNetwork(NamedTuple):
    """A network with one hidden layer over what is known of a pair: float32 arrays.

    Attributes:
        mean: [P].
        scale: [P].
        inputs: [P, K].
        input_bias: [K].
        outputs: [K, len(PAIR_HEADS)].
        output_bias: [len(PAIR_HEADS)].
        sharpness: [len(PAIR_HEADS)]; the signs share one.
    """

    mean: np.ndarray
    scale: np.ndarray
    inputs: np.ndarray
    input_bias: np.ndarray
    outputs: np.ndarray
    output_bias: np.ndarray
    sharpness: np.ndarray


class Weights(NamedTuple):
    """A learned detector.

    Attributes:
        market: what is stepped once a second of each market.
        pair: what is asked of each pair.
    """

    market: Network
    pair: PairNetwork


def save_weights(
    path: Path, weights: Weights, inputs: Sequence[str], pair_inputs: Sequence[str]
) -> None:
    """Write weights with the names of what they read; the same weights are the same bytes.

    Args:
        path: the file, `.npz`.
        weights: the weights.
        inputs: names of a market's inputs, in order.
        pair_inputs: names of a pair's.

    Raises:
        OSError: it can't be written.
    """
    arrays: dict[str, np.ndarray] = {
        "format": np.int64(_FORMAT),  # type: ignore[dict-item]
        "market_inputs": np.array(inputs),
        "market_heads": np.array(HEADS),
        "pair_inputs": np.array(pair_inputs),
        "pair_heads": np.array(PAIR_HEADS),
    }
    for part in Weights._fields:
        network = getattr(weights, part)
        arrays |= {f"{part}.{name}": getattr(network, name) for name in network._fields}
    with open(path, "wb") as file:  # savez puts an ending to a name
        np.savez_compressed(file, **arrays)  # type: ignore[arg-type]


def load_weights(path: Path, inputs: Sequence[str], pair_inputs: Sequence[str]) -> Weights:
    """Read weights for given inputs.

    Args:
        path: what `save_weights` wrote.
        inputs: names of what will be read of a market, in order.
        pair_inputs: names of what will be read of a pair.

    Raises:
        WeightsError: no such file, another kind of file, or weights for other inputs.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            held = {name: file[name] for name in file.files}
    except FileNotFoundError as error:
        raise WeightsError(
            f"there are no detector weights at {path}: make them with task=calibrate fit=detector, "
            "or choose detector=rule"
        ) from error
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise WeightsError(f"{path} holds no detector weights: {error}") from error
    if int(held.get("format", -1)) != _FORMAT:
        raise WeightsError(
            f"{path} holds no detector weights of this version: make them again with "
            "task=calibrate fit=detector"
        )
    for key, wanted in (
        ("market_inputs", inputs),
        ("market_heads", HEADS),
        ("pair_inputs", pair_inputs),
        ("pair_heads", PAIR_HEADS),
    ):
        _same(path, key, held[key].tolist(), list(wanted))
    return Weights(
        Network(*(_array(held, f"market.{name}") for name in Network._fields)),
        PairNetwork(*(_array(held, f"pair.{name}") for name in PairNetwork._fields)),
    )


def _array(held: dict[str, np.ndarray], name: str) -> np.ndarray:
    return np.ascontiguousarray(held[name], np.float32)


def _same(path: Path, key: str, found: list[str], wanted: list[str]) -> None:
    if found == wanted:
        return
    lost = [name for name in found if name not in wanted]
    new = [name for name in wanted if name not in found]
    told = [
        f"{what} {', '.join(names[:5])}{' ...' if len(names) > 5 else ''}"
        for what, names in (("they know", lost), ("they don't know", new))
        if names
    ]
    raise WeightsError(
        f"the detector weights in {path} are for other {key.replace('_', ' ')} than there are now "
        f"({' and '.join(told) or 'in another order'}): make them again with task=calibrate "
        "fit=detector"
    )


__all__ = [
    "EARLY",
    "HEADS",
    "PACKAGED",
    "PAIR_HEADS",
    "Network",
    "PairNetwork",
    "Weights",
    "WeightsError",
    "load_weights",
    "save_weights",
]
