from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from kalshi_exp.metrics.differences import NO_DIFFERENCE, TOO_LITTLE
from kalshi_exp.metrics.matrix import EXCHANGE, Plays
from kalshi_exp.metrics.matrix.money import by_seed, corrected, losses, money, phantom
from kalshi_exp.metrics.matrix.sentences import PROMISES_LESS, PROMISES_MORE
from tests.metrics.matrix.played import rows

RNG = np.random.default_rng(7)
SESSION = RNG.normal(0, 20, (30, 1))  # what every policy meets alike
REAL = {
    "old": SESSION + RNG.normal(-10, 1, (30, 3)),
    "depth": SESSION + RNG.normal(4.9, 1, (30, 3)),
    "queue": SESSION + RNG.normal(5, 1, (30, 3)),
}
PROMISED = {"old": REAL["old"] + 40.0, "depth": REAL["depth"] - 3.0, "queue": REAL["queue"]}


def plays() -> Plays:
    real = [rows(name, dollars) for name, dollars in REAL.items()]
    own = [rows(name, dollars, name) for name, dollars in PROMISED.items()]
    return Plays(pl.concat([*real, *own]))


def test_money_is_the_mean_over_sessions_and_seeds() -> None:
    one = money(plays(), "old", EXCHANGE, 200, 0)
    assert one.estimate.value == pytest.approx(REAL["old"].mean(), abs=1e-5)
    assert one.estimate.n == 30 and one.seeds == 3
    assert by_seed(plays(), "old", EXCHANGE) == pytest.approx(REAL["old"].mean(0), abs=1e-5)


def test_a_loss_is_paired_better_first_and_corrected_over_all_pairs() -> None:
    found = {(row["better"], row["model"]): row for row in losses(plays(), list(REAL), 500, 0)}
    means = {name: dollars.mean() for name, dollars in REAL.items()}
    order = sorted(means, key=means.__getitem__, reverse=True)
    assert set(found) == {(order[0], order[1]), (order[0], order[2]), (order[1], order[2])}
    for (better, model), row in found.items():
        assert row["value"] == pytest.approx(means[better] - means[model], abs=1e-5)
        assert row["value"] >= 0 and row["p_holm"] >= row["p"]
    # What a session brings to everybody cancels: seven times as wide it would hide the loss.
    row = found[order[0], "old"]
    assert row["verdict"] == "better than old" and row["hi"] - row["lo"] < 6
    assert row["sessions_won"] == 30 and row["sessions_lost"] == 0
    assert found[order[0], order[1]]["verdict"] == NO_DIFFERENCE


def test_of_two_that_earn_the_same_the_first_named_is_the_better() -> None:
    same = Plays(pl.concat([rows("b", SESSION), rows("a", SESSION)]))
    (row,) = losses(same, ["b", "a"], 200, 0)
    assert (row["better"], row["model"], row["value"], row["p"]) == ("b", "a", 0.0, 1.0)


def test_too_few_sessions_give_no_verdict() -> None:
    few = Plays(pl.concat(rows(name, dollars[:5]) for name, dollars in REAL.items()))
    assert {row["verdict"] for row in losses(few, list(REAL), 200, 0)} == {TOO_LITTLE}


def test_phantom_money_is_what_is_promised_and_not_paid() -> None:
    found = phantom(plays(), list(REAL), 500, 0)
    assert found["old"]["value"] == pytest.approx(40.0)
    assert found["old"]["verdict"] == PROMISES_MORE
    assert found["depth"]["value"] == pytest.approx(-3.0)
    assert found["depth"]["verdict"] == PROMISES_LESS
    assert found["queue"]["value"] == 0.0 and found["queue"]["verdict"] == NO_DIFFERENCE
    assert EXCHANGE not in phantom(Plays(rows(EXCHANGE, SESSION)), [EXCHANGE], 200, 0)


def test_holm_leaves_out_what_has_no_p() -> None:
    assert corrected([0.01, None, 0.04]) == [0.02, None, 0.04]
    assert corrected([None]) == [None]
