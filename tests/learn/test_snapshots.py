from __future__ import annotations

import io

import numpy as np
import torch

from kalshi_exp.env.state import ROW
from kalshi_exp.learn.snapshots import freeze, thaw


def test_records_and_tensors_survive_a_file_that_can_hold_no_code() -> None:
    rows = np.zeros(3, ROW)
    rows["position"] = [1, -2, 3]
    rows["orders"]["size"] = 7
    state = {"world": {"rows": rows, "mask": np.eye(2, dtype=bool)}, "reward": {"p": torch.ones(2)}}
    file = io.BytesIO()
    torch.save(freeze(state), file)
    file.seek(0)
    back = thaw(torch.load(file, weights_only=True))
    target = np.zeros(3, ROW)
    target[...] = back["world"]["rows"]
    assert target["position"].tolist() == [1, -2, 3]
    assert (target["orders"]["size"] == 7).all()
    assert (back["world"]["mask"] == np.eye(2, dtype=bool)).all()
    assert torch.equal(back["reward"]["p"], torch.ones(2))


def test_a_frozen_state_is_a_copy() -> None:
    array = np.zeros(2)
    frozen = freeze({"a": array})
    array[:] = 1
    assert (thaw(frozen)["a"] == 0).all()
