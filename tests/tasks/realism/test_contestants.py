"""Which fill models compete, and the ladder that leads to the best of them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from kalshi_exp.config import (
    DepthFill,
    HazardFill,
    Impact,
    OldFill,
    ProbabilisticFill,
    QueueFill,
    recompose,
)
from kalshi_exp.tasks.realism.contestants import BEST, as_exact_as, contestants, draws_fills, ladder


@pytest.mark.parametrize(
    ("fill", "draws"),
    [
        (OldFill(), False),
        (DepthFill(), False),
        (ProbabilisticFill(), True),
        (HazardFill(), True),
        (QueueFill(pick_off_s=1.0), False),
        (QueueFill(drawn=True), True),
    ],
)
def test_who_draws_is_played_more_than_once(fill: object, draws: bool) -> None:
    assert draws_fills(fill) is draws  # type: ignore[arg-type]


def test_every_file_competes_in_a_fixed_order() -> None:
    names = list(contestants([], []))
    assert names[:3] == [BEST, "old", "depth"] and names[-3:] == sorted(names[-3:])
    assert {"hazard", "queue_power", "queue_log"} == set(names[-3:])


def test_the_ladder_gives_up_one_assumption_at_a_time_and_ends_at_the_best() -> None:
    truth = recompose(["fill=queue"]).fill
    best = as_exact_as(contestants([BEST], [])[BEST], truth)
    rungs = ladder(best, truth)
    assert [label for label, _ in rungs] == [
        "old, at once",
        "orders take time",
        "depth is finite",
        "there is a queue",
        "cancels are whole orders",
        "taken liquidity comes back",
        "newcomers see our order",
    ]
    assert rungs[-1][1] == best
    assert all(one[1] != other[1] for one, other in pairwise(rungs))
    pushing = ladder(
        QueueFill(impact=Impact(small=1.0), latency=truth.latency, fees=truth.fees), truth
    )
    assert [label for label, _ in pushing][-1] == "our takes move prices"
    assert ladder(OldFill(), truth) == []
