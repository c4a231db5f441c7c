"""A detector from nothing: simulate, train on some sessions, stop by others, calibrate on more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, final

import numpy as np
import torch
from torch import Tensor

from kalshi_exp.config import FeatureGroup, Scenario
from kalshi_exp.learn.detectors.examples import Examples, build_examples
from kalshi_exp.learn.detectors.learner import Course, learn
from kalshi_exp.learn.detectors.losses import (
    baseline_of,
    constant_losses,
    learnable,
    market_losses,
    pair_losses,
)
from kalshi_exp.learn.detectors.networks import MarketNetwork, PairsNetwork
from kalshi_exp.learn.detectors.sessions import CALIBRATION, TRAINING, VALIDATION, numbers
from kalshi_exp.learn.detectors.temperature import market_sharpness, pair_sharpness
from kalshi_exp.patterns.weights import HEADS, Weights

UNITS, PAIR_UNITS = 32, 16
_KEPT_APART = 5  # for each so many training sessions one of validation and one of calibration
_BETTER = 0.98  # of the constants' loss: more is nothing learned
_RATE, _PAIR_RATE = 5e-3, 1e-2

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

    Args:
        scenario: what is planted at most in a session.
        seed: of the market, of first weights and of the order of minibatches.
        features: feature groups; their settings are used.
        sessions: to train on; a fifth as many each stop and calibrate.
        passes: over them, at most.
        device: of torch.
        progress: called often.

    Raises:
        NotLearned: nothing is planted, or validation ends no better than the best constant.
        ValueError: so many sessions that the numbers of one sort reach those of the next.
        KeyboardInterrupt: it was interrupted.
    """
    apart = max(sessions // _KEPT_APART, 4)
    sorts = [(TRAINING, sessions), (VALIDATION, apart), (CALIBRATION, apart)]
    chosen = [numbers(first, count) for first, count in sorts]
    total = sum(map(len, chosen))

    def simulated(sort: int) -> Examples:
        before = sum(map(len, chosen[:sort]))

        def counted() -> Any:
            for done, number in enumerate(chosen[sort]):
                progress("simulating", before + done, total, "")
                yield number

        return build_examples(scenario, seed, counted(), features)

    training = simulated(0)
    baseline = baseline_of(training)
    heads, related = learnable(baseline)
    if not heads.any():
        raise NotLearned(
            "this scenario plants no pattern that a detector could learn: choose one that does, as "
            "scenario=full"
        )
    validation, calibration = simulated(1), simulated(2)
    torch.manual_seed(seed)
    market, figures = _market(training, validation, heads, seed, passes, device, progress)
    pair, more = _pairs(training, validation, related, seed, device, progress)
    with torch.no_grad():
        logits = market(torch.from_numpy(calibration.inputs))
        told = pair(torch.from_numpy(calibration.pairs))
    truth, counts = torch.from_numpy(calibration.truth), torch.from_numpy(calibration.counts)
    sharp = market_sharpness(logits, truth, counts)
    sharp_pair = pair_sharpness(told, torch.from_numpy(calibration.relations))
    after = market_losses(logits * torch.from_numpy(sharp), truth, counts).numpy()
    least = constant_losses(baseline, calibration)[0]
    figures |= more | {
        "sessions": {"training": sessions, "validation": apart, "calibration": apart},
        "temperature": {name: 1.0 / float(s) for name, s in zip(HEADS, sharp, strict=True)},
        "pair_temperature": {
            name: 1.0 / float(s) for name, s in zip(("group", "sign"), sharp_pair, strict=False)
        },
        "calibration_loss": {
            name: float(a / b)
            for name, a, b, on in zip(HEADS, after, least, heads, strict=True)
            if on
        },
    }
    return Fitted(Weights(market.arrays(sharp), pair.arrays(sharp_pair)), figures)


def _market(
    training: Examples, validation: Examples, heads: np.ndarray, seed: int, passes: int,
    device: str, progress: Progress,
) -> tuple[MarketNetwork, dict[str, Any]]:  # fmt: skip
    baseline = baseline_of(training)
    least = constant_losses(baseline, training)[0]
    weight = torch.from_numpy(np.where(heads, 1.0 / np.maximum(least, 1e-9), 0.0) / heads.sum())
    weight = weight.float()

    def losses(logits: Tensor, truth: Tensor, counts: Tensor) -> Tensor:
        return (market_losses(logits, truth, counts) * weight.to(logits.device)).sum()

    network = MarketNetwork(training.inputs, UNITS)
    network.begin_at(np.clip(baseline.market, 1e-4, 1.0 - 1e-4))
    course = Course(passes, 32, _RATE, 4, seed, device)
    best = learn(
        network, losses, _tensors(training), _tensors(validation), course,
        lambda done, loss: progress("training", done, passes, f"{loss:.3f} of the constants' loss"),
    )  # fmt: skip
    constant = constant_losses(baseline, validation)[0]
    limit = float((constant * weight.numpy()).sum())
    if not best < _BETTER * limit:
        raise NotLearned(
            f"training did not converge: on validation sessions the loss is {best / limit:.2f} of "
            "the best constants'; give it more sessions or passes"
        )
    with torch.no_grad():  # what could not be learned stays as it began
        network.heads.weight[torch.from_numpy(~heads)] = 0.0
    with torch.no_grad():
        inputs, truth, counts = _tensors(validation)
        found = market_losses(network(inputs), truth, counts).numpy()
    each = zip(HEADS, found, constant, heads, strict=True)
    return network, {
        "validation_loss": {name: float(a / b) for name, a, b, on in each if on},
    }


def _pairs(
    training: Examples, validation: Examples, related: bool, seed: int, device: str,
    progress: Progress,
) -> tuple[PairsNetwork, dict[str, Any]]:  # fmt: skip
    if not related:
        network = PairsNetwork(np.zeros((1, training.pairs.shape[-1]), np.float32), PAIR_UNITS)
        with torch.no_grad():
            network.heads.weight.zero_()
            network.heads.bias.copy_(torch.tensor([-9.0, -9.0, 0.0, -9.0]))
        return network, {}
    baseline = baseline_of(training)
    weight = torch.from_numpy(0.5 / constant_losses(baseline, training)[1])

    def losses(logits: Tensor, relations: Tensor) -> Tensor:
        return (pair_losses(logits, relations) * weight.to(logits.device)).sum()

    network = PairsNetwork(training.pairs, PAIR_UNITS)
    held = [
        (torch.from_numpy(each.pairs), torch.from_numpy(each.relations))
        for each in (training, validation)
    ]
    passes = 12
    course = Course(passes, 512, _PAIR_RATE, 4, seed + 1, device)
    best = learn(
        network, losses, held[0], held[1], course,
        lambda done, loss: progress("relating", done, passes, f"{loss:.3f} of the constants' loss"),
    )  # fmt: skip
    constant = constant_losses(baseline, validation)[1]
    limit = float((constant * weight.numpy()).sum())
    if not best < _BETTER * limit:
        raise NotLearned(
            "training on pairs of markets did not converge: on validation sessions the loss is "
            f"{best / limit:.2f} of the best constants'; give it more sessions"
        )
    with torch.no_grad():
        logits = network(held[1][0])
        found = pair_losses(logits, held[1][1]).numpy() / constant
        same = (logits[:, 0] > 0.0) == (held[1][1][:, 0] > 0)
        sign = logits[:, 1:].argmax(1) == held[1][1][:, 1]
    return network, {
        "pair_validation_loss": {"group": float(found[0]), "sign": float(found[1])},
        "pair_accuracy": {"group": float(same.float().mean()), "sign": float(sign.float().mean())},
    }


def _tensors(examples: Examples) -> tuple[Tensor, Tensor, Tensor]:
    parts = (examples.inputs, examples.truth, examples.counts)
    inputs, truth, counts = (torch.from_numpy(part) for part in parts)
    return inputs, truth, counts
