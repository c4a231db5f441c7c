"""What a training taught about orders: how large, how patient, how many."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from kalshi_exp.env.actions import ACTIONS, HOLD, SIZES
from kalshi_exp.market.units import MONEY_ONE, SIZE_ONE
from kalshi_exp.metrics.bootstrap import ratio
from kalshi_exp.metrics.matrix.crossed import Crossed, crossed
from kalshi_exp.metrics.matrix.plays import Plays

_contracts = np.array([action.contracts for action in ACTIONS], np.int64)


@final
@dataclass(frozen=True)
class Behaviour:
    """One figure of how a policy orders: a total over another.

    Attributes:
        name: key in matrix.json.
        title: as tables show it.
        unit: of the figure, as `metrics.show` knows them.
        meaning: one sentence.
        columns: of `PLAYS` that it needs.
        parts: totals' columns [..., columns] -> numerator and denominator [..., 2].
        scale: divides the ratio.
        most: what the figure can't go beyond.
        nothing: why it can't be formed where the denominator is zero.
    """

    name: str
    title: str
    unit: str
    meaning: str
    columns: tuple[str, ...]
    parts: Callable[[np.ndarray], np.ndarray]
    scale: float = 1.0
    most: float = math.inf
    nothing: str = "it ordered nothing"


def _orders(actions: np.ndarray) -> np.ndarray:
    return actions.sum(-1) - actions[..., HOLD]


def _asked(actions: np.ndarray) -> np.ndarray:
    return actions @ _contracts


def _pair(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    return np.stack([first, second], -1)


def _of_size(size: int) -> Behaviour:
    mine = np.where(_contracts == size, _contracts, 0)
    return Behaviour(
        f"size_{size}",
        f"Asked for {size} at a time",
        "%",
        f"Share of the contracts asked for that were asked for {size} at a time.",
        ("actions",),
        lambda actions: _pair(actions @ mine, _asked(actions)),
        most=1.0,
    )


MIX = tuple(_of_size(size) for size in SIZES)
"""The size mix: the shares sum to one."""

ORDER_SIZE = Behaviour(
    "mean_order_size",
    "Mean order",
    "contracts",
    "Contracts asked for over decisions that ordered, whether or not a like order stood already.",
    ("actions",),
    lambda actions: _pair(_asked(actions), _orders(actions)),
)

PASSIVE_SHARE = Behaviour(
    "passive_share",
    "Passive share of contracts placed",
    "%",
    "Contracts that came to rest over all contracts placed, resting or taking.",
    ("passive_placed", "aggressive_placed"),
    lambda placed: _pair(placed[..., 0], placed.sum(-1)),
    most=1.0,
)

FIGURES: tuple[Behaviour, ...] = (
    ORDER_SIZE,
    PASSIVE_SHARE,
    Behaviour(
        "passive_filled_share",
        "Passive share of contracts filled",
        "%",
        "Contracts filled while resting over all contracts filled.",
        ("passive_filled", "aggressive_filled"),
        lambda filled: _pair(filled[..., 0], filled.sum(-1)),
        most=1.0,
        nothing="nothing was filled",
    ),
    Behaviour(
        "order_share",
        "Decisions that order",
        "%",
        "Share of the decisions that ordered something, rather than hold.",
        ("actions",),
        lambda actions: _pair(_orders(actions), actions.sum(-1)),
        most=1.0,
        nothing="no decision was made",
    ),
    Behaviour(
        "trades_per_session",
        "Trades a session",
        "ratio",
        "Fills a session.",
        ("fills", "plays"),
        lambda columns: columns,
    ),
    Behaviour(
        "contracts_per_session",
        "Contracts a session",
        "contracts",
        "Contracts filled a session.",
        ("passive_filled", "aggressive_filled", "plays"),
        lambda c: _pair(c[..., 0] + c[..., 1], c[..., 2]),
        scale=SIZE_ONE,
    ),
    Behaviour(
        "fees_per_session",
        "Fees a session",
        "$",
        "Exchange fees a session.",
        ("fees", "plays"),
        lambda columns: columns,
        scale=MONEY_ONE,
    ),
)
"""Every figure but the size mix, in the order tables show them."""


def measured(
    plays: Plays, contestant: str, judge: str, figure: Behaviour, resamples: int, seed: int
) -> Crossed:
    """One figure of one contestant."""
    values = figure.parts(plays.totals(contestant, judge, list(figure.columns)))
    return crossed(
        values,
        ratio(figure.scale),
        resamples,
        seed,
        bounds=(0.0, figure.most),
        support=values[..., 1].sum(1) > 0,
        nothing=figure.nothing,
    )


def behaviour(
    plays: Plays, contestant: str, judge: str, resamples: int, seed: int
) -> dict[str, Any]:
    """Every figure of a contestant under a judge, JSON-ready, by name; the mix as `size_mix`."""
    out: dict[str, Any] = {
        one.name: measured(plays, contestant, judge, one, resamples, seed).to_dict()
        for one in FIGURES
    }
    out["size_mix"] = {
        str(size): measured(plays, contestant, judge, one, resamples, seed).to_dict()
        for size, one in zip(SIZES, MIX, strict=True)
    }
    return out


def difference(
    plays: Plays,
    contestant: str,
    reference: str,
    judge: str,
    figure: Behaviour,
    resamples: int,
    seed: int,
) -> Crossed:
    """A figure of one contestant less another's, on the same sessions and seeds."""
    sides = [
        figure.parts(plays.totals(name, judge, list(figure.columns)))
        for name in (contestant, reference)
    ]
    one = ratio(figure.scale)
    return crossed(
        np.concatenate(sides, -1),
        lambda sums: one(sums[:, :2]) - one(sums[:, 2:]),
        resamples,
        seed,
        bounds=(-figure.most, figure.most),
        support=(sides[0][..., 1].sum(1) > 0) & (sides[1][..., 1].sum(1) > 0),
        nothing=f"one of the two: {figure.nothing}",
    )
