"""Read a whole source into columns: one row a frame that has a sequence number or a book change."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, final

import numpy as np

from kalshi_exp.market.units import MILLISECOND
from kalshi_exp.tape.frames import FrameError, decode, read_lines
from kalshi_exp.tape.quarantine import Quarantine, Reason
from kalshi_exp.tape.wire import (
    Command,
    Delta,
    Event,
    EventRecord,
    Lifecycle,
    OwnFill,
    Snapshot,
    Subscribed,
    Trade,
    parse,
)

DELTA, SNAPSHOT, TRADE, OTHER = 0, 1, 2, 3

ROW = np.dtype(
    [
        ("kind", np.int64),  # DELTA, SNAPSHOT, TRADE or OTHER
        ("file", np.int64),
        ("line", np.int64),  # from 1
        ("recv", np.int64),  # ns; -1 unknown
        ("channel", np.int64),  # (folder, sid), numbered by first appearance
        ("seq", np.int64),  # -1: the frame has none
        ("subscription", np.int64),  # grows with each `subscribed` of the channel
        ("market", np.int64),  # -1: none
        ("ts", np.int64),  # exchange time, ns; -1 unknown
        ("guess", np.int64),  # when it was sent or received, ns; -1 unknown
        ("clock", np.int64),  # the last time known in its file up to it, else the first; -1 none
        ("exact", np.int64),  # trade: ts is to the millisecond
        ("side", np.int64),  # delta: its side; trade: the maker's side
        ("price", np.int64),  # YES scale, 1e-4 dollars
        ("size", np.int64),  # 1e-2 contracts; snapshot: its number
    ]
)


@final
@dataclass
class Capture:
    """Everything a source said, before it is put in order.

    Attributes:
        rows: ROW[n], in order of arrival: file by file, line by line.
        markets: tickers, numbered as in `rows`.
        snapshots: levels (side, price, size) of each snapshot.
        lifecycles: (time ns or -1, what changed).
        series: event -> series, as lifecycle frames told.
        fills: (file, line, recv, fill) of the recording account.
        lines: lines that were not blank.
        others: known frames that say nothing of a book, and keep-alives.
        blocks: block trades, left out of the tape.
        own_deltas: level changes that the recording account caused.
    """

    rows: np.ndarray = field(default_factory=lambda: np.zeros(0, ROW))
    markets: list[str] = field(default_factory=list)
    snapshots: list[tuple[tuple[int, int, int], ...]] = field(default_factory=list)
    lifecycles: list[tuple[int, Lifecycle]] = field(default_factory=list)
    series: dict[str, str] = field(default_factory=dict)
    fills: list[tuple[int, int, int, OwnFill]] = field(default_factory=list)
    lines: int = 0
    others: int = 0
    blocks: int = 0
    own_deltas: int = 0


def _integer(frame: dict[str, Any], key: str, missing: int) -> int:
    value = frame.get(key, missing)
    if type(value) is not int:
        raise FrameError(Reason.BAD_FIELD, f"{key} {value!r}")
    return value


def read_capture(
    files: list[Path], quarantine: Quarantine, on_bytes: Callable[[int, int], None]
) -> Capture:
    """Read capture files into columns.

    Frames of one folder share their channels: a recording that rotates its files goes on in the
    next one.

    Args:
        files: in order of name.
        quarantine: receives every line that is no usable frame, with file and line.
        on_bytes: called now and then with (file number, raw bytes of it read).
    """
    reader = _Reader(quarantine)
    for number, path in enumerate(files):
        reader.read(path, number, partial(on_bytes, number))
    return reader.finish()


@final
class _Reader:
    """Reads files one after another into one flat array of `ROW` columns."""

    def __init__(self, quarantine: Quarantine) -> None:
        self.capture = Capture()
        self.quarantine = quarantine
        self.flat = array("q")
        self.markets: dict[str, int] = {}
        self.channels: dict[tuple[Path, int], int] = {}
        self.subscriptions: dict[int, int] = {}

    def finish(self) -> Capture:
        """The capture, when every file was read."""
        self.capture.markets = list(self.markets)
        if len(self.flat):
            self.capture.rows = np.frombuffer(self.flat, np.int64).view(ROW)
        return self.capture

    def read(self, path: Path, file: int, on_bytes: Callable[[int], None]) -> None:
        """Read one file to its end, or to where it is damaged."""
        self.folder, self.file = path.parent, file
        self.clock, self.yes_scale = -1, False
        start, lifecycles = len(self.flat), len(self.capture.lifecycles)
        number = lines = 0
        try:
            for number, line in enumerate(read_lines(path, on_bytes), 1):
                if line.isspace():
                    continue
                lines += 1
                try:
                    self._frame(line, number)
                except FrameError as error:
                    self.quarantine.add(file, number, error.reason, error.detail)
        except FrameError as error:
            self.quarantine.add(file, number + 1, error.reason, error.detail)
        else:
            if not lines:
                self.quarantine.add(file, 0, Reason.EMPTY_FILE, path.name)
        self.capture.lines += lines
        self._fill_first(start, lifecycles)

    def _frame(self, line: bytes, number: int) -> None:
        recv, frame = decode(line)
        if frame is None:
            self.capture.others += 1
            return
        event = parse(frame, self.yes_scale)
        sid, seq = _integer(frame, "sid", 0), _integer(frame, "seq", -1)
        sending = frame.get("sending_ts_ms")
        guess = sending * MILLISECOND if type(sending) is int else recv
        kind, market, ts, exact, side, price, size = OTHER, -1, -1, 0, 0, 0, 0
        if type(event) is Delta:
            kind, ts, side, price, size = DELTA, event.ts, event.side, event.price, event.size
            self.capture.own_deltas += event.own
        elif type(event) is Trade and not event.block:
            kind, ts, exact = TRADE, event.ts, int(event.exact)
            side, price, size = event.side, event.price, event.size
        elif type(event) is Snapshot:
            kind, size = SNAPSHOT, len(self.capture.snapshots)
            self.capture.snapshots.append(event.levels)
        else:
            self._notice(event, number, recv, guess)
        if kind != OTHER:
            market = self.markets.setdefault(event.ticker, len(self.markets))  # type: ignore[union-attr]
        if ts >= 0 or guess >= 0:
            self.clock = ts if ts >= 0 else guess
        if kind == OTHER and seq < 0:
            return
        channel = self.channels.setdefault((self.folder, sid), len(self.channels))
        self.flat.extend(
            (kind, self.file, number, recv, channel, seq, self.subscriptions.get(channel, 0),
             market, ts, guess, self.clock, exact, side, price, size)
        )  # fmt: skip

    def _notice(self, event: Event, number: int, recv: int, guess: int) -> None:
        """Take over what a frame says that changes no book."""
        if type(event) is OwnFill:
            self.capture.fills.append((self.file, number, recv, event))
            return
        if type(event) is Trade:
            self.capture.blocks += 1
            return
        self.capture.others += 1
        if type(event) is Lifecycle:
            self.capture.lifecycles.append((guess if guess >= 0 else self.clock, event))
        elif type(event) is EventRecord:
            self.capture.series[event.event] = event.series
        elif type(event) is Command and event.yes_scale is not None:
            self.yes_scale = event.yes_scale
        elif type(event) is Subscribed:
            channel = self.channels.setdefault((self.folder, event.sid), len(self.channels))
            self.subscriptions[channel] = self.subscriptions.get(channel, 0) + 1

    def _fill_first(self, start: int, lifecycles: int) -> None:
        """Frames before the first known time of a file happened no later than it."""
        if self.clock < 0:
            return
        width, place = len(ROW.names or ()), start + list(ROW.names or ()).index("clock")
        column = self.flat[place::width]
        known = next((i for i, moment in enumerate(column) if moment >= 0), len(column))
        first = column[known] if known < len(column) else self.clock
        for i in range(known):
            self.flat[place + i * width] = first
        found = self.capture.lifecycles[lifecycles:]
        self.capture.lifecycles[lifecycles:] = [
            (ts if ts >= 0 else first, event) for ts, event in found
        ]
