"""What was wrong with a recording: one row a fault, with file, line and reason."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import final

import polars as pl


class TapeError(ValueError):
    """A recording, a tape folder or a split that cannot be used, in one sentence."""


class Reason(StrEnum):
    """Why a row stands in `quarantine.parquet`."""

    BROKEN_JSON = "broken_json"
    NOT_A_FRAME = "not_a_frame"  # JSON, but no object with a type
    UNKNOWN_TYPE = "unknown_type"
    BAD_FIELD = "bad_field"  # a known type with a field that is missing or unreadable
    TRUNCATED_FILE = "truncated_file"  # compressed data ends early or is damaged
    UNREADABLE_FILE = "unreadable_file"
    EMPTY_FILE = "empty_file"
    BAD_METADATA = "bad_metadata"
    OFF_GRID = "off_grid"
    NEGATIVE_LEVEL = "negative_level"  # the change would leave less than nothing
    CROSSED_BOOK = "crossed_book"  # the change would cross or lock the book
    NO_SNAPSHOT = "no_snapshot"  # a change before the book was ever shown
    DUPLICATE = "duplicate"  # a sequence number already seen on its connection
    SUPERSEDED = "superseded"  # an older connection still sent after a newer one took over
    NO_TIME = "no_time"  # nothing tells when it happened
    OUT_OF_ORDER = "out_of_order"  # came late; put back in its place by its sequence number
    TIME_WENT_BACK = "time_went_back"  # stamped before its predecessor; moved up to it
    GAP = "gap"  # frames are known to be missing before this one
    MISSING_SETTLEMENT = "missing_settlement"
    NO_BOOK = "no_book"  # a market with nothing that can be replayed
    IDLE_SESSION = "idle_session"  # nothing ever changed, so nothing can be replayed


KEPT = frozenset({Reason.OUT_OF_ORDER, Reason.TIME_WENT_BACK, Reason.GAP})
NOTES = frozenset({Reason.MISSING_SETTLEMENT, Reason.NO_BOOK, Reason.IDLE_SESSION})

COLUMNS = {
    "file": pl.String,
    "line": pl.Int64,
    "reason": pl.String,
    "kept": pl.Boolean,
    "detail": pl.String,
}


@final
class Quarantine:
    """Collects faults while a source is read.

    Args:
        files: names of the input files, relative to the source; rows refer to them by number.
    """

    def __init__(self, files: list[str]) -> None:
        self.files = files
        self._rows: list[tuple[int, int, Reason, str]] = []

    def add(self, file: int, line: int, reason: Reason, detail: str = "") -> None:
        """Note one fault.

        Args:
            file: number of the input file; -1 when no single file is to blame.
            line: line in it, from 1; 0 when the whole file is meant.
            reason: what was wrong.
            detail: the offending value, or what it was part of.
        """
        self._rows.append((file, line, reason, detail[:200]))

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def bad(self) -> int:
        """Faults that count against the source; a market without settlement is only a note."""
        return sum(reason not in NOTES for _, _, reason, _ in self._rows)

    @property
    def reasons(self) -> dict[str, int]:
        """Faults by reason, in order of name."""
        return dict(sorted(Counter(str(reason) for _, _, reason, _ in self._rows).items()))

    def count(self, reason: Reason) -> int:
        """How many faults of one reason."""
        return sum(row[2] is reason for row in self._rows)

    def table(self) -> pl.DataFrame:
        """All faults, in order of file, line and reason."""
        rows = sorted(
            (self.files[file] if file >= 0 else "", line, str(reason), reason in KEPT, detail)
            for file, line, reason, detail in self._rows
        )
        return pl.DataFrame(rows, schema=COLUMNS, orient="row")
