"""`report=detection`: the detectors on simulated sessions of known truth."""

from __future__ import annotations

from pathlib import Path
from typing import final

from rich.console import Console
from rich.progress import track

from kalshi_exp.config import (
    Detector,
    EvaluateTask,
    Experiment,
    LearnedDetector,
)
from kalshi_exp.exchange.source import recipe_hash
from kalshi_exp.learn import RunDirectory
from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.detection import Sampling, payload, score
from kalshi_exp.patterns.episodes import (
    OPERATING,
)
from kalshi_exp.report.detection import detection_table, write_detection
from kalshi_exp.tape import Fold, Session
from kalshi_exp.tasks.conclude import header
from kalshi_exp.tasks.detection import (
    GRID,
    Judged,
    Said,
    detectors,
    gather,
    said,
    simulated,
)
from kalshi_exp.tasks.stopwatch import Stopwatch

FIRST_JUDGED_NUMBER = 40_000  # nobody trains or tunes on sessions of these numbers
WIDTH = 150  # of the table where the terminal is narrower, as in a file


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
        bar, simulate, known, detect, grid=GRID, operating={name: OPERATING[name] for name in known}
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
