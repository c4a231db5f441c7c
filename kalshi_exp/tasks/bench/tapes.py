"""What the benchmark plays on: an embedded tape at its own pace, and a fast one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import final

from kalshi_exp.config import Experiment, Scenario, TapeData
from kalshi_exp.exchange import simulate_session
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape import MarketTape, Pack, Session, open_tape, pack_sessions

FAST = 65.0
"""Messages a second and market of a recorded fast tape (Kalshi's 15-minute gold markets)."""

_SESSIONS = 26  # as many as that recording holds


@final
class Sessions:
    """Sessions and where they come from.

    Attributes:
        sessions: the sessions.
        origin: in words, with their message rate.
        rate: messages a second and market, over all of them.
        pack: the same as flat arrays.
    """

    def __init__(self, sessions: Sequence[Session], what: str) -> None:
        """Describe sessions.

        Args:
            sessions: at least one.
            what: they are.
        """
        self.sessions = tuple(sessions)
        tapes = [(s.start_ts, tape) for s in self.sessions for tape in s.markets]
        messages = sum(len(tape.messages) for _, tape in tapes)
        self.rate = messages * SECOND / sum(tape.close_ts - start for start, tape in tapes)
        self.origin = (
            f"{what}: {len(self.sessions)} sessions, {messages:,} messages, "
            f"{self.rate:.1f} a second and market"
        )

    @cached_property
    def pack(self) -> Pack:
        """The sessions as flat arrays."""
        return pack_sessions(self.sessions)


@final
class Tapes:
    """The two tapes of a benchmark, made when first asked for.

    Attributes:
        scratch: a folder for what is handed to peers.
    """

    def __init__(self, experiment: Experiment, scratch: Path) -> None:
        """Say where they come from.

        Args:
            experiment: its scenario is the embedded tape; its `data`, when a recording, the fast.
            scratch: an empty folder.
        """
        self.scratch = scratch
        self._experiment = experiment

    @cached_property
    def plain(self) -> Sessions:
        """Simulated sessions of the experiment's scenario."""
        experiment = self._experiment
        seed = getattr(experiment.data, "seed", 0)
        sessions = [simulate_session(experiment.scenario, seed, k) for k in range(_SESSIONS)]
        return Sessions(sessions, "simulated sessions")

    @cached_property
    def fast(self) -> Sessions:
        """The recording that `data=tape` names, or simulated sessions sped up to its rate.

        Raises:
            TapeError: the folder is no tape.
        """
        experiment = self._experiment
        if isinstance(experiment.data, TapeData):
            tape = open_tape(experiment.data.path)
            return Sessions([tape.load(info.name) for info in tape.infos], "recorded tape")
        slow = [_long(experiment.scenario, FAST / self.plain.rate, k) for k in range(_SESSIONS)]
        factor = FAST / Sessions(slow, "").rate
        what = f"no recording (data=synthetic), simulated sessions at {factor:.1f} times their pace"
        return Sessions([_sped_up(one, factor) for one in slow], what)


def _long(scenario: Scenario, factor: float, number: int) -> Session:
    """A session so many times as long, whose belief moves as much in all as in a short one."""
    belief = replace(
        scenario.belief,
        volatility_cents=scenario.belief.volatility_cents / math.sqrt(factor),
        jumps_per_hour=scenario.belief.jumps_per_hour / factor,
    )
    duration = min(scenario.duration_s * factor, 86_400.0)
    return simulate_session(replace(scenario, belief=belief, duration_s=duration), 0, number)


def _sped_up(session: Session, factor: float) -> Session:
    """The same session in a fraction of the time; the messages stay what they are."""
    start = session.start_ts

    def squeezed(ts: int) -> int:
        return start + int((ts - start) / factor)

    def market(tape: MarketTape) -> MarketTape:
        messages = tape.messages.copy()
        messages["ts"] = start + ((messages["ts"] - start) / factor).astype("int64")
        epochs = tape.epoch_ts.copy()
        epochs[:] = start + ((epochs - start) / factor).astype("int64")
        return replace(tape, messages=messages, close_ts=squeezed(tape.close_ts), epoch_ts=epochs)

    return Session(
        session.name, session.event, session.series, start, squeezed(session.end_ts),
        tuple(market(tape) for tape in session.markets),
    )  # fmt: skip
