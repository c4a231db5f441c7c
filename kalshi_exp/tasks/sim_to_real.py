"""A trained policy in the exchange itself, beside what it was judged by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import polars as pl

from kalshi_exp.config import Clock, ExchangeWorld, Experiment, SyntheticData, TapeWorld, World
from kalshi_exp.learn import ActorCritic, Agent, FoldRun, load_arena, play
from kalshi_exp.metrics import Records
from kalshi_exp.metrics.realism import named_sim_to_real, sim_to_real
from kalshi_exp.tape import Fold, Tape

MOST = 24
"""Judged sessions that the policy plays again in the exchange, over all folds."""

RECORDED = (
    "a recording has no exchange behind it that would tell what orders really got; "
    "task=realism report=fills data=tape gives bounds"
)
THERE = "world=exchange: the policy was judged where its orders really traded"
MESSAGES = "world.decision.unit=messages: the exchange decides every so many seconds"


def realism_of(
    experiment: Experiment, tape: Tape, judged: Sequence[tuple[FoldRun, ActorCritic, Fold]]
) -> dict[str, Any]:
    """Play the first `MOST` judged sessions again, in the exchange that they were recorded from.

    Args:
        experiment: what was run.
        tape: its sessions.
        judged: each fold with its policy, which plays its most probable action.

    Returns:
        For metrics.json: figures under `realism/`, and `realism` with the number of sessions, or
        `withheld`, the reason why there are none.
    """
    if not isinstance(experiment.data, SyntheticData):
        return {"realism": {"withheld": RECORDED}}
    if not isinstance(experiment.world, TapeWorld):
        return {"realism": {"withheld": THERE}}
    if experiment.world.decision.unit is not Clock.seconds:
        return {"realism": {"withheld": MESSAGES}}
    there = replace(experiment, world=_exchange(experiment.world))
    share = -(-MOST // max(len(judged), 1))
    sim, real = [], []
    for number, (run, policy, fold) in enumerate(judged):
        names = sorted(fold.judge)[:share]
        agent = Agent(policy, sampled=False)
        arena = load_arena(tape, names, there)
        real.append(play(arena, agent, seed=experiment.seed, fold=number))
        sim.append(_only(run.records(), agent.name, names))
    found = sim_to_real(
        Records.concat(sim), Records.concat(real), experiment.trainer.bootstrap, experiment.seed
    )
    return {"realism": {"sessions": sum(len(one.sessions) for one in real)}} | named_sim_to_real(
        found
    )


def _exchange(world: World) -> ExchangeWorld:
    return ExchangeWorld(**{one.name: getattr(world, one.name) for one in fields(World)})


def _only(records: Records, policy: str, names: list[str]) -> Records:
    """A policy's rows of some sessions."""
    chosen = (pl.col("policy") == policy) & pl.col("session").is_in(names)
    return Records(
        records.sessions.filter(chosen),
        records.fills.filter(chosen),
        records.equity.filter(chosen),
        records.opportunities.filter(chosen),
    )
