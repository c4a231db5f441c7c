from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from kalshi_exp.metrics import EQUITY, FILLS, SESSIONS, Records, RecordsError
from kalshi_exp.metrics.records import TABLES
from tests.metrics.sample_records import sample_records


def test_written_records_read_back_equal(tmp_path: Path) -> None:
    records = sample_records(3)
    records.write(tmp_path)
    again = Records.read(tmp_path)
    for name in TABLES:
        assert_frame_equal(getattr(records, name), getattr(again, name))
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.parquet" for name in TABLES}


def test_records_of_before_opportunities_were_kept_have_none(tmp_path: Path) -> None:
    sample_records(3).write(tmp_path)
    (tmp_path / "opportunities.parquet").unlink()
    assert Records.read(tmp_path).opportunities.is_empty()


def test_the_order_of_rows_and_columns_does_not_matter() -> None:
    records = sample_records(4)
    shuffled = Records(
        records.sessions.sample(fraction=1.0, shuffle=True, seed=1).select(sorted(SESSIONS)),
        records.fills,
        records.equity,
    )
    assert_frame_equal(shuffled.sessions, records.sessions)


def test_concat_joins_folds_and_none_is_empty() -> None:
    agent = sample_records(3, policies=("agent/deterministic",))
    maker = sample_records(3, policies=("maker",))
    joined = Records.concat([maker, agent])
    assert joined.policies == ["agent/deterministic", "maker"]
    assert len(joined.sessions) == 6
    empty = Records.concat([])
    assert empty.policies == []
    assert (empty.sessions.schema, empty.fills.schema, empty.equity.schema) == (
        SESSIONS,
        FILLS,
        EQUITY,
    )


def test_a_missing_column_is_named() -> None:
    records = sample_records(2)
    with pytest.raises(RecordsError, match=r"sessions of these records lack.*violations"):
        Records(records.sessions.drop("violations"), records.fills, records.equity)


def test_a_wrong_type_is_refused() -> None:
    records = sample_records(2)
    wrong = records.sessions.with_columns(pnl=pl.lit("much"))
    with pytest.raises(RecordsError, match="wrong type"):
        Records(wrong, records.fills, records.equity)


def test_a_session_judged_twice_is_refused() -> None:
    records = sample_records(2, policies=("maker",))
    with pytest.raises(RecordsError, match="recorded twice for policy maker"):
        Records.concat([records, records])


def test_reading_a_folder_without_records_says_so(tmp_path: Path) -> None:
    with pytest.raises(RecordsError, match=r"sessions\.parquet"):
        Records.read(tmp_path)
