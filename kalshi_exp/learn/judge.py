"""Judging: the trained policy and every baseline on the same sessions with the same luck."""

from __future__ import annotations

from collections.abc import Callable

from kalshi_exp.config import Phase
from kalshi_exp.learn.arena import Arena
from kalshi_exp.learn.baselines import baselines
from kalshi_exp.learn.play import money, play
from kalshi_exp.learn.players import Agent, Player
from kalshi_exp.learn.policy import ActorCritic
from kalshi_exp.metrics import Records


def judge(
    policy: ActorCritic,
    arena: Arena,
    *,
    seed: int,
    fold: int = 0,
    announce: Callable[[str], None] = lambda name: None,
) -> Records:
    """Play every session from start to settlement, as every contestant.

    Luck is keyed by seed, session, market and decision, so the contestants meet the same one.

    Args:
        policy: the trained policy; judged playing its most probable action, and sampling.
        arena: sessions that it never trained or tuned on.
        seed: of the luck.
        fold: the fold's number.
        announce: told each contestant's name before it plays.
    """
    contestants: list[Player] = [Agent(policy, sampled=False), Agent(policy, sampled=True)]
    contestants += baselines()
    records = []
    for contestant in contestants:
        announce(contestant.name)
        records.append(play(arena, contestant, seed=seed, fold=fold))
    return Records.concat(records)


def tuning_money(
    arena: Arena, *, seed: int, phase: Phase | None = None
) -> Callable[[ActorCritic], float]:
    """What a policy earns a tuning session in dollars, playing its most probable action.

    Args:
        arena: the tuning sessions.
        seed: of the luck.
        phase: says what it sees; the run's last one when absent.
    """
    return lambda policy: money(arena, Agent(policy, sampled=False), seed=seed, phase=phase)
