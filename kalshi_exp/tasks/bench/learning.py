"""Rows of learning: PPO end to end, beside a bare loop and beside stable-baselines3."""

from __future__ import annotations

import pickle
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

import torch

from kalshi_exp.config import SCHEMAS, Experiment, Policy, PortfolioReward, Trainer
from kalshi_exp.env import N_ACTIONS
from kalshi_exp.learn import INPUTS, ActorCritic, TapeArena, train
from kalshi_exp.tasks.bench.bare_loop import BareLoop
from kalshi_exp.tasks.bench.peers import Peer, PeerError
from kalshi_exp.tasks.bench.row import Goal, Row
from kalshi_exp.tasks.bench.tapes import Sessions, Tapes
from kalshi_exp.tasks.bench.timing import interleaved

BARE = "bare PyTorch loop"
SB3 = "stable-baselines3 2.9 PPO"
_ROLLOUTS = 10  # timed at a time
_ROUNDS = 5


def as_budgeted(experiment: Experiment) -> Experiment:
    """The experiment with the budget's network, every feature group and money as its reward."""
    return replace(
        experiment,
        features={name: make() for name, make in SCHEMAS["features"].items()},
        reward={"portfolio": PortfolioReward()},
        policy=Policy(hidden=[64, 64]),
        trainer=replace(experiment.trainer, progress=False),
    )


def house_rate(arena: TapeArena, experiment: Experiment, rollouts: int) -> float:
    """Frames a second of `learn.train`, from the end of its first rollout to that of its last."""
    machine: Trainer = experiment.trainer
    environment = arena.environment(experiment.seed)
    seen: list[tuple[float, float]] = []
    generator = torch.Generator().manual_seed(experiment.seed)
    with tempfile.TemporaryDirectory() as folder:
        train(
            ActorCritic(INPUTS, N_ACTIONS, experiment.policy, generator),
            environment,
            experiment.algorithm,
            machine,
            frames=(rollouts + 1) * experiment.algorithm.rollout * environment.batch_size[0],
            seed=experiment.seed,
            folder=Path(folder),
            title="bench",
            sinks=[lambda figures: seen.append((time.perf_counter(), figures["frames"]))],
        )
    (begun, before), (ended, after) = seen[0], seen[-1]
    return (after - before) / (ended - begun)


def bare_rate(loop: BareLoop, rollouts: int) -> float:
    """Frames a second of the bare loop."""
    begun = time.perf_counter()
    for _ in range(rollouts):
        loop.iterate()
    return rollouts * loop.frames / (time.perf_counter() - begun)


def write_job(arena: TapeArena, experiment: Experiment, path: Path) -> None:
    """Write what stable-baselines3 needs to play and learn the same, for its environment."""
    job = {
        "world": (
            arena.pack,
            arena.tracks,
            experiment.world,
            experiment.fill,
            experiment.actions.placement,
            experiment.features,
        ),
        "environments": experiment.trainer.environments,
        "seed": experiment.seed,
        "scale": PortfolioReward().scale,
        "hidden": experiment.policy.hidden,
        "algorithm": asdict(experiment.algorithm),
        "threads": experiment.trainer.threads,
        "rollouts": _ROLLOUTS,
    }
    path.write_bytes(pickle.dumps(job))


def learning_rows(experiment: Experiment, tapes: Tapes, folder: Path) -> list[Row]:
    """Measure the rows of this family.

    Args:
        experiment: says world, fill model, algorithm and number of environments and threads.
        tapes: what is learned on.
        folder: the peers' environment.
    """
    experiment = as_budgeted(experiment)
    threads = torch.get_num_threads()
    torch.set_num_threads(experiment.trainer.threads)
    try:
        return _measure(experiment, tapes.plain, tapes.scratch, folder)
    finally:
        torch.set_num_threads(threads)


def _measure(experiment: Experiment, tape: Sessions, scratch: Path, folder: Path) -> list[Row]:
    arena = TapeArena(tape.sessions, experiment)
    environment = arena.environment(experiment.seed)
    scale = PortfolioReward().scale
    loop = BareLoop(environment.world, experiment.algorithm, experiment.policy.hidden, scale)
    measures = {
        "house": lambda: house_rate(arena, experiment, _ROLLOUTS),
        "bare": lambda: bare_rate(loop, _ROLLOUTS),
    }
    reason = None
    try:
        file = scratch / "learning.pickle"
        write_job(arena, experiment, file)
        with Peer(folder, "sb3_ppo.py", str(file), threads=experiment.trainer.threads) as peer:
            seen = interleaved(measures | {"sb3": peer.rate}, _ROUNDS)
    except PeerError as error:
        reason = str(error)
        seen = interleaved(measures, _ROUNDS)
    settings, machine = experiment.algorithm, experiment.trainer
    how = (
        f"{tape.origin}; learn.train by the wall clock, checkpoints every "
        f"{machine.checkpoint_every} rollouts included, no tuning evaluation: {loop.world.n} rows "
        f"x {settings.rollout} decisions, {settings.epochs} epochs in minibatches of "
        f"{settings.minibatch:,}, {machine.threads} torch threads on both sides"
    )
    return [
        Row(
            "PPO end to end, against a bare loop",
            seen["house"].best,
            "frames/s",
            0.75,
            Goal.ratio_at_least,
            f"{how}. The peer: hand-written, plain tensors, the same world kernel, network, "
            "masks, minibatches, epochs and optimiser; no trainer, no checkpoints",
            BARE,
            seen["bare"].best,
            median=seen["house"].median,
        ),
        Row(
            "PPO end to end, against stable-baselines3",
            seen["house"].best,
            "frames/s",
            1.0,
            Goal.ratio_at_least,
            f"{how}. The peer: its PPO with the same settings and network over a VecEnv on the "
            "same world kernels; it ignores masks and learns from rows without news, too",
            SB3,
            seen["sb3"].best if "sb3" in seen else None,
            reason,
            seen["house"].median,
        ),
    ]
