"""A second process compiles only where that saves time, and leaves nothing running."""

from __future__ import annotations

import subprocess

import pytest

from kalshi_exp.learn import compile_ahead


class Helper:
    """Stands for the second process."""

    def __init__(self, status):
        self.status, self.killed = status, False

    def wait(self, patience=None):
        if self.status is None and not self.killed:
            raise subprocess.TimeoutExpired("helper", patience)
        return self.status

    def poll(self):
        return -9 if self.killed else self.status

    def kill(self):
        self.killed = True


@pytest.fixture
def started(tmp_path, monkeypatch):
    helpers = []
    monkeypatch.setattr(compile_ahead, "kernel_cache", lambda: tmp_path)
    monkeypatch.setattr(compile_ahead.os, "cpu_count", lambda: 2)

    def start(status):
        def popen(words, **more):
            helpers.append(Helper(status))
            return helpers[-1]

        monkeypatch.setattr(compile_ahead.subprocess, "Popen", popen)
        return helpers

    return start


def test_a_warm_cache_starts_nothing(started):
    helpers = started(0)
    for _ in range(2):
        with compile_ahead.compiling_ahead():
            pass
    assert len(helpers) == 1


def test_one_core_starts_nothing(started, monkeypatch):
    helpers = started(0)
    monkeypatch.setattr(compile_ahead.os, "cpu_count", lambda: 1)
    with compile_ahead.compiling_ahead():
        pass
    assert not helpers


@pytest.mark.parametrize("status", [1, None])
def test_a_helper_that_fails_or_hangs_is_ended_and_tried_again(started, status):
    helpers = started(status)
    for _ in range(2):
        with compile_ahead.compiling_ahead():
            pass
    assert len(helpers) == 2
    assert all(helper.poll() is not None for helper in helpers)


def test_an_error_meanwhile_ends_the_helper(started):
    helpers = started(None)
    with pytest.raises(KeyError), compile_ahead.compiling_ahead():
        raise KeyError("stopped")
    assert helpers[0].killed


def test_a_made_up_session_is_a_market():
    session = compile_ahead.made_up(3)
    messages = session.markets[0].messages
    assert (messages["ts"][1:] >= messages["ts"][:-1]).all()
    assert messages["size"].sum() > 0 and set(messages["side"]) == {0, 1}
