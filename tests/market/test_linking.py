from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from kalshi_exp.market.jit import inlined_kernel, kernel, lean_kernel

ROOT = Path(__file__).parents[2]


@lean_kernel
def leaf(values, at):
    return values[at] * 2


@inlined_kernel
def melted(values, at):
    return leaf(values, at) + 1


@kernel
def refused(at):
    if at < 0:
        raise ValueError("constant words")
    if at > 9:
        raise IndexError("place", at, "is too high")
    return at


@kernel
def allocates(count, fill=3):
    return np.full(count, fill)


@kernel
def whole(values, at):
    refused(at)
    more = allocates(2) if at % 2 else allocates(count=1, fill=5)
    return melted(values, at) + more.sum()


VALUES = np.arange(10)


def test_a_kernel_of_kernels_gives_what_python_gives():
    for at in range(10):
        assert whole(VALUES, at) == whole.py_func(VALUES, at)


def test_called_kernels_are_not_compiled_for_python():
    @lean_kernel
    def called(x):
        return x + 1

    @kernel
    def calling(x):
        return called(x) * 2

    assert calling(2) == 6
    assert calling.signatures and not called.signatures


def test_a_called_kernel_can_still_be_called_from_python():
    whole(VALUES, 1)
    assert leaf(VALUES, 4) == 8 and melted(VALUES, 4) == 9
    assert allocates(3).tolist() == [3, 3, 3]


def test_each_signature_gets_its_own_part():
    floats = VALUES + 0.5
    assert whole(floats, 1) == whole.py_func(floats, 1)
    assert whole(VALUES, 1) == whole.py_func(VALUES, 1)


def errors():
    """Both messages, raised two kernels deep."""
    with pytest.raises(ValueError) as constant:
        whole(VALUES, -1)
    with pytest.raises(IndexError) as dynamic:
        whole(VALUES, 12)
    assert constant.value.args == ("constant words",)
    assert dynamic.value.args == ("place", 12, "is too high")
    return whole.stats


def test_errors_of_called_kernels_keep_their_words():
    errors()


def test_errors_keep_their_words_when_the_code_comes_from_the_cache(tmp_path):
    def hits() -> int:
        code = (
            "from tests.market.test_linking import errors; print(sum(errors().cache_hits.values()))"
        )
        chosen = {"KALSHI_EXP_CACHE": str(tmp_path), "PYTHONPATH": str(ROOT)}
        run = subprocess.run(
            [sys.executable, "-c", code],
            env=os.environ | chosen,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return int(run.stdout)

    assert hits() == 0
    assert hits() == 1
