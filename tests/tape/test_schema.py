from __future__ import annotations

import polars as pl
import pytest

from kalshi_exp.tape.quarantine import COLUMNS, TapeError
from kalshi_exp.tape.schema import TABLES, columns, schema_hash, validate
from kalshi_exp.tape.session import Kind

GOOD = {
    "market": [0, 0, 1],
    "ts": [5, 5, 3],
    "recv_ts": [-1, 7, 8],
    "kind": [Kind.ADD, Kind.CANCEL, Kind.GAP],
    "side": [0, 1, 0],
    "price": [100, 9900, 5000],
    "size": [10, -10, 0],
}


def _frame(**changes):
    return pl.DataFrame({**GOOD, **changes}, schema=columns("messages"))


def test_a_good_table_passes_unchanged():
    assert validate(_frame(), "messages", "here").equals(_frame())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ts": [6, 5, 3]}, "in order of time"),
        ({"market": [1, 0, 1]}, "in order of time"),
        ({"ts": [-1, 5, 3]}, "'?ts"),
        ({"recv_ts": [-2, 7, 8]}, "recv_ts"),
        ({"kind": [0, 1, 6]}, "kind"),
        ({"side": [0, 2, 0]}, "side"),
        ({"price": [0, 9900, 5000]}, "price"),
        ({"price": [100, 10_000, 5000]}, "price"),
        ({"size": [-10, -10, 0]}, "sign of its kind"),
        ({"size": [10, 10, 0]}, "sign of its kind"),
        ({"size": [10, -10, 1]}, "sign of its kind"),
        ({"size": [10, -10, None]}, "size"),
    ],
)
def test_each_rule_can_fail(changes, words):
    with pytest.raises(TapeError, match=words) as caught:
        validate(_frame(**changes), "messages", "session X")
    assert "session X" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_types_and_columns_are_exact():
    with pytest.raises(TapeError, match="ts"):
        validate(_frame().with_columns(pl.col("ts").cast(pl.Float64)), "messages", "x")
    with pytest.raises(TapeError, match="extra"):
        validate(_frame().with_columns(extra=pl.lit(1)), "messages", "x")
    with pytest.raises(TapeError, match="size"):
        validate(_frame().drop("size"), "messages", "x")


def test_all_faults_are_told_at_once():
    with pytest.raises(TapeError) as caught:
        validate(_frame(side=[9, 9, 9], price=[0, 0, 0]), "messages", "x")
    assert "side" in str(caught.value) and "price" in str(caught.value)


def test_a_lazy_frame_is_refused_because_it_would_pass_unchecked():
    with pytest.raises(TypeError, match="eager"):
        validate(_frame().lazy(), "messages", "x")


def test_the_hash_covers_every_table():
    assert len(schema_hash()) == 16
    assert set(TABLES) == {"messages", "markets", "own_fills", "quarantine"}
    assert columns("quarantine") == COLUMNS
