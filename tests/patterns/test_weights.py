from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kalshi_exp.patterns.weights import (
    HEADS,
    PAIR_HEADS,
    Network,
    PairNetwork,
    Weights,
    WeightsError,
    load_weights,
    save_weights,
)

INPUTS, PAIR_INPUTS = ("mid", "spread", "touch"), ("correlation", "seconds")


def some_weights() -> Weights:
    draws = np.random.default_rng(5)

    def random(*shape: int) -> np.ndarray:
        return draws.normal(size=shape).astype(np.float32)

    market = Network(
        random(3), random(3), random(3, 12), random(12), random(4, 12), random(12),
        random(4, len(HEADS)), random(len(HEADS)), random(len(HEADS)),
    )  # fmt: skip
    pair = PairNetwork(
        random(2), random(2), random(2, 6), random(6), random(6, len(PAIR_HEADS)),
        random(len(PAIR_HEADS)), random(len(PAIR_HEADS)),
    )  # fmt: skip
    return Weights(market, pair)


def test_what_is_saved_is_what_is_loaded_and_the_bytes_are_the_same_each_time(
    tmp_path: Path,
) -> None:
    weights = some_weights()
    paths = tmp_path / "one.npz", tmp_path / "two.other"
    for path in paths:
        save_weights(path, weights, INPUTS, PAIR_INPUTS)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    loaded = load_weights(paths[1], INPUTS, PAIR_INPUTS)
    for part, other in zip(weights, loaded, strict=True):
        for name, array in part._asdict().items():
            read = getattr(other, name)
            assert read.dtype == np.float32 and np.array_equal(read, array), name


def test_weights_for_other_inputs_are_refused_with_their_names(tmp_path: Path) -> None:
    path = tmp_path / "detector.npz"
    save_weights(path, some_weights(), INPUTS, PAIR_INPUTS)
    with pytest.raises(WeightsError, match=r"they know touch and they don't know depth\)"):
        load_weights(path, ("mid", "spread", "depth"), PAIR_INPUTS)
    with pytest.raises(WeightsError, match=r"other market inputs .*in another order"):
        load_weights(path, ("spread", "mid", "touch"), PAIR_INPUTS)
    with pytest.raises(WeightsError, match="other pair inputs than there are now"):
        load_weights(path, INPUTS, ("correlation",))


@pytest.mark.parametrize("content", [b"", b"no weights", None])
def test_another_file_is_refused_in_one_sentence(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "detector.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(WeightsError, match=r"^(there are no|.* holds no) detector weights"):
        load_weights(path, INPUTS, PAIR_INPUTS)


def test_an_older_kind_of_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "detector.npz"
    np.savez(path, format=np.int64(0))
    with pytest.raises(WeightsError, match="no detector weights of this version"):
        load_weights(path, INPUTS, PAIR_INPUTS)
