"""Rows of environment steps: the public step of the TorchRL environment over the tape world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from tensordict import TensorDict
from torch import Tensor

from kalshi_exp.config import SCHEMAS, Clock, Decision, Experiment, QueueFill
from kalshi_exp.env import MarketEnv, TapeWorld, make_reward
from kalshi_exp.env.conformance import draw_legal
from kalshi_exp.features import build_tracks
from kalshi_exp.tasks.bench.event_array import write_event_arrays
from kalshi_exp.tasks.bench.peers import Peer, PeerError
from kalshi_exp.tasks.bench.row import Goal, Row
from kalshi_exp.tasks.bench.tapes import Sessions, Tapes
from kalshi_exp.tasks.bench.timing import Measure, interleaved, rate_of

PEER = "hftbacktest 2.4.4, one order a decision"
ROWS = 1_024
PLAIN, FAST = 1_000_000.0, 500_000.0
_MESSAGES = 5.0  # a decision, on the plain tape
WARM, STEPS = 40, 100  # decisions played before, and timed
_ROUNDS = 9


def make_env(experiment: Experiment, tape: Sessions, decision: Decision) -> MarketEnv:
    """An environment of `ROWS` rows or a few more, every feature group on, the queue model."""
    features = {name: make() for name, make in SCHEMAS["features"].items()}
    fill = experiment.fill if isinstance(experiment.fill, QueueFill) else QueueFill()
    tracks = build_tracks(tape.pack, tape.sessions, decision, features)
    slots = max(len(session.markets) for session in tape.sessions)
    world = TapeWorld(
        tape.pack,
        tracks,
        replace(experiment.world, decision=decision, horizon=WARM + STEPS + 1),
        fill,
        experiment.actions.placement,
        features,
        environments=-(-ROWS // slots),
        seed=experiment.seed,
    )
    return MarketEnv(world, make_reward(experiment.reward, world.n))


def recorded_play(env: MarketEnv, count: Callable[[], int] | None = None) -> Measure:
    """Play random legal actions once; measure how fast the same is played again.

    Orders stand and positions are open when the recorded part begins; no episode ends in it.

    Args:
        env: the environment.
        count: a running count of what is done; of steps when not given.

    Returns:
        So much a second in a replay; the snapshot is put back before the clock starts.
    """
    state = TensorDict({}, batch_size=env.batch_size)

    def step(action: Tensor) -> None:
        state.set("action", action)
        env.step(state)

    def draw(number: int) -> Tensor:
        return torch.from_numpy(draw_legal(env.world.out.mask, 0, number))

    env.reset()
    for number in range(WARM):
        step(draw(number))
    start, before = env.snapshot(), 0 if count is None else count()
    actions: list[Tensor] = []
    for number in range(STEPS):
        actions.append(draw(WARM + number))
        step(actions[-1])
    end = env.world.rows.tobytes()

    def play() -> None:
        for action in actions:
            step(action)

    done = env.world.n * STEPS if count is None else count() - before
    timed = rate_of(play, float(done))

    def measure() -> float:
        env.restore(start)
        return timed()

    measure()
    if env.world.rows.tobytes() != end:
        raise AssertionError("a restored environment did not play the same actions the same way")
    return measure


def _measure(
    name: str,
    target: float,
    env: MarketEnv,
    tape: Sessions,
    decision: Decision,
    scratch: Path,
    folder: Path,
) -> Row:
    measures = {"ours": recorded_play(env)}
    reason = None
    try:
        file = scratch / "steps.npz"
        write_event_arrays(tape.pack, file)
        nanoseconds = str(round(decision.every * 1e9))
        with Peer(folder, "hftbacktest_steps.py", str(file), nanoseconds) as peer:
            seen = interleaved(measures | {"peer": peer.rate}, _ROUNDS)
    except PeerError as error:
        reason = str(error)
        seen = interleaved(measures, _ROUNDS)
    return Row(
        name,
        seen["ours"].best,
        "steps/s",
        target,
        Goal.value_at_least,
        f"{tape.origin}; a decision every {decision.every:g} s is "
        f"{tape.rate * decision.every:.1f} messages; {env.world.n:,} rows, every feature group, "
        f"queue model as fill= sets it, one thread by its own time; MarketEnv.step on {STEPS} "
        "legal random actions a row drawn beforehand. The peer elapses one decision and "
        "sends a limit order at its own touch, in place of the one it had on that side; one "
        "market after another, no observation, no mask, no account rules",
        PEER,
        seen["peer"].best if "peer" in seen else None,
        reason,
        seen["ours"].median,
    )


def step_rows(experiment: Experiment, tapes: Tapes, folder: Path) -> list[Row]:
    """Measure the rows of this family.

    Args:
        experiment: says fill model, placement, reward and rules.
        tapes: what is played on.
        folder: the peers' environment.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        rows = []
        for name, target, tape, every in (
            ("environment steps, plain tape", PLAIN, tapes.plain, _MESSAGES / tapes.plain.rate),
            ("environment steps, fast tape", FAST, tapes.fast, 1.0),
        ):
            decision = Decision(every=round(every, 3), unit=Clock.seconds)
            env = make_env(experiment, tape, decision)
            rows.append(_measure(name, target, env, tape, decision, tapes.scratch, folder))
        return rows
    finally:
        torch.set_num_threads(threads)
