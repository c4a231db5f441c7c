"""A detector from nothing: simulate, train on some sessions, stop by others, calibrate on more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, final

import numpy as np
import torch
from torch import Tensor

from kalshi_exp.config import FeatureGroup, Scenario
from kalshi_exp.learn.detectors.examples import SAME, SIGN, Examples, build_examples
from kalshi_exp.learn.detectors.learner import Course, Minibatches, Rounds, learn
from kalshi_exp.learn.detectors.losses import (
    baseline_of,
    constant_losses,
    constant_pair_losses,
    learnable,
    market_losses,
    pair_baseline,
    pair_losses,
)
from kalshi_exp.learn.detectors.networks import MarketNetwork, PairsNetwork
from kalshi_exp.learn.detectors.sessions import CALIBRATION, TRAINING, VALIDATION, numbers
from kalshi_exp.learn.detectors.temperature import market_sharpness, pair_sharpness
from kalshi_exp.patterns.weights import HEADS, Weights

UNITS, PAIR_UNITS = (96, 32), 16
ROUND = 100
"""Sessions that are simulated, gone over and forgotten together."""

_KEPT_APART, _MOST = 5, 48  # for so many training sessions one each of validation and calibration
_BETTER = 0.98  # of the constants' loss: more is nothing learned
_RATE, _PAIR_RATE = 6e-3, 1e-2
_SIZE, _PAIR_SIZE = 32, 512  # rows of a minibatch: markets, looks at pairs
_PATIENCE = 6

Progress = Callable[[str, int, int, str], None]
"""Called with (what is done, steps done, steps in all, a figure in words)."""


@final
class NotLearned(ValueError):
    """Why there are no weights, in one sentence."""


class Fitted(NamedTuple):
    """What came of it.

    Attributes:
        weights: of the detector.
        figures: by name: losses over those of constants, on validation and calibration sessions;
            temperatures; counts of sessions.
    """

    weights: Weights
    figures: dict[str, Any]


def fit_detector(
    scenario: Scenario,
    seed: int,
    features: dict[str, FeatureGroup],
    *,
    sessions: int,
    passes: int,
    device: str,
    progress: Progress,
) -> Fitted:
    """Train, stop and calibrate a detector; the same arguments give the same weights.

    Training sessions come in rounds of `ROUND`, each gone over `passes` times and then forgotten:
    fresh sessions teach more than further passes, and memory stays bounded.

    Args:
        scenario: what is planted at most in a session.
        seed: of the market, of first weights and of the order of minibatches.
        features: feature groups; their settings are used.
        sessions: to train on, rounded up to whole rounds; up to a fifth as many each stop and
            calibrate.
        passes: over each round.
        device: of torch.
        progress: called often.

    Raises:
        NotLearned: nothing is planted, or validation ends no better than the best constant.
        ValueError: so many sessions that the numbers of one sort reach those of the next.
        KeyboardInterrupt: it was interrupted.
    """
    size = min(ROUND, sessions)
    rounds = -(-sessions // size)
    apart = min(max(sessions // _KEPT_APART, 4), _MOST)
    numbers(TRAINING, rounds * size)  # refused before anything is simulated

    def simulated(first: int, count: int) -> Examples:
        return build_examples(
            scenario, seed, numbers(first, count), features,
            lambda done: progress("simulating", done, count, ""),
        )  # fmt: skip

    training = simulated(TRAINING, size)
    baseline = baseline_of(training)
    heads, related = learnable(baseline)
    if not heads.any():
        raise NotLearned(
            "this scenario plants no pattern that a detector could learn: choose one that does, as "
            "scenario=full"
        )
    validation = simulated(VALIDATION, apart)
    torch.manual_seed(seed)
    pairs = [(training.pairs, training.relations)]

    def more(number: int) -> tuple[Tensor, ...]:
        chosen = numbers(TRAINING, rounds * size)[number * size :][:size]
        found = build_examples(scenario, seed, chosen, features)
        pairs.append((found.pairs, found.relations))
        return _tensors(found)

    batches = Rounds(_tensors(training), more, rounds, passes, _SIZE, seed)
    # The best comes as the rate's cycle ends: to wait for less than half of it stops too early.
    patience = max(_PATIENCE, rounds * passes // 2)
    course = Course(rounds * passes, _SIZE, _RATE, patience, device)
    market, figures = _market(training, batches, validation, heads, course, progress)
    looks, truths = (np.concatenate(each) for each in zip(*pairs, strict=True))
    pair, more_figures = _pairs(looks, truths, validation, related, seed, device, progress)
    calibration = simulated(CALIBRATION, apart)
    with torch.no_grad():
        logits = market(torch.from_numpy(calibration.inputs))
        told = pair(torch.from_numpy(calibration.pairs))
    truth, counts = torch.from_numpy(calibration.truth), torch.from_numpy(calibration.counts)
    sharp = market_sharpness(logits, truth, counts)
    sharp_pair = pair_sharpness(told, torch.from_numpy(calibration.relations))
    after = market_losses(logits * torch.from_numpy(sharp), truth, counts).numpy()
    least = constant_losses(baseline, calibration)
    figures |= more_figures | {
        "sessions": {"training": rounds * size, "validation": apart, "calibration": apart},
        "temperature": {name: 1.0 / float(s) for name, s in zip(HEADS, sharp, strict=True)},
        "pair_temperature": {
            name: 1.0 / float(s) for name, s in zip(("group", "sign"), sharp_pair, strict=False)
        },
        "calibration_loss": _shares(after, least, heads),
    }
    return Fitted(Weights(market.arrays(sharp), pair.arrays(sharp_pair)), figures)


def _shares(found: np.ndarray, constant: np.ndarray, heads: np.ndarray) -> dict[str, float]:
    each = zip(HEADS, found, constant, heads, strict=True)
    return {name: float(a / b) for name, a, b, learned in each if learned}


def _market(
    training: Examples, batches: Rounds, validation: Examples, heads: np.ndarray, course: Course,
    progress: Progress,
) -> tuple[MarketNetwork, dict[str, Any]]:  # fmt: skip
    baseline = baseline_of(training)
    least = constant_losses(baseline, training)
    weight = torch.from_numpy(np.where(heads, 1.0 / np.maximum(least, 1e-9), 0.0) / heads.sum())
    weight = weight.float()

    def losses(logits: Tensor, truth: Tensor, counts: Tensor) -> Tensor:
        return (market_losses(logits, truth, counts) * weight.to(logits.device)).sum()

    network = MarketNetwork(training.inputs, UNITS)
    network.begin_at(np.clip(baseline.market, 1e-4, 1.0 - 1e-4))
    inputs, truth, counts = _tensors(validation)
    best = learn(
        network, losses, batches, (inputs, truth, counts), course,
        lambda done, loss: progress(
            "training", done, course.passes, f"{loss:.3f} of the constants' loss"
        ),
    )  # fmt: skip
    constant = constant_losses(baseline, validation)
    limit = float((constant * weight.numpy()).sum())
    if not best < _BETTER * limit:
        raise NotLearned(
            f"training did not converge: on validation sessions the loss is {best / limit:.2f} of "
            "the best constants'; give it more sessions or passes"
        )
    network.silence(~heads)
    with torch.no_grad():
        found = market_losses(network(inputs), truth, counts).numpy()
    return network, {"validation_loss": _shares(found, constant, heads)}


def _pairs(
    pairs: np.ndarray, told: np.ndarray, validation: Examples, related: bool, seed: int,
    device: str, progress: Progress,
) -> tuple[PairsNetwork, dict[str, Any]]:  # fmt: skip
    if not related:
        network = PairsNetwork(np.zeros((1, validation.pairs.shape[-1]), np.float32), PAIR_UNITS)
        with torch.no_grad():
            network.heads.weight.zero_()
            network.heads.bias.copy_(torch.tensor([-9.0, -9.0, 0.0, -9.0]))
        return network, {}
    baseline = pair_baseline(told)
    weight = torch.from_numpy(0.5 / constant_pair_losses(baseline, told))

    def losses(logits: Tensor, relations: Tensor) -> Tensor:
        return (pair_losses(logits, relations) * weight.to(logits.device)).sum()

    network = PairsNetwork(pairs, PAIR_UNITS)
    batches = Minibatches((torch.from_numpy(pairs), torch.from_numpy(told)), _PAIR_SIZE, seed)
    inputs, truth = torch.from_numpy(validation.pairs), torch.from_numpy(validation.relations)
    passes = max(4, -(-2_000 // len(batches)))
    course = Course(passes, _PAIR_SIZE, _PAIR_RATE, _PATIENCE, device)
    best = learn(
        network, losses, batches, (inputs, truth), course,
        lambda done, loss: progress("relating", done, passes, f"{loss:.3f} of the constants' loss"),
    )  # fmt: skip
    constant = constant_pair_losses(baseline, validation.relations)
    limit = float((constant * weight.numpy()).sum())
    if not best < _BETTER * limit:
        raise NotLearned(
            "training on pairs of markets did not converge: on validation sessions the loss is "
            f"{best / limit:.2f} of the best constants'; give it more sessions"
        )
    with torch.no_grad():
        logits = network(inputs)
        found = pair_losses(logits, truth).numpy() / constant
        same = (logits[:, 0] > 0.0) == (truth[:, SAME] > 0)
        sign = logits[:, 1:].argmax(1) == truth[:, SIGN]
    return network, {
        "pair_validation_loss": {"group": float(found[0]), "sign": float(found[1])},
        "pair_accuracy": {"group": float(same.float().mean()), "sign": float(sign.float().mean())},
    }


def _tensors(examples: Examples) -> tuple[Tensor, Tensor, Tensor]:
    parts = (examples.inputs, examples.truth, examples.counts)
    inputs, truth, counts = (torch.from_numpy(part) for part in parts)
    return inputs, truth, counts
