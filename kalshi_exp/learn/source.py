"""Where the sessions of an experiment come from."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kalshi_exp.config import ExchangeWorld, Experiment, SyntheticData, TapeData, TwinsData
from kalshi_exp.exchange import synthetic_tape
from kalshi_exp.learn.arena import Arena, SessionsError
from kalshi_exp.learn.compile_ahead import compiling_ahead
from kalshi_exp.learn.exchange_arena import ExchangeArena
from kalshi_exp.learn.tape_arena import TapeArena
from kalshi_exp.tape import Tape, open_tape


def open_sessions(experiment: Experiment, cache: Path | None = None) -> Tape:
    """Open the tape that `data=` names; a synthetic one is generated once and kept.

    Args:
        experiment: the experiment.
        cache: where synthetic tapes are kept; the user's cache folder when not given.

    Raises:
        TapeError: the folder is no tape.
        SessionsError: twins, which are played as they are made.
        TypeError: a data class that has no source.
    """
    data = experiment.data
    if isinstance(data, TapeData):
        return open_tape(data.path)
    if isinstance(data, SyntheticData):
        with compiling_ahead():
            return synthetic_tape(experiment.scenario, data.sessions, data.seed, cache)
    if isinstance(data, TwinsData):
        raise SessionsError(
            "data=twins is what task=realism report=fills holds fill models against: choose "
            "data=synthetic or data=tape with other work"
        )
    raise TypeError(f"no sessions come from {type(data).__name__}: use data=synthetic or data=tape")


def load_arena(tape: Tape, names: Iterable[str], experiment: Experiment) -> Arena:
    """Load sessions by name and lay them out.

    Raises:
        SessionsError: they cannot be played under this configuration.
        TapeError: one is missing or damaged.
    """
    arena = ExchangeArena if isinstance(experiment.world, ExchangeWorld) else TapeArena
    return arena([tape.load(name) for name in names], experiment)
