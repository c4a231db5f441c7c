"""`report=detection`: the detectors on simulated sessions of known truth."""

from __future__ import annotations

from pathlib import Path
from typing import final

import numpy as np
from rich.console import Console
from rich.progress import track

from kalshi_exp.config import (
    Detector,
    EvaluateTask,
    Experiment,
    LearnedDetector,
    RuleDetector,
    Scenario,
)
from kalshi_exp.exchange import play_session, tape_of, truth_of
from kalshi_exp.exchange.source import recipe_hash
from kalshi_exp.exchange.variations import varied
from kalshi_exp.learn import RunDirectory
from kalshi_exp.learn.arena import EVERY_GROUP
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.detection import Sampling, payload, score
from kalshi_exp.patterns.detect import detect as watch_session
from kalshi_exp.patterns.episodes import (
    OPERATING,
    episodes_of,
    pairs_of,
    true_episodes,
    true_pairs,
)
from kalshi_exp.patterns.weights import PACKAGED
from kalshi_exp.report.detection import detection_table, write_detection
from kalshi_exp.tape import Fold, Session
from kalshi_exp.tasks.conclude import header
from kalshi_exp.tasks.evaluate.evidence import Judged, Said, gather
from kalshi_exp.tasks.stopwatch import Stopwatch

FIRST_JUDGED_NUMBER = 40_000  # nobody trains or tunes on sessions of these numbers
WIDTH = 150  # of the table where the terminal is narrower, as in a file

_PROBABILITY = tuple(float(one) for one in np.round(np.arange(0.05, 1.0, 0.05), 2))
GRID: dict[str, tuple[float, ...]] = {
    "anchor": _PROBABILITY,
    "cascade": _PROBABILITY,
    "violation": tuple(float(one) for one in np.round(np.arange(0.5, 8.01, 0.5), 2)),  # cents
    "aversion": _PROBABILITY,
}
"""Thresholds of the precision-recall curves."""

PLANTED = {
    "anchor": "anchors",
    "cascade": "cascades",
    "violation": "sentiment",
    "aversion": "aversion",
    "group": "groups",
    "correlation": "groups",
}
"""What plants each family and relation, and says how strongly."""


@final
class DetectionError(ValueError):
    """What can't be scored, in one sentence."""


def detection(
    experiment: Experiment, task: EvaluateTask, output_dir: Path, overrides: list[str]
) -> int:
    """Score the rule detector, and the learned one where it has weights, on held-out sessions.

    Args:
        experiment: its scenario, seed, detector and features.
        task: says how many sessions.
        output_dir: the run's own directory; metrics.json is written last.
        overrides: the command line, for the record.

    Returns:
        0.

    Raises:
        DetectionError: the configured detector is learned and has no weights.
    """
    known = detectors(experiment.detector)
    configured = "learned" if isinstance(experiment.detector, LearnedDetector) else "rule"
    if configured not in known:
        raise DetectionError(
            "detector=learned has no weights: train them by task=calibrate fit=detector, and give "
            "detector.weights=FILE"
        )
    console = Console(stderr=True, quiet=not experiment.trainer.progress, highlight=False)
    if "learned" not in known:
        console.print("the learned detector has no weights: only the rules are scored")
    numbers = range(FIRST_JUDGED_NUMBER, FIRST_JUDGED_NUMBER + task.sessions)
    sampling = Sampling(experiment.trainer.bootstrap, experiment.seed)
    watch = Stopwatch()

    def simulate(number: int) -> Judged:
        with watch.stage("simulation"):
            return simulated(experiment, number)

    def detect(session: Session, detector: Detector) -> Said:
        with watch.stage("detection"):
            return said(experiment, session, detector)

    bar = track(numbers, "simulating and detecting", console=console, transient=True)
    gathering = gather(
        bar, simulate, known, detect, grid=GRID, operating={name: OPERATING for name in known}
    )
    scores = {}
    with watch.stage("scores"):
        truth = gathering.truth
        names = track(list(known), "scoring", console=console, transient=True)
        for name in names:
            scores[name] = score(truth, gathering.evidence(name), sampling)
        whole = payload(scores, configured, sampling, task.sessions)
    whole |= {"simulated_numbers": [numbers.start, numbers.stop], "scenario_seed": experiment.seed}
    directory = RunDirectory.create(
        output_dir,
        experiment,
        overrides,
        data_hash=recipe_hash(experiment.scenario, task.sessions, experiment.seed),
        folds=[Fold([], [], sorted(truth.markets["session"].unique().to_list()))],
    )
    truth.episodes.write_parquet(output_dir / "true_episodes.parquet")
    with watch.stage("report"):
        path = write_detection(output_dir, whole, header(directory, experiment), gathering.example)
    directory.write_json("timings.json", watch.timings(resumed=False))
    directory.write("metrics.json", to_bytes(whole))
    wide = Console(highlight=False, soft_wrap=True)
    table = Console(highlight=False, width=None if wide.width >= WIDTH else WIDTH)
    table.print(detection_table(whole))
    wide.print(f"report: {path}")
    return 0


def detectors(configured: Detector) -> dict[str, Detector]:
    """The detectors that can be scored: the rules, and the learned one where it has weights."""
    learned = configured if isinstance(configured, LearnedDetector) else LearnedDetector()
    known: dict[str, Detector] = {"rule": RuleDetector()}
    if (Path(learned.weights) if learned.weights else PACKAGED).is_file():
        known["learned"] = learned
    return known


def strengths_of(scenario: Scenario) -> dict[str, float]:
    """How strongly each family and relation is planted; those that are not are left out."""
    found = {name: float(getattr(scenario, trait).strength) for name, trait in PLANTED.items()}
    if scenario.groups.strength == 0.0 or scenario.groups.exclusive == 0:
        found["group"] = found["violation"] = 0.0  # no group, and no sum to violate
    if scenario.groups.correlated == 0:
        found["correlation"] = found["group"]  # members of a group are correlated too
    return {name: strength for name, strength in found.items() if strength > 0.0}


def simulated(experiment: Experiment, number: int) -> Judged:
    """A session of a scenario that varies with its number, and what is true of it."""
    scenario = varied(experiment.scenario, experiment.seed, number)
    fees = experiment.fill.fees
    exchange = play_session(scenario, experiment.seed, number, fees)
    session = tape_of(exchange, PriceGrid.structure(scenario.grid), experiment.seed, number)
    labels = truth_of(exchange, session.name)
    return Judged(
        session,
        strengths_of(scenario),
        true_episodes(labels, session),
        true_pairs(labels, session),
    )


def said(experiment: Experiment, session: Session, detector: Detector) -> Said:
    """What a detector says of a session, second by second, without its labels."""
    groups = EVERY_GROUP | experiment.features
    trace = watch_session(session, detector, groups)
    return Said(
        trace.times,
        trace.patterns,
        lambda family, threshold: episodes_of(trace, session.name, family, threshold),
        pairs_of(trace, session.name),
    )
