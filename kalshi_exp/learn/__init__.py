"""Learning: policies, PPO under Lightning, baselines, judging, and the run's directory."""

from __future__ import annotations

from kalshi_exp.learn.advantage import advantages
from kalshi_exp.learn.arena import Arena, SessionsError
from kalshi_exp.learn.baselines import Hold, Momentum, Random, TouchMaker, baselines
from kalshi_exp.learn.checkpoints import Checkpoints, read_policy, replace_file, save_policy
from kalshi_exp.learn.compile_ahead import compiling_ahead, moment
from kalshi_exp.learn.curves import CurveFile
from kalshi_exp.learn.exchange_arena import ExchangeArena
from kalshi_exp.learn.folds import FoldRun
from kalshi_exp.learn.judge import judge, tuning_money
from kalshi_exp.learn.load_run import INPUTS, LoadedRun, load_run
from kalshi_exp.learn.loss import Loss, clipped_loss
from kalshi_exp.learn.play import money, play
from kalshi_exp.learn.players import Agent, Player, View
from kalshi_exp.learn.policy import ActorCritic, FeatureSetError, PolicyModule
from kalshi_exp.learn.ppo import PPO, Figures, Sink
from kalshi_exp.learn.progress import ProgressBar
from kalshi_exp.learn.rollouts import Environment, Rollouts
from kalshi_exp.learn.run_directory import RunDirectory, RunDirectoryError, use_machine
from kalshi_exp.learn.source import load_arena, open_sessions
from kalshi_exp.learn.tape_arena import TapeArena
from kalshi_exp.learn.training import train
from kalshi_exp.learn.warm_start import Beginning, WarmStart

__all__ = [
    "ActorCritic",
    "FeatureSetError",
    "PolicyModule",
    "INPUTS",
    "Environment",
    "Rollouts",
    "Loss",
    "clipped_loss",
    "advantages",
    "PPO",
    "Figures",
    "Sink",
    "Checkpoints",
    "CurveFile",
    "ProgressBar",
    "train",
    "View",
    "Player",
    "Agent",
    "Hold",
    "Random",
    "TouchMaker",
    "Momentum",
    "baselines",
    "Arena",
    "TapeArena",
    "ExchangeArena",
    "SessionsError",
    "play",
    "money",
    "judge",
    "tuning_money",
    "compiling_ahead",
    "moment",
    "open_sessions",
    "load_arena",
    "FoldRun",
    "RunDirectory",
    "RunDirectoryError",
    "use_machine",
    "replace_file",
    "read_policy",
    "save_policy",
    "Beginning",
    "WarmStart",
    "LoadedRun",
    "load_run",
]
