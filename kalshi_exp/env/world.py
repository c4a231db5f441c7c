"""A world: many episodes at once, stepped by one kernel; what all worlds have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Sequence
from typing import NamedTuple

import numpy as np

from kalshi_exp.config.actions import Placement
from kalshi_exp.config.features import FeatureGroup
from kalshi_exp.config.fill import Fill
from kalshi_exp.config.world import World as WorldConfig
from kalshi_exp.env.actions import HOLD, N_ACTIONS
from kalshi_exp.env.rules import make_rules
from kalshi_exp.env.state import EPISODE, FACTS, ROW
from kalshi_exp.features.private import PRIVATE
from kalshi_exp.features.table import FEATURES, GROUPS, OBSERVATION, group_columns
from kalshi_exp.fills.spec import COUNTERS, make_spec
from kalshi_exp.market.draws import CHECK_START, integer
from kalshi_exp.market.orders import FILL, INTENT
from kalshi_exp.patterns import NEUTRAL

FILLS_A_ROW = 256  # in one interval: what does not fit is not filled, and counts as overflow


class FillLog(NamedTuple):
    """Fills of the last step: FILL[...] and the row number of each."""

    fills: np.ndarray
    rows: np.ndarray


class Buffers(NamedTuple):
    """What a step writes: one line a row.

    Attributes:
        observation: float32[N, OBSERVATION].
        mask: bool[N, 21].
        weight: float32[N].
        facts: float64[N, len(FACTS)].
        levels: int64[N, 2, 2], limit levels of the decision at hand.
        patterns: float32[N, len(PATTERNS)], what the detectors say at the decision at hand.
        terminated: bool[N].
        truncated: bool[N].
    """

    observation: np.ndarray
    mask: np.ndarray
    weight: np.ndarray
    facts: np.ndarray
    levels: np.ndarray
    patterns: np.ndarray
    terminated: np.ndarray
    truncated: np.ndarray


class World(ABC):
    """Episodes side by side. Row r is market slot r % slots of environment r // slots.

    Attributes:
        environments: episodes side by side.
        slots: rows an episode owns.
        rules: RULES[1].
        spec: SPEC[1].
        whole_sessions: judge: sessions in turn, start to settlement, rather than train.
        switches: float32[OBSERVATION], which features are switched on.
        episodes: EPISODE[environments].
        rows: ROW[N].
        counters: COUNTERS[environments].
        out: what a step writes.
    """

    def __init__(
        self,
        config: WorldConfig,
        fill: Fill,
        placement: Placement,
        features: dict[str, FeatureGroup],
        *,
        slots: int,
        environments: int,
        seed: int,
        whole_sessions: bool,
        record_fills: bool,
    ) -> None:
        """Allocate rows and buffers.

        Args:
            config: world configuration.
            fill: fill model configuration.
            placement: where orders are placed.
            features: feature groups that are switched on.
            slots: markets of the largest session.
            environments: episodes side by side.
            seed: of draws and of the order of sessions.
            whole_sessions: judge: sessions in turn, start to settlement, rather than train.
            record_fills: keep each step's fills in `fills()`.
        """
        self.environments, self.slots = environments, slots
        self.rules = make_rules(config, placement, seed, whole_sessions=whole_sessions)
        self.spec = make_spec(fill)
        self.whole_sessions = whole_sessions
        n = environments * slots
        self.switches = _switches(features)
        self.episodes = np.zeros(environments, EPISODE)
        self.rows = np.zeros(n, ROW)
        self.counters = np.zeros(environments, COUNTERS)
        self.out = Buffers(
            np.zeros((n, OBSERVATION), np.float32),
            np.zeros((n, N_ACTIONS), np.bool_),
            np.zeros(n, np.float32),
            np.zeros((n, len(FACTS)), np.float64),
            np.zeros((n, 2, 2), np.int64),
            np.tile(np.array(NEUTRAL, np.float32), (n, 1)),
            np.zeros(n, np.bool_),
            np.zeros(n, np.bool_),
        )
        kept = n * FILLS_A_ROW if record_fills else 0
        self._log = FillLog(np.zeros(kept, FILL), np.zeros(kept, np.int64))
        self._scratch = np.zeros(FILLS_A_ROW, FILL)
        self._private = np.zeros(1, PRIVATE)
        self._actions = np.zeros(n, np.int64)
        self._intents = np.zeros((n, 2), INTENT)
        self._logged = 0

    @property
    def n(self) -> int:
        """Rows: environments times market slots."""
        return len(self.rows)

    @property
    @abstractmethod
    def sessions(self) -> int:
        """Sessions there are."""

    @abstractmethod
    def exit_marks(self) -> tuple[np.ndarray, np.ndarray]:
        """What selling and buying would get at the decision at hand, were the touch deep enough.

        Returns:
            Last known bid and ask of every row's market, int64[N] each, 1e-4 dollars; 0 and a
            dollar before there was any, and in rows without a market.
        """

    @abstractmethod
    def _begin(self, chosen: np.ndarray, numbers: np.ndarray) -> None:
        """Begin session numbers[e] (-1: leave it idle) in each chosen environment e."""

    @abstractmethod
    def _ask(self) -> None:
        """Carry `_intents` out at the decision at hand; time stands still."""

    @abstractmethod
    def _play(self) -> int:
        """Carry `_actions` out up to the next decision; returns the number of fills logged."""

    def switch(self, groups: Container[str]) -> None:
        """Leave only these feature groups on; it shows from the next observation."""
        self.switches[:] = _switches(groups)

    def _check_lengths(self, ticks: np.ndarray) -> None:
        """Refuse sessions with too few decisions (int64[S]) for an episode.

        Raises:
            ValueError: with the first and what to do.
        """
        horizon = int(self.rules["horizon"][0])
        need = max(horizon, 1) + 1
        if ticks.min() < need:
            short = int(np.argmin(ticks))
            raise ValueError(
                f"session {short} of this split has {int(ticks[short])} decisions, too few for an "
                f"episode of {need - 1}: lower world.horizon or world.decision.every, "
                "or leave the session out"
            )

    def reset(
        self, flags: np.ndarray | None = None, sessions: Sequence[int] | np.ndarray | None = None
    ) -> Buffers:
        """Begin episodes.

        Args:
            flags: bool[environments], which to begin; all when absent.
            sessions: session number for each environment (-1: idle); drawn when absent. With
                `whole_sessions`, the default gives environment e the sessions e, e + E, e + 2E...

        Returns:
            The buffers, which the next call overwrites.

        Raises:
            ValueError: there is not one flag or session an environment, or no such session.
        """
        chosen = np.ones(self.environments, np.bool_) if flags is None else flags.astype(np.bool_)
        numbers = self._choose() if sessions is None else np.asarray(sessions, np.int64)
        if chosen.shape != numbers.shape or len(numbers) != self.environments:
            raise ValueError(
                f"reset got {chosen.shape} flags and {numbers.shape} sessions for "
                f"{self.environments} environments: give one of each an environment"
            )
        if numbers.max() >= self.sessions:
            raise ValueError(
                f"reset got session {numbers.max()}, but the world has {self.sessions}: "
                "count from 0, or give -1 to leave an environment idle"
            )
        self._begin(chosen, numbers)
        return self.out

    def _choose(self) -> np.ndarray:
        counts = self.episodes["count"]
        environments = np.arange(self.environments)
        if self.whole_sessions:
            numbers = environments + counts * self.environments
            return np.where(numbers < self.sessions, numbers, -1)
        seed = int(self.rules["seed"][0])
        return np.array(
            [
                integer(seed, -1, int(e), int(c), CHECK_START, self.sessions)
                for e, c in zip(environments, counts, strict=True)
            ],
            np.int64,
        )

    def step(self, actions: np.ndarray) -> Buffers:
        """Carry out one action a row and let time pass to the next decision.

        Args:
            actions: int64[N]; rows of finished episodes and empty slots are ignored.

        Returns:
            The buffers, which the next call overwrites. Finished episodes keep their last
            observation until `reset`.

        Raises:
            ValueError: there is not one action a row.
        """
        if np.shape(actions) != self._actions.shape:
            raise ValueError(
                f"step got actions of shape {np.shape(actions)} for {self.n} rows: give one a row"
            )
        self._actions[:] = actions  # another dtype or layout would compile the kernel anew
        self._logged = self._play()
        return self.out

    def send(self, intents: np.ndarray) -> Buffers:
        """Carry out order intents instead of actions, and let time pass to the next decision.

        What cannot be carried out is counted in `episodes["refused"]`, as actions are.

        Args:
            intents: INTENT[N, 2], what each row asks for on either side of the YES book.

        Returns:
            The buffers, as `step`.

        Raises:
            ValueError: there are not two a row.
        """
        if np.shape(intents) != self._intents.shape:
            raise ValueError(
                f"send got intents of shape {np.shape(intents)} for {self.n} rows: give two a row, "
                "one a side of the book"
            )
        self._intents[:] = intents
        self._ask()
        self._actions[:] = HOLD
        self._logged = self._play()
        return self.out

    def fills(self) -> FillLog:
        """Fills of the last step, an environment's in order of time (needs `record_fills`)."""
        return FillLog(self._log.fills[: self._logged], self._log.rows[: self._logged])

    def _state(self) -> dict[str, np.ndarray]:
        state = {"episodes": self.episodes, "rows": self.rows, "counters": self.counters}
        return state | self.out._asdict()

    def snapshot(self) -> dict[str, np.ndarray]:
        """Copy of the whole private state."""
        return {name: array.copy() for name, array in self._state().items()}

    def restore(self, snapshot: dict[str, np.ndarray]) -> None:
        """Put a snapshot back; it must come from a world of the same shape.

        Raises:
            ValueError: the shapes differ.
        """
        for name, target in self._state().items():
            array = snapshot[name]
            if target.shape != array.shape:
                raise ValueError(
                    f"the snapshot's {name} has shape {array.shape}, this world's {target.shape}: "
                    "it was taken with another number of environments or another data set"
                )
            target[...] = array


def _switches(features: Container[str]) -> np.ndarray:
    switches = np.zeros(OBSERVATION, np.float32)
    for number, group in enumerate(GROUPS):
        on = np.float32(group in features)
        switches[group_columns(group)] = on
        switches[len(FEATURES) + number] = on
    return switches
