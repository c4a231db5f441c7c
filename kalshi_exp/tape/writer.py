"""Tape folders are written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, final

import numpy as np
import polars as pl

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.tape.quarantine import COLUMNS, TapeError
from kalshi_exp.tape.schema import PARSER_VERSION, columns, schema_hash, validate
from kalshi_exp.tape.session import MESSAGE, Kind, Session

FORMAT = "kalshi_exp tape"
_ROW_GROUP = 1 << 20


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as raw:
        return hashlib.file_digest(raw, "sha256").hexdigest()


def session_hash(session: Session) -> str:
    """sha256 of a session's content, independent of how it is stored."""
    digest = hashlib.sha256()
    head = [session.name, session.event, session.series, session.start_ts, session.end_ts]
    digest.update(json.dumps(head).encode())
    for market in session.markets:
        facts = [market.ticker, market.ladder.to_json(), market.close_ts, market.settlement]
        digest.update(json.dumps([*facts, len(market.messages)]).encode())
        digest.update(np.ascontiguousarray(market.epoch_ts, np.int64).tobytes())
        digest.update(np.ascontiguousarray(market.valid, np.bool_).tobytes())
        for name in MESSAGE.names or ():  # by column: padding has no defined bytes
            digest.update(np.ascontiguousarray(market.messages[name]).tobytes())
    return digest.hexdigest()


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    frame.write_parquet(path, compression="zstd", compression_level=3, row_group_size=_ROW_GROUP)


def file_name(session: str) -> str:
    """File of a session below `sessions/`: its name, made safe for a file system."""
    safe = "".join(c if (c.isalnum() and c.isascii()) or c in "._-" else "_" for c in session)
    if safe != session or safe.startswith("."):
        safe = f"{safe.lstrip('.')}-{hashlib.sha256(session.encode()).hexdigest()[:8]}"
    return f"{safe}.parquet"


def write_session(
    folder: Path,
    session: Session,
    recv_ts: Sequence[np.ndarray] | None = None,
    open_ts: Sequence[int] | None = None,
    official_close_ts: Sequence[int] | None = None,
) -> pl.DataFrame:
    """Write a session's messages below a tape folder.

    Args:
        folder: the tape folder; `sessions/` in it is made when missing.
        session: what to write.
        recv_ts: int64[T] receive times of each market, ns, -1 unknown; None: none known.
        open_ts: of each market, ns, -1 unknown.
        official_close_ts: of each market, ns, -1 unknown; None: the tape's own.

    Returns:
        The session's rows for `markets.parquet`.

    Raises:
        TapeError: the session breaks the schema.
    """
    (folder / "sessions").mkdir(parents=True, exist_ok=True)
    parts, rows = [], []
    for number, market in enumerate(session.markets):
        messages = market.messages
        recv = recv_ts[number] if recv_ts is not None else np.full(len(messages), -1, np.int64)
        parts.append(
            pl.DataFrame(
                {
                    "market": np.full(len(messages), number, np.int16),
                    "ts": messages["ts"].copy(),
                    "recv_ts": recv,
                    "kind": messages["kind"].copy(),
                    "side": messages["side"].copy(),
                    "price": market.ladder.prices[messages["level"]],
                    "size": messages["size"].copy(),
                },
                schema=columns("messages"),
            )
        )
        epochs = [
            [int(when), PriceGrid("epoch", market.ladder.prices[mask]).to_json()]
            for when, mask in zip(market.epoch_ts, market.valid, strict=True)
        ]
        official = market.close_ts if official_close_ts is None else official_close_ts[number]
        rows.append(
            (
                market.ticker, session.event, session.series, session.name, number,
                -1 if open_ts is None else open_ts[number], market.close_ts, official,
                market.settlement, market.ladder.to_json(), json.dumps(epochs), len(messages),
                int((messages["kind"] == Kind.GAP).sum()), session.start_ts, session.end_ts,
            )
        )  # fmt: skip
    frame = pl.concat(parts, rechunk=True)
    validate(frame, "messages", f"session {session.name}")
    _write_parquet(frame, folder / "sessions" / file_name(session.name))
    return pl.DataFrame(rows, schema=columns("markets"), orient="row")


@final
class TapeWriter:
    """Writes a tape folder beside its place and moves it there when it is whole.

    Use as a context; what is not finished leaves nothing behind.

    Args:
        out: the folder to make; an empty one is replaced.

    Raises:
        TapeError: `out` exists and is not empty.
    """

    def __init__(self, out: Path) -> None:
        self.out = out.absolute()
        if self.out.exists() and (not self.out.is_dir() or any(self.out.iterdir())):
            raise TapeError(f"out {out} exists and is not empty: give a new folder, or remove it")
        self._markets: list[pl.DataFrame] = []
        self._hashes: dict[str, str] = {}
        self._done = False

    def __enter__(self) -> TapeWriter:
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self.folder = Path(
            tempfile.mkdtemp(prefix=f".{self.out.name}.partial-", dir=self.out.parent)
        )
        (self.folder / "sessions").mkdir()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if not self._done:
            shutil.rmtree(self.folder, ignore_errors=True)

    def add(
        self,
        session: Session,
        recv_ts: Sequence[np.ndarray] | None = None,
        open_ts: Sequence[int] | None = None,
        official_close_ts: Sequence[int] | None = None,
    ) -> None:
        """Write one session; arguments as in `write_session`.

        Raises:
            TapeError: the name is taken, or the session breaks the schema.
        """
        if session.name in self._hashes:
            raise TapeError(f"two sessions are named {session.name!r}: names must be unique")
        self._markets.append(
            write_session(self.folder, session, recv_ts, open_ts, official_close_ts)
        )
        self._hashes[session.name] = session_hash(session)

    def finish(
        self,
        inputs: Sequence[dict[str, Any]] = (),
        own_fills: pl.DataFrame | None = None,
        quarantine: pl.DataFrame | None = None,
        summary: dict[str, Any] | None = None,
        notes: dict[str, Any] | None = None,
    ) -> None:
        """Write the other tables and the manifest, and move the folder into its place.

        Args:
            inputs: {"path", "sha256", "bytes"} of each file read.
            own_fills: fills of the recording account.
            quarantine: faults.
            summary: for `ingest.json`.
            notes: more for the manifest.

        Raises:
            TapeError: a table breaks its schema.
        """
        empty = {name: pl.DataFrame(schema=columns(name)) for name in ("markets", "own_fills")}
        markets = pl.concat(self._markets or [empty["markets"]], rechunk=True)
        fills = empty["own_fills"] if own_fills is None else own_fills
        faults = pl.DataFrame(schema=COLUMNS) if quarantine is None else quarantine
        for name, table in (("markets", markets), ("own_fills", fills), ("quarantine", faults)):
            _write_parquet(validate(table, name, name), self.folder / f"{name}.parquet")
        _write_json(self.folder / "ingest.json", summary or {"sessions": len(self._hashes)})
        outputs = [
            {
                "path": path.relative_to(self.folder).as_posix(),
                "sha256": file_hash(path),
                "bytes": path.stat().st_size,
            }
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        ]
        manifest = {
            "format": FORMAT,
            "parser": PARSER_VERSION,
            "schema": schema_hash(),
            "inputs": list(inputs),
            "outputs": outputs,
            "sessions": self._hashes,
            "notes": notes or {},
        }
        _write_json(self.folder / "manifest.json", manifest)
        self.folder.chmod(0o755)
        os.rename(self.folder, self.out)
        self._done = True


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
