"""Tape folders are opened with cheap checks; sessions are loaded one at a time."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

import numpy as np
import polars as pl

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.tape.quarantine import TapeError
from kalshi_exp.tape.schema import schema_hash, validate
from kalshi_exp.tape.session import MESSAGE, MarketTape, Session
from kalshi_exp.tape.writer import FORMAT, TapeWriter, file_hash, file_name


@final
@dataclass(frozen=True)
class SessionInfo:
    """What splits need to know of a session without loading it.

    Attributes:
        name: unique within the tape.
        event: event ticker.
        series: series ticker.
        start_ts: first message, ns.
        end_ts: last close or last message, ns.
        messages: over all its markets.
        markets: how many.
        settled: every market's settlement is known.
        gaps: GAP messages.
    """

    name: str
    event: str
    series: str
    start_ts: int
    end_ts: int
    messages: int
    markets: int
    settled: bool
    gaps: int


@final
class Tape:
    """An opened tape folder.

    Attributes:
        path: the folder.
        infos: its sessions, by start.
        manifest: the manifest.
        data_hash: hash of all sessions' content; the same content gives the same hash wherever
            and with whatever versions it was written.
    """

    def __init__(self, path: Path, manifest: dict[str, Any], markets: pl.DataFrame) -> None:
        self.path = path
        self.manifest = manifest
        self._markets = markets
        self._files = {entry["path"]: entry["sha256"] for entry in manifest["outputs"]}
        infos = [_info(rows) for rows in markets.partition_by("session", maintain_order=True)]
        self.infos: list[SessionInfo] = sorted(infos, key=lambda info: (info.start_ts, info.name))
        text = json.dumps(sorted(manifest["sessions"].items()))
        self.data_hash: str = hashlib.sha256(text.encode()).hexdigest()

    def load(self, name: str) -> Session:
        """Load one session.

        Raises:
            TapeError: there is no such session, or its file is not the one that was written.
        """
        session, _ = self._load(name)
        return session

    def load_recv(self, name: str) -> list[np.ndarray]:
        """Receive times of a session's messages: int64[T] a market, ns, -1 unknown.

        Raises:
            TapeError: as `load`.
        """
        return self._load(name)[1]

    def _load(self, name: str) -> tuple[Session, list[np.ndarray]]:
        rows = self._markets.filter(pl.col("session") == name)
        if rows.is_empty():
            raise TapeError(f"tape {self.path} has no session {name!r}")
        relative = f"sessions/{file_name(name)}"
        path = self.path / relative
        if not path.is_file() or file_hash(path) != self._files.get(relative):
            raise TapeError(f"{path} is missing or differs from the manifest: ingest again")
        frame = validate(pl.read_parquet(path), "messages", str(path))
        start, end = int(rows["session_start_ts"][0]), int(rows["session_end_ts"][0])
        markets, recv = [], []
        number = frame["market"].to_numpy()
        for row in rows.iter_rows(named=True):
            low, high = np.searchsorted(number, [row["market"], row["market"] + 1])
            part = frame.slice(int(low), int(high - low))
            markets.append(_market(row, part))
            recv.append(part["recv_ts"].to_numpy().copy())
        session = Session(name, rows["event"][0], rows["series"][0], start, end, tuple(markets))
        return session, recv


def _market(row: dict[str, Any], part: pl.DataFrame) -> MarketTape:
    ladder = PriceGrid.from_json(row["ladder"])
    epochs = [(int(when), PriceGrid.from_json(text)) for when, text in json.loads(row["epochs"])]
    messages = np.zeros(len(part), MESSAGE)
    for name in ("ts", "size", "side", "kind"):
        messages[name] = part[name].to_numpy()
    messages["level"] = ladder.lookup[part["price"].to_numpy()]
    if len(messages) and messages["level"].min() < 0:
        raise TapeError(f"{row['ticker']} has a price off its own ladder: ingest again")
    return MarketTape(
        row["ticker"], ladder, messages, row["close_ts"], row["settlement"],
        np.array([when for when, _ in epochs], np.int64),
        np.stack([grid.mask_in(ladder) for _, grid in epochs]),
    )  # fmt: skip


def _info(rows: pl.DataFrame) -> SessionInfo:
    first = rows.row(0, named=True)
    return SessionInfo(
        name=first["session"],
        event=first["event"],
        series=first["series"],
        start_ts=first["session_start_ts"],
        end_ts=first["session_end_ts"],
        messages=int(rows["messages"].sum()),
        markets=len(rows),
        settled=bool((rows["settlement"] >= 0).all()),
        gaps=int(rows["gaps"].sum()),
    )


def open_tape(path: str | Path) -> Tape:
    """Open a tape folder, checking what is cheap: version, files and sizes, the markets table.

    Raises:
        TapeError: it is no tape folder, was written by another version, or is damaged.
    """
    folder = Path(path)
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        known = manifest["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise TapeError(
            f"{folder} is not an ingested tape (no manifest): run task=ingest source=... out=..."
        )
    if manifest["schema"] != schema_hash():
        raise TapeError(f"{folder} was written by another version of the parser: ingest again")
    for entry in manifest["outputs"]:
        file = folder / entry["path"]
        if not file.is_file() or file.stat().st_size != entry["bytes"]:
            raise TapeError(f"{file} is missing or differs from the manifest: ingest again")
    markets = validate(pl.read_parquet(folder / "markets.parquet"), "markets", str(folder))
    return Tape(folder, manifest, markets)


def write_tape(out: Path, sessions: Iterable[Session], notes: dict[str, Any] | None = None) -> Tape:
    """Write sessions that were not recorded (simulated ones) as a tape folder, and open it.

    Args:
        out: the folder to make.
        sessions: with unique names.
        notes: kept in the manifest, e.g. what made them.

    Raises:
        TapeError: `out` exists and is not empty, or a session breaks the schema.
    """
    with TapeWriter(out) as writer:
        for session in sessions:
            writer.add(session)
        writer.finish(notes=notes)
    return open_tape(out)
