"""What was true of a simulated session, as one table: planted episodes, beliefs, who did what."""

from __future__ import annotations

import numpy as np
import polars as pl

from kalshi_exp.exchange.belief import STEP
from kalshi_exp.exchange.exchange import Exchange
from kalshi_exp.exchange.labels import FAMILIES
from kalshi_exp.exchange.markets import correlations
from kalshi_exp.exchange.owners import TRADERS
from kalshi_exp.exchange.simulate import ticker
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape.session import Kind

LABELS = pl.Schema(
    {
        "session": pl.String,
        "kind": pl.String,  # a family of `labels`, or group, correlation, belief, order, trade
        "market": pl.String,  # ticker
        "other": pl.String,  # correlation: the other market's ticker; "" otherwise
        "start": pl.Int64,  # ns
        "end": pl.Int64,  # ns; of an instant, the same
        "side": pl.Int8,  # BID, ASK; -1 both or none
        "price": pl.Int32,  # YES, 1e-4 dollars; -1 none
        "value": pl.Float64,  # strength, depth, correlation, probability, contracts; group's number
        "trader": pl.String,  # order, trade: who placed it, who took; "" otherwise
        "message": pl.Int64,  # order, trade: its place among the market's messages; -1 otherwise
    }
)
"""Columns of labels.parquet; nothing that an agent or a detector sees is computed from it."""

_EVERY = SECOND // STEP  # beliefs are told once a second


def truth_of(exchange: Exchange, session: str) -> pl.DataFrame:
    """Everything that a simulated session knew and its tape does not tell.

    Args:
        exchange: played to where the session ends.
        session: its name.

    Returns:
        A table of `LABELS`: by kind, then market in the order of tickers, then time.
    """
    clock = exchange.clock[0]
    names = [
        ticker(int(clock["seed"]), int(clock["number"]), market)
        for market in range(len(exchange.settlement))
    ]
    order = np.argsort(names)
    parts = [_episodes(exchange, names), _groups(exchange, names), _correlations(exchange, names)]
    parts += [_belief(exchange, names, int(market)) for market in order]
    parts += [_messages(exchange, names, int(market)) for market in order]
    return pl.concat(parts).with_columns(session=pl.lit(session)).select(LABELS.names())


def _table(n: int, **columns: object) -> pl.DataFrame:
    """`n` rows with every column, those not given filled with what stands for nothing."""
    blank: dict[str, object] = {
        "session": "", "kind": "", "market": "", "other": "", "start": -1, "end": -1, "side": -1,
        "price": -1, "value": 0.0, "trader": "", "message": -1,
    }  # fmt: skip
    values = {
        name: value if isinstance(value, np.ndarray | list) else np.full(n, value)
        for name, value in (blank | columns).items()
    }
    return pl.DataFrame(values).cast(dict(LABELS))  # type: ignore[arg-type]


def _episodes(exchange: Exchange, names: list[str]) -> pl.DataFrame:
    noted = exchange.labels[: int(exchange.noted[0])]
    table = _table(
        len(noted),
        kind=[FAMILIES[int(family)] for family in noted["family"]],
        market=[names[market] for market in noted["market"]],
        start=noted["start"].copy(),
        end=np.minimum(noted["end"], exchange.clock[0]["close"]),
        side=noted["side"].copy(),
        price=noted["price"].copy(),
        value=noted["value"].copy(),
    )
    return table.sort("kind", "market", "start", "end", "side", "price")


def _groups(exchange: Exchange, names: list[str]) -> pl.DataFrame:
    """The markets whose probabilities sum to one with others', and the number of their group."""
    clock, groups = exchange.clock[0], exchange.markets["group"]
    members = sorted(
        np.flatnonzero(groups >= 0), key=lambda market: (groups[market], names[market])
    )
    return _table(
        len(members),
        kind="group",
        market=[names[market] for market in members],
        start=clock["start"],
        end=clock["close"],
        value=groups[members].astype(float),
    )


def _correlations(exchange: Exchange, names: list[str]) -> pl.DataFrame:
    """Every pair of markets whose beliefs move together, by how much, the lesser ticker first."""
    clock = exchange.clock[0]
    found = correlations(exchange.markets, exchange.belief[:, 0])
    pairs = sorted(
        (min(names[a], names[b]), max(names[a], names[b]), float(found[a, b]))
        for a, b in zip(*np.nonzero(np.triu(found, 1)), strict=True)
    )
    return _table(
        len(pairs),
        kind="correlation",
        market=[pair[0] for pair in pairs],
        other=[pair[1] for pair in pairs],
        start=clock["start"],
        end=clock["close"],
        value=[pair[2] for pair in pairs],
    )


def _belief(exchange: Exchange, names: list[str], market: int) -> pl.DataFrame:
    path = exchange.belief[market, ::_EVERY]
    when = exchange.clock[0]["start"] + np.arange(len(path)) * SECOND
    return _table(len(path), kind="belief", market=names[market], start=when, end=when, value=path)


def _messages(exchange: Exchange, names: list[str], market: int) -> pl.DataFrame:
    """Who placed what rested, and who took what was traded, message by message."""
    log = exchange.engine.log[: int(exchange.engine.counts[0]["logged"])]
    log = log[(log["market"] == market) & (log["ts"] < exchange.clock[0]["close"])]
    told = np.flatnonzero((log["kind"] == Kind.ADD) | (log["kind"] == Kind.FILL))
    rows = log[told]
    added = rows["kind"] == Kind.ADD
    who = np.where(added, rows["owner"], rows["taker"])
    return _table(
        len(rows),
        kind=np.where(added, "order", "trade").tolist(),
        market=names[market],
        start=rows["ts"].copy(),
        end=rows["ts"].copy(),
        side=rows["side"].copy(),
        price=exchange.engine.prices[rows["level"]],
        value=np.abs(rows["size"]) / 100.0,
        trader=[TRADERS.get(int(one), "agent") for one in who],
        message=told,
    )
