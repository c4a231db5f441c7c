from __future__ import annotations

import polars as pl
import pytest

from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.matrix import EXCHANGE, KEYS, Plays, matrix_figures, named_matrix
from tests.metrics.matrix.played import BASELINES, MODELS, payload, study


def test_every_cell_of_the_matrix_is_there_with_its_interval() -> None:
    found = payload()
    assert list(found["money"]) == [*MODELS, EXCHANGE] == found["judges"]
    for row in found["money"].values():
        assert list(row) == [*MODELS, *BASELINES]
        assert all(one["lo"] <= one["value"] <= one["hi"] for one in row.values())
    assert found["money"]["old"]["old"]["value"] > 0 > found["money"][EXCHANGE]["old"]["value"]
    assert found["best"] == "queue" and list(found["loss"]) == ["old"]
    assert found["seeds"] == [0, 1, 2] and found["sessions"] == 40 and not found["notes"]
    assert len(found["money_by_seed"]["old"]) == 3
    assert found["sampled"]["old"]["value"] == pytest.approx(
        found["money"][EXCHANGE]["old"]["value"] - 1.0
    )
    assert found["care"]["reference"] == "old"
    assert found["headline"] == " ".join(found["sentences"])


def test_every_key_says_what_it_is() -> None:
    found = payload()
    assert set(KEYS) <= set(found)
    plain = {"schema", "models", "baselines", "judges", "seeds", "sessions", "figures"}
    assert set(found) - set(KEYS) == plain | {"rules", "keys", "interval", "notes", "headline"}


def test_it_depends_on_the_plays_alone_not_on_their_order() -> None:
    habits = {name: {} for name in MODELS}
    plays = study(dict.fromkeys(MODELS, 1.0), dict.fromkeys(MODELS, 2.0), habits)
    mixed = Plays(plays.frame.sample(fraction=1.0, shuffle=True, seed=1))
    one, other = (to_bytes(matrix_figures(p, MODELS, BASELINES, 200, 0)) for p in (plays, mixed))
    assert one == other


def test_flat_names_for_loggers() -> None:
    found = payload()
    flat = named_matrix(found)
    assert flat["matrix/real_money/old"] == found["money"][EXCHANGE]["old"]
    assert flat["matrix/loss/old"]["value"] == found["loss"]["old"]["value"]
    assert "matrix/loss/queue" not in flat and flat["matrix/best"] == "queue"
    assert flat["matrix/phantom/old"]["value"] == pytest.approx(50.0)
    assert flat["matrix/mean_order_size/queue"]["value"] == 6.0
    assert flat["matrix/passive_share/queue"]["value"] == 0.9


def test_one_seed_is_said_to_be_one() -> None:
    assert "One training seed" in payload(seeds=1)["notes"][0]


def test_a_missing_contest_is_refused() -> None:
    habits = {name: {} for name in MODELS}
    plays = study(dict.fromkeys(MODELS, 1.0), dict.fromkeys(MODELS, 2.0), habits)
    short = Plays(plays.frame.filter(pl.col("judge") != "old"))
    with pytest.raises(ValueError, match="did not play every session"):
        matrix_figures(short, MODELS, BASELINES, 200, 0)
