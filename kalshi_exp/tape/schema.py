"""Tables of a tape folder and the checks at its boundary (pandera on eager polars frames)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaErrors

from kalshi_exp.market.units import PRICE_ONE
from kalshi_exp.tape.quarantine import TapeError
from kalshi_exp.tape.session import Kind

PARSER_VERSION = 1


class Messages(pa.DataFrameModel):
    """`sessions/<name>.parquet`: all markets of a session, one after another, each by time."""

    market: pl.Int16 = pa.Field(ge=0)  # place in the session's markets
    ts: pl.Int64 = pa.Field(ge=0)  # exchange time, ns
    recv_ts: pl.Int64 = pa.Field(ge=-1)  # receive time, ns; -1 unknown
    kind: pl.Int8 = pa.Field(ge=0, le=max(Kind))
    side: pl.Int8 = pa.Field(ge=0, le=1)
    price: pl.Int32 = pa.Field(gt=0, lt=PRICE_ONE)  # YES scale, 1e-4 dollars
    size: pl.Int64  # 1e-2 contracts, signed

    class Config:
        """Exactly these columns, of exactly these types."""

        strict = True
        ordered = True

    @pa.dataframe_check(error="each market's messages must be together and in order of time")
    def in_order(cls, data: PolarsData) -> pl.LazyFrame:
        """Markets together, each by time."""
        same = pl.col("market").diff() == 0
        later = pl.col("ts").diff() >= 0
        return data.lazyframe.select(
            ((same & later) | (pl.col("market").diff() > 0)).fill_null(True).alias("ok")
        )

    @pa.dataframe_check(error="a message's size must have the sign of its kind")
    def signs(cls, data: PolarsData) -> pl.LazyFrame:
        """Sizes have the sign of their kind."""
        kind, size = pl.col("kind"), pl.col("size")
        return data.lazyframe.select(
            pl.when(kind.is_in([Kind.ADD, Kind.PRINT]))
            .then(size > 0)
            .when(kind.is_in([Kind.CANCEL, Kind.FILL]))
            .then(size < 0)
            .when(kind == Kind.GAP)
            .then(size == 0)
            .otherwise(size != 0)
            .alias("ok")
        )


class Markets(pa.DataFrameModel):
    """`markets.parquet`: a row a market and session."""

    ticker: pl.String
    event: pl.String
    series: pl.String
    session: pl.String
    market: pl.Int16 = pa.Field(ge=0)
    open_ts: pl.Int64 = pa.Field(ge=-1)
    close_ts: pl.Int64 = pa.Field(ge=0)  # end of trading on the tape
    official_close_ts: pl.Int64 = pa.Field(ge=-1)  # as the exchange gave it; -1 unknown
    settlement: pl.Int32 = pa.Field(ge=-1, le=PRICE_ONE)
    ladder: pl.String  # PriceGrid.to_json
    epochs: pl.String  # [[ns, PriceGrid.to_json], ...]
    messages: pl.Int64 = pa.Field(ge=0)
    gaps: pl.Int64 = pa.Field(ge=0)
    session_start_ts: pl.Int64 = pa.Field(ge=0)
    session_end_ts: pl.Int64 = pa.Field(ge=0)

    class Config:
        """Exactly these columns, of exactly these types."""

        strict = True
        ordered = True


class OwnFills(pa.DataFrameModel):
    """`own_fills.parquet`: fills of the recording account, kept apart from the tape."""

    ticker: pl.String
    ts: pl.Int64 = pa.Field(ge=-1)
    recv_ts: pl.Int64 = pa.Field(ge=-1)
    trade_id: pl.String
    order_id: pl.String
    client_order_id: pl.String
    taker: pl.Boolean
    side: pl.Int8 = pa.Field(ge=0, le=1)  # of our order, on the YES book
    price: pl.Int32 = pa.Field(gt=0, lt=PRICE_ONE)
    size: pl.Int64 = pa.Field(gt=0)
    fee: pl.Int64  # 1e-6 dollars; -1 unknown
    position: pl.Int64  # after it, 1e-2 contracts, + YES

    class Config:
        """Exactly these columns, of exactly these types."""

        strict = True
        ordered = True


class Faults(pa.DataFrameModel):
    """`quarantine.parquet`: a row a fault."""

    file: pl.String
    line: pl.Int64 = pa.Field(ge=0)
    reason: pl.String
    kept: pl.Boolean
    detail: pl.String

    class Config:
        """Exactly these columns, of exactly these types."""

        strict = True
        ordered = True


TABLES: dict[str, type[pa.DataFrameModel]] = {
    "messages": Messages,
    "markets": Markets,
    "own_fills": OwnFills,
    "quarantine": Faults,
}


def columns(table: str) -> dict[str, Any]:
    """Column names and polars types of a table, in order."""
    return {name: column.dtype.type for name, column in TABLES[table].to_schema().columns.items()}


def schema_hash() -> str:
    """Hash of every table's columns and types and of the parser's version."""
    shape = {table: {k: str(v) for k, v in columns(table).items()} for table in TABLES}
    text = json.dumps([PARSER_VERSION, shape], sort_keys=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def validate(frame: pl.DataFrame, table: str, where: str) -> pl.DataFrame:
    """Check a table at the boundary.

    Args:
        frame: eager; pandera lets bad data through on lazy frames.
        table: one of `TABLES`.
        where: what is being checked, for the sentence.

    Raises:
        TapeError: it has other columns, types or values than it must; all faults in one sentence.
    """
    if isinstance(frame, pl.LazyFrame):
        raise TypeError("validate takes an eager DataFrame: collect it first")
    try:
        return TABLES[table].validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        found = [
            f"{row['column'] or 'table'} fails {row['check']} ({row['count']}x, as {row['case']})"
            for row in cases.group_by("column", "check", maintain_order=True)
            .agg(pl.len().alias("count"), pl.col("failure_case").first().alias("case"))
            .head(5)
            .to_dicts()
        ]
        raise TapeError(f"{where} is not a valid {table} table: {'; '.join(found)}") from None
