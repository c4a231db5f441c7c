from __future__ import annotations

import numpy as np
import torch
from torch import nn

from kalshi_exp.learn.detectors import Course, learn
from kalshi_exp.learn.detectors.learner import Minibatches, Rounds

DRAWS = np.random.default_rng(3)
X = torch.from_numpy(DRAWS.normal(size=(300, 4)).astype(np.float32))
Y = X @ torch.tensor([1.0, -2.0, 0.0, 0.5])


def squares(outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return (outputs[:, 0] - y).square().mean()


def trained(passes: int, told: list[float], patience: int = 9) -> tuple[nn.Module, float]:
    torch.manual_seed(1)
    network = nn.Linear(4, 1)
    course = Course(passes, 32, 0.1, patience)
    held = Minibatches((X[:200], Y[:200]), 32, 5), (X[200:], Y[200:])
    best = learn(network, squares, *held, course, lambda done, loss: told.append(loss))
    return network, best


def test_it_learns_the_same_each_time() -> None:
    first: list[float] = []
    second: list[float] = []
    network, best = trained(12, first)
    again, _ = trained(12, second)
    assert first == second and len(first) == 12
    assert best == min(first) < 0.01 * float(Y.square().mean())
    for one, other in zip(network.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)


def test_the_best_weights_are_kept_and_it_stops_when_nothing_gets_better() -> None:
    losses: list[float] = []

    def worse(outputs: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return -squares(outputs, y) if torch.is_grad_enabled() else squares(outputs, y)

    torch.manual_seed(1)
    network = nn.Linear(4, 1)
    held = Minibatches((X[:200], Y[:200]), 32, 5), (X[200:], Y[200:])
    best = learn(network, worse, *held, Course(30, 32, 0.1, 3), lambda _, x: losses.append(x))
    assert len(losses) == 4, "one pass and three without anything better"
    with torch.no_grad():
        assert abs(float(squares(network(X[200:]), Y[200:])) - best) < 1e-5


def test_each_row_comes_once_a_pass_in_a_new_order() -> None:
    rows = torch.arange(10)
    batches = Minibatches((rows, -rows), 4, 2)
    first, second = ([batch[0].tolist() for batch in batches] for _ in range(2))
    assert len(batches) == len(first) == 3
    assert sorted(row for batch in first for row in batch) == list(range(10)) and first != second
    assert all(torch.equal(a, -b) for a, b in batches)
    assert next(iter(Minibatches((rows,), 4, None)))[0].tolist() == [0, 1, 2, 3]


def test_rounds_are_gone_over_and_then_made_anew() -> None:
    asked: list[int] = []

    def more(number: int) -> tuple[torch.Tensor, ...]:
        asked.append(number)
        return (torch.arange(10) + 100 * number,)

    rounds = Rounds((torch.arange(10),), more, rounds=3, passes=2, size=4, seed=1)
    passes = [[row for batch in rounds for row in batch[0].tolist()] for _ in range(6)]
    assert len(rounds) == 3 and asked == [1, 2]
    for number, rows in enumerate(passes):
        assert sorted(rows) == [100 * (number // 2) + row for row in range(10)]
    assert passes[0] != passes[1]
