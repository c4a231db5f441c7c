"""Raw capture lines -> frames: files, gzip, the receive envelope, broken lines."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson

from kalshi_exp.market.units import MILLISECOND
from kalshi_exp.tape.quarantine import Reason, TapeError

SUFFIXES = (".jsonl", ".ndjson", ".json")


class FrameError(Exception):
    """A line that is no usable frame.

    Attributes:
        reason: why.
        detail: the offending value.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def capture_files(source: Path) -> list[Path]:
    """Capture files of a source, in order of name.

    Args:
        source: a capture file, or a folder searched at any depth. Files below a folder named
            `metadata` are REST records, not captures.

    Raises:
        TapeError: the source does not exist or holds no capture file.
    """
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise TapeError(f"source {source} does not exist: give a capture file or a folder of them")
    found = [
        path
        for path in source.rglob("*")
        if path.is_file()
        and Path(path.name.removesuffix(".gz")).suffix in SUFFIXES
        and "metadata" not in path.relative_to(source).parts[:-1]
        and not any(part.startswith(".") for part in path.relative_to(source).parts)
    ]
    if not found:
        endings = ", ".join(SUFFIXES)
        raise TapeError(f"source {source} holds no capture file ({endings}, plain or .gz)")
    return sorted(found, key=lambda path: path.relative_to(source).as_posix())


def read_lines(path: Path, on_bytes: Callable[[int], None]) -> Iterator[bytes]:
    """Lines of a capture file, decompressed when it is gzip by its first bytes.

    Args:
        path: the file.
        on_bytes: called now and then with the raw bytes read so far.

    Raises:
        FrameError: after the last whole line, when compressed data ends early or is damaged;
            or at once, when the file cannot be read.
    """
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            lines = gzip.GzipFile(fileobj=raw) if packed else raw
            for number, line in enumerate(lines):
                if not number & 0x3FFF:
                    on_bytes(raw.tell())
                yield line
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise FrameError(Reason.TRUNCATED_FILE, str(error)) from None
    except OSError as error:
        raise FrameError(Reason.UNREADABLE_FILE, str(error)) from None


def decode(line: bytes) -> tuple[int, dict[str, Any] | None]:
    """One capture line -> (receive time, frame).

    Args:
        line: a frame as it came over the wire, or `{"recv_ms": ..., "event": frame}`.

    Returns:
        The receive time in ns (-1 unknown) and the frame; None for a keep-alive string.

    Raises:
        FrameError: broken JSON, or JSON that is no frame.
    """
    try:
        frame = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise FrameError(Reason.BROKEN_JSON, f"{error}: {line[:80]!r}") from None
    recv = -1
    if isinstance(frame, dict) and "event" in frame and "type" not in frame:
        stamp = frame.get("recv_ms")
        if isinstance(stamp, int | float) and not isinstance(stamp, bool):
            recv = round(stamp * MILLISECOND)
        frame = frame["event"]
    if isinstance(frame, str) and frame in ("", "heartbeat"):
        return recv, None
    if not isinstance(frame, dict) or not ("type" in frame or "cmd" in frame):
        raise FrameError(Reason.NOT_A_FRAME, repr(line[:80]))
    return recv, frame
