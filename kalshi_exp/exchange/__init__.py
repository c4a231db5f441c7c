"""What can be simulated: a matching engine, the traders around it, and the tapes they make."""

from kalshi_exp.exchange.accounts import ACCOUNT
from kalshi_exp.exchange.engine import (
    CANCELLED,
    ENTRY,
    FILLED,
    FOK,
    GTC,
    IOC,
    POST_ONLY,
    REFUSED_CLOSED,
    REFUSED_FILL_OR_KILL,
    REFUSED_INVALID,
    REFUSED_POST_ONLY,
    Engine,
    amend_down,
    cancel,
    close,
    grow,
    new_engine,
    place,
    rests,
    settle,
)
from kalshi_exp.exchange.exchange import AGENT, Exchange, advance, new_exchange, submit
from kalshi_exp.exchange.informed import INFORMED
from kalshi_exp.exchange.maker import MAKER
from kalshi_exp.exchange.noise import NOISE
from kalshi_exp.exchange.simulate import session_start, simulate_session, tape_of
from kalshi_exp.exchange.source import synthetic_tape

__all__ = [
    "ACCOUNT",
    "AGENT",
    "CANCELLED",
    "ENTRY",
    "FILLED",
    "FOK",
    "GTC",
    "INFORMED",
    "IOC",
    "MAKER",
    "NOISE",
    "POST_ONLY",
    "REFUSED_CLOSED",
    "REFUSED_FILL_OR_KILL",
    "REFUSED_INVALID",
    "REFUSED_POST_ONLY",
    "Engine",
    "Exchange",
    "advance",
    "amend_down",
    "cancel",
    "close",
    "grow",
    "new_engine",
    "new_exchange",
    "place",
    "rests",
    "session_start",
    "settle",
    "simulate_session",
    "submit",
    "synthetic_tape",
    "tape_of",
]
