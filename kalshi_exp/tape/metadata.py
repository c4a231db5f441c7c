"""What is known of a market besides its messages: REST records, lifecycle frames, its ticker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, final

import orjson

from kalshi_exp.tape.frames import FrameError
from kalshi_exp.tape.quarantine import Quarantine, Reason
from kalshi_exp.tape.wire import Lifecycle, iso_time, settlement_price

Ranges = tuple[tuple[str, str, str], ...]


@final
@dataclass
class MarketRecord:
    """One market's facts; -1 and "" where nothing is known.

    Attributes:
        ticker: the market.
        event: its event.
        series: its series.
        open_ts: start of trading, ns.
        close_ts: end of trading, ns.
        settlement: of YES, 1e-4 dollars.
        structure: name of the price structure.
        ranges: (start, end, step) bands in dollars; they outrank the structure's name.
        changes: (time, structure, ranges) of grids that lifecycle frames announced, in order.
        sources: what each fact rests on, for the manifest.
    """

    ticker: str
    event: str = ""
    series: str = ""
    open_ts: int = -1
    close_ts: int = -1
    settlement: int = -1
    structure: str = ""
    ranges: Ranges = ()
    changes: list[tuple[int, str, Ranges]] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)


def metadata_files(source: Path) -> list[Path]:
    """REST records of a source: `metadata/*.json` in it at any depth, or beside it."""
    inside = source.rglob("metadata/**/*.json") if source.is_dir() else iter(())
    beside = (source.parent / "metadata").glob("*.json")
    found = sorted(path for path in inside if path.is_file())
    return found or sorted(path for path in beside if path.is_file())


def _records(node: Any) -> Iterator[dict[str, Any]]:
    """Every event or market record within a JSON answer, however it is wrapped."""
    if isinstance(node, dict):
        if isinstance(node.get("event_ticker"), str) or isinstance(node.get("ticker"), str):
            yield node
        for value in node.values():
            if isinstance(value, dict | list):
                yield from _records(value)
    elif isinstance(node, list):
        for value in node:
            yield from _records(value)


def _ranges(value: Any) -> Ranges:
    return tuple((str(r["start"]), str(r["end"]), str(r["step"])) for r in value or ())


def _market(record: dict[str, Any]) -> MarketRecord:
    def time(key: str) -> int:
        return iso_time(record[key]) if record.get(key) else -1

    settled = settlement_price(record.get("result"), record.get("settlement_value_dollars"))
    return MarketRecord(
        ticker=record["ticker"],
        event=str(record.get("event_ticker") or ""),
        open_ts=time("open_time"),
        close_ts=time("close_time"),
        settlement=settled if record.get("result") else -1,
        structure=str(record.get("price_level_structure") or ""),
        ranges=_ranges(record.get("price_ranges")),
    )


def read_metadata(
    files: list[Path], first: int, quarantine: Quarantine
) -> tuple[dict[str, MarketRecord], dict[str, str]]:
    """Read REST records.

    Args:
        files: JSON files.
        first: number of the first of them in the quarantine's list of files.
        quarantine: receives files that cannot be read.

    Returns:
        Markets by ticker, and series by event.
    """
    markets: dict[str, MarketRecord] = {}
    series: dict[str, str] = {}
    for number, path in enumerate(files, first):
        try:
            for record in _records(orjson.loads(path.read_bytes())):
                if isinstance(record.get("ticker"), str):
                    market = _market(record)
                    market.sources = {"market": "metadata"}
                    markets[market.ticker] = market
                elif record.get("series_ticker"):
                    series[record["event_ticker"]] = str(record["series_ticker"])
        except (OSError, ValueError, KeyError, TypeError, FrameError) as error:
            quarantine.add(number, 0, Reason.BAD_METADATA, f"{type(error).__name__}: {error}")
    return markets, series


def by_convention(ticker: str) -> tuple[str, str]:
    """Event and series of a ticker by Kalshi's habit: SERIES-EVENT-MARKET.

    Returns:
        (event, series): the ticker without its last part, and its first part.
    """
    parts = ticker.split("-")
    return ("-".join(parts[:-1]) if len(parts) > 2 else ticker), parts[0]


def apply_lifecycle(record: MarketRecord, when: int, change: Lifecycle) -> None:
    """Take over what a lifecycle frame says.

    A REST record that already holds the result was fetched after the end, so its times stand.

    Args:
        record: changed in place.
        when: time of the frame, ns; -1 unknown.
        change: the frame.
    """
    final = record.settlement >= 0 and record.sources.get("market") == "metadata"
    if change.event and not record.event:
        record.event = change.event
    if not final:
        record.open_ts = change.open_ts if change.open_ts >= 0 else record.open_ts
        if change.close_ts >= 0:
            record.close_ts = change.close_ts
            record.sources["close"] = "lifecycle"
        if change.settlement >= 0:
            record.settlement = change.settlement
            record.sources["settlement"] = "lifecycle"
    if change.structure or change.ranges:
        record.changes.append((when, change.structure, change.ranges))


def collect(
    tickers: list[str],
    markets: dict[str, MarketRecord],
    series: dict[str, str],
    lifecycles: list[tuple[int, Lifecycle]],
) -> dict[str, MarketRecord]:
    """One record for each recorded market, from the best source of each fact.

    Args:
        tickers: the recorded markets.
        markets: REST records by ticker.
        series: series by event.
        lifecycles: (time, frame), in order of arrival.
    """
    records = {ticker: markets.get(ticker) or MarketRecord(ticker) for ticker in tickers}
    for when, change in lifecycles:
        if change.ticker in records:
            apply_lifecycle(records[change.ticker], when, change)
    for ticker, record in records.items():
        event, first = by_convention(ticker)
        if not record.event:
            record.event = event
            record.sources["event"] = "ticker"
        record.series = series.get(record.event, "")
        if not record.series:
            record.series = first
            record.sources["series"] = "ticker"
    return records
