"""A raw capture -> a tape folder: the whole way, and the figures of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, final

import numpy as np
import polars as pl

from kalshi_exp.market.units import SECOND
from kalshi_exp.tape.assemble import MarketMessages, assemble
from kalshi_exp.tape.capture import DELTA, SNAPSHOT, TRADE, Capture, read_capture
from kalshi_exp.tape.frames import capture_files
from kalshi_exp.tape.gaps import Order, order_frames
from kalshi_exp.tape.metadata import collect, metadata_files, read_metadata
from kalshi_exp.tape.quarantine import Quarantine, Reason
from kalshi_exp.tape.schema import columns
from kalshi_exp.tape.session import Kind, MarketTape, Session
from kalshi_exp.tape.writer import TapeWriter, file_hash

Progress = Callable[[int, int, str], None]

_QUIET = 60 * SECOND  # a recording that ends this near to a close has seen the close


@final
@dataclass(frozen=True)
class IngestSummary:
    """Figures of an ingest, as in `ingest.json`.

    Attributes:
        messages: messages on the tape.
        snapshots: snapshot frames read.
        deltas: delta frames read.
        trades: trade frames read, block trades not among them.
        paired_trades: those whose delta was found.
        crossed_states: changes refused because they would cross or lock the book.
        negative_levels: changes refused because a level would fall below zero.
        gaps: losses: skipped sequence numbers, new connections in mid-session, snapshots that
            prove a loss.
        quarantined: rows of quarantine.parquet.
        sessions: sessions on the tape.
        markets: markets on the tape.
        lines: lines that were not blank.
        bad_lines: faults that count against the source.
        bad_share: bad_lines over lines; 1 when there is nothing but faults.
        gap_messages: GAP messages on the tape: a loss is one for each market it may concern.
        filtered_channels: subscriptions recorded in part only, so that losses cannot be counted.
        own_fills: fills of the recording account, kept apart.
        own_deltas: level changes caused by the recording account, left on the tape.
        block_trades: trades off the book, left out.
        dropped_after_close: frames after the close of their market.
        other_frames: frames that say nothing of a book.
        missing_settlements: markets whose settlement is unknown.
        reasons: quarantined rows by reason.
    """

    messages: int
    snapshots: int
    deltas: int
    trades: int
    paired_trades: int
    crossed_states: int
    negative_levels: int
    gaps: int
    quarantined: int
    sessions: int
    markets: int
    lines: int
    bad_lines: int
    bad_share: float
    gap_messages: int
    filtered_channels: int
    own_fills: int
    own_deltas: int
    block_trades: int
    dropped_after_close: int
    other_frames: int
    missing_settlements: int
    reasons: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """As written to `ingest.json`."""
        return asdict(self)


def _silent(done: int, total: int, what: str) -> None:
    pass


def ingest(source: str | Path, out: str | Path, progress: Progress = _silent) -> IngestSummary:
    """Turn a raw capture into a tape folder.

    Reads one core's worth at a time and depends on nothing but the source's bytes and names: two
    runs write the same bytes. What is bad is set aside in `quarantine.parquet`, the rest kept.

    Args:
        source: a capture file or a folder of them; REST records in or beside it in `metadata/`.
        out: folder to make; it appears only when it is whole.
        progress: called with (bytes done, bytes in all, what is being done).

    Returns:
        The figures, also in `out/ingest.json`.

    Raises:
        TapeError: no such source, no capture file in it, or `out` is not empty.
    """
    source, out = Path(source), Path(out)
    files, records = capture_files(source), metadata_files(source)
    root = source if source.is_dir() else source.parent
    names = [_relative(path, root) for path in files + records]
    sizes = [path.stat().st_size for path in files]
    before = np.concatenate([[0], np.cumsum(sizes)]).tolist()
    quarantine = Quarantine(names)
    with TapeWriter(out) as writer:
        capture = read_capture(
            files, quarantine,
            lambda file, done: progress(before[file] + done, before[-1], f"reading {names[file]}"),
        )  # fmt: skip
        progress(before[-1], before[-1], "putting frames in order")
        order = order_frames(capture.rows)
        markets, series = read_metadata(records, len(files), quarantine)
        facts = collect(capture.markets, markets, {**series, **capture.series}, capture.lifecycles)
        found = _assemble(capture, order, facts, quarantine)
        gaps = _note_gaps(capture, order, found, quarantine)
        totals = _write_sessions(writer, capture, order, found, quarantine, progress)
        kinds = np.bincount(capture.rows["kind"], minlength=4)
        faults = quarantine.table()
        summary = IngestSummary(
            messages=totals["messages"],
            snapshots=int(kinds[SNAPSHOT]),
            deltas=int(kinds[DELTA]),
            trades=int(kinds[TRADE]),
            paired_trades=sum(market.paired for market in found),
            crossed_states=quarantine.count(Reason.CROSSED_BOOK),
            negative_levels=quarantine.count(Reason.NEGATIVE_LEVEL),
            gaps=gaps,
            quarantined=len(quarantine),
            sessions=totals["sessions"],
            markets=totals["markets"],
            lines=capture.lines,
            bad_lines=quarantine.bad,
            bad_share=quarantine.bad / max(capture.lines, quarantine.bad, 1),
            gap_messages=totals["gaps"],
            filtered_channels=order.filtered,
            own_fills=len(capture.fills),
            own_deltas=capture.own_deltas,
            block_trades=capture.blocks,
            dropped_after_close=sum(market.dropped for market in found),
            other_frames=capture.others,
            missing_settlements=quarantine.count(Reason.MISSING_SETTLEMENT),
            reasons=quarantine.reasons,
        )
        inputs = [
            {"path": name, "sha256": file_hash(path), "bytes": path.stat().st_size}
            for name, path in zip(names, files + records, strict=True)
        ]
        notes = {
            market.record.ticker: {"grid": market.ladder.source, **market.record.sources}
            for market in found
        }
        writer.finish(inputs, _own_fills(capture), faults, summary.to_dict(), {"markets": notes})
    return summary


def _relative(path: Path, root: Path) -> str:
    return (
        path.relative_to(root).as_posix()
        if path.is_relative_to(root)
        else f"../{path.parent.name}/{path.name}"
    )


def _assemble(
    capture: Capture, order: Order, facts: dict[str, Any], quarantine: Quarantine
) -> list[MarketMessages]:
    market = capture.rows["market"][order.rank]
    by_market = np.argsort(market, kind="stable")
    low = np.searchsorted(market[by_market], np.arange(len(capture.markets)), side="left")
    high = np.searchsorted(market[by_market], np.arange(len(capture.markets)), side="right")
    found = []
    for number, ticker in enumerate(capture.markets):
        chosen = order.rank[by_market[low[number] : high[number]]]
        if len(chosen):
            built = assemble(capture, order, chosen, facts[ticker], quarantine)
            if built is not None:
                found.append(built)
            else:
                quarantine.add(-1, 0, Reason.NO_BOOK, ticker)
    return found


def _note_gaps(
    capture: Capture, order: Order, found: list[MarketMessages], quarantine: Quarantine
) -> int:
    for row in capture.rows[order.skip]:
        detail = f"sid's numbers skip to {row['seq']}"
        quarantine.add(int(row["file"]), int(row["line"]), Reason.GAP, detail)
    restarts = {link: place for market in found for link, place in market.restarts.items()}
    for file, line in restarts.values():
        quarantine.add(file, line, Reason.GAP, "new connection in mid-session")
    return quarantine.count(Reason.GAP)


def _write_sessions(
    writer: TapeWriter,
    capture: Capture,
    order: Order,
    found: list[MarketMessages],
    quarantine: Quarantine,
    progress: Progress,
) -> dict[str, int]:
    rows = capture.rows
    seen = np.zeros(int(rows["channel"].max()) + 1 if len(rows) else 0, np.int64)
    np.maximum.at(seen, rows["channel"], np.maximum(rows["ts"], rows["clock"]))
    ends: dict[str, int] = {}
    pairs = np.unique(np.stack([rows["market"], rows["channel"]], axis=1), axis=0)
    for market, channel in pairs[pairs[:, 0] >= 0]:
        ticker = capture.markets[market]
        ends[ticker] = max(ends.get(ticker, -1), int(seen[channel]))
    events: dict[str, list[MarketMessages]] = {}
    for item in sorted(found, key=lambda item: item.record.ticker):
        events.setdefault(item.record.event, []).append(item)
    totals = {"sessions": 0, "markets": 0, "messages": 0, "gaps": 0}
    for number, event in enumerate(sorted(events)):
        progress(number, len(events), f"writing {event}")
        members = events[event]
        session = _session(event, members, ends)
        if session.start_ts == max(m.last_ts for m in members):
            quarantine.add(-1, 0, Reason.IDLE_SESSION, event)
            continue
        for member in members:
            if member.record.settlement < 0:
                quarantine.add(-1, 0, Reason.MISSING_SETTLEMENT, member.record.ticker)
        writer.add(
            session,
            [m.recv for m in members],
            [m.record.open_ts for m in members],
            [m.record.close_ts for m in members],
        )
        totals["sessions"] += 1
        totals["markets"] += len(members)
        totals["messages"] += sum(len(m.messages) for m in members)
        totals["gaps"] += sum(int((m.messages["kind"] == Kind.GAP).sum()) for m in members)
    return totals


def _session(event: str, members: list[MarketMessages], ends: dict[str, int]) -> Session:
    """One event's markets as a session.

    A market without a known close trades to the end of the tape. So does one whose recording
    stopped before its close, and its settlement is then unknown to the tape: a position held at
    the end has a price, not yet a result.
    """
    start = min(member.start_ts for member in members)
    last = max(member.last_ts for member in members)
    tapes = []
    for member in members:
        close, settlement = member.close_ts, member.record.settlement
        if close < 0:
            close = last
            member.record.sources["close"] = "end of the tape"
        elif close > ends[member.record.ticker] + _QUIET:
            close, settlement = last, -1
            member.record.sources["close"] = "end of the tape"
        tapes.append(
            MarketTape(
                member.record.ticker, member.ladder.grid, member.messages, close, settlement,
                member.ladder.epoch_ts, member.ladder.valid,
            )
        )  # fmt: skip
    end = max(last, *(tape.close_ts for tape in tapes))
    return Session(event, event, members[0].record.series, start, end, tuple(tapes))


def _own_fills(capture: Capture) -> pl.DataFrame:
    rows = [
        (fill.ticker, fill.ts, recv, *fill[2:])
        for _, _, recv, fill in sorted(capture.fills, key=lambda item: (item[3].ts, item[:2]))
    ]
    return pl.DataFrame(rows, schema=columns("own_fills"), orient="row")
