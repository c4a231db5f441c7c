"""What was recorded: frames -> messages -> sessions, Parquet, splits."""

from kalshi_exp.tape.ingest import IngestSummary, ingest
from kalshi_exp.tape.pack import (
    MARKET,
    Pack,
    book_at,
    pack_sessions,
    size_at,
)
from kalshi_exp.tape.quarantine import Quarantine, Reason, TapeError
from kalshi_exp.tape.session import MESSAGE, Kind, MarketTape, Session, session_key
from kalshi_exp.tape.split import EmptySplitError, Fold, split_sessions
from kalshi_exp.tape.store import SessionInfo, Tape, open_tape, write_tape
from kalshi_exp.tape.writer import TapeWriter, session_hash, write_session

__all__ = [
    "MARKET",
    "MESSAGE",
    "EmptySplitError",
    "Fold",
    "IngestSummary",
    "Kind",
    "MarketTape",
    "Pack",
    "Quarantine",
    "Reason",
    "Session",
    "SessionInfo",
    "Tape",
    "TapeError",
    "TapeWriter",
    "book_at",
    "ingest",
    "open_tape",
    "pack_sessions",
    "session_hash",
    "session_key",
    "size_at",
    "split_sessions",
    "write_session",
    "write_tape",
]
