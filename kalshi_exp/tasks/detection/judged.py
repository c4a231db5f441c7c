"""What the detectors make of the sessions that a run is judged on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kalshi_exp.config import Detector, Experiment, LearnedDetector, SyntheticData
from kalshi_exp.metrics.detection import Sampling, payload, score
from kalshi_exp.patterns.episodes import OPERATING
from kalshi_exp.tape import Session, Tape
from kalshi_exp.tasks.detection.detectors import GRID, detectors, said
from kalshi_exp.tasks.detection.evidence import Judged, Said, gather
from kalshi_exp.tasks.detection.sessions import with_truth

MOST = 24
"""Judged sessions that detectors are scored on: for more, task=evaluate report=detection."""

NO_LABELS = (
    "recorded sessions have no labels to hold detectors against; task=evaluate report=patterns "
    "tells how strong the patterns are on a tape"
)


def detected(experiment: Experiment, tape: Tape, names: Iterable[str]) -> dict[str, Any]:
    """Score the detectors on judged sessions of known truth: the first `MOST` of them.

    Args:
        experiment: what was run; its scenario made the sessions if they are simulated.
        tape: the sessions.
        names: of those that were judged.

    Returns:
        For metrics.json: `detection` with the scores (or `withheld`, the reason why there are
        none), and the keys of `metrics.detection.figures`, also directly under `detect/` those of
        the configured detector.
    """
    data = experiment.data
    if not isinstance(data, SyntheticData):
        return {"detection": {"withheld": NO_LABELS}}
    numbers = {info.name: number for number, info in enumerate(tape.infos)}
    chosen = sorted({numbers[name] for name in names})[:MOST]

    def simulate(number: int) -> Judged:
        return with_truth(experiment.scenario, data.seed, number)

    def detect(session: Session, detector: Detector) -> Said:
        return said(experiment, session, detector)

    known = detectors(experiment.detector)
    operating = {name: OPERATING[name] for name in known}
    gathering = gather(chosen, simulate, known, detect, grid=GRID, operating=operating)
    sampling = Sampling(experiment.trainer.bootstrap, experiment.seed)
    scores = {name: score(gathering.truth, gathering.evidence(name), sampling) for name in known}
    configured = "learned" if isinstance(experiment.detector, LearnedDetector) else "rule"
    whole = payload(scores, configured, sampling, len(chosen))
    named = {key: figure for key, figure in whole.items() if key.startswith("detect/")}
    return {"detection": {key: one for key, one in whole.items() if key not in named}} | named
