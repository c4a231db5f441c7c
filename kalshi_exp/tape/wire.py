"""A frame's dict -> a typed event, for the three generations of Kalshi's WebSocket messages.

Cents (to 2026-01): integer `price`, `delta`, `count`. Transitional (2026-02 to 03): those beside
`*_dollars` and `*_fp` strings. Current: strings only, with `ts_ms`. One rule reads all three:
size from the `_fp` field if there is one, else the integer; price from the `_dollars` field if
there is one, else cents.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, NamedTuple

from kalshi_exp.market.units import ASK, BID, MILLISECOND, PRICE_ONE, SECOND
from kalshi_exp.tape.frames import FrameError
from kalshi_exp.tape.quarantine import Reason

IGNORED = frozenset(
    (
        "ok",
        "unsubscribed",
        "error",
        "ticker",
        "ticker_v2",
        "market_position",
        "user_order",
        "order_group_updates",
        "multivariate_lookup",
        "event_fee_update",
        "rfq_created",
        "rfq_deleted",
        "quote_created",
        "quote_accepted",
        "quote_executed",
        "rfq_batch_created",
        "rfq_batch_deleted",
        "rfq_batch_best_quotes",
        "rfq_batch_executed",
        "batch_quote_created",
        "batch_quote_accepted",
        "batch_quote_executed",
        "cfbenchmarks_value",
        "cfbenchmarks_value_indexlist",
        "cfbenchmarks_value_5hz",
        "cfbenchmarks_value_5hz_indexlist",
        "pyth_value",
        "pyth_value_underlying_list",
    )
)


class Delta(NamedTuple):
    """A level's change. `ts`: exchange time, ns, -1 when the frame has none."""

    ticker: str
    ts: int
    side: int  # BID: YES bids; ASK: NO bids seen as YES asks
    price: int  # YES scale, 1e-4 dollars
    size: int  # signed, 1e-2 contracts
    own: bool  # caused by an order of the recording account


class Snapshot(NamedTuple):
    """A market's whole book: (side, price, size) of each level."""

    ticker: str
    levels: tuple[tuple[int, int, int], ...]


class Trade(NamedTuple):
    """A public trade. `exact`: the time is to the millisecond, not to the second."""

    ticker: str
    ts: int
    exact: bool
    side: int  # the maker's
    price: int
    size: int
    block: bool  # negotiated off the book


class OwnFill(NamedTuple):
    """A fill of the recording account. `side`: of our order, on the YES book."""

    ticker: str
    ts: int
    trade_id: str
    order_id: str
    client_order_id: str
    taker: bool
    side: int
    price: int
    size: int
    fee: int  # 1e-6 dollars; -1 when the frame has none
    position: int  # after it, 1e-2 contracts, + YES


class Lifecycle(NamedTuple):
    """What a lifecycle frame says of a market; -1, "" and None where it is silent."""

    ticker: str
    change: str
    event: str
    open_ts: int
    close_ts: int
    settlement: int
    structure: str
    ranges: tuple[tuple[str, str, str], ...]


class EventRecord(NamedTuple):
    """Which series an event belongs to."""

    event: str
    series: str


class Subscribed(NamedTuple):
    """A new subscription: its sequence starts again."""

    sid: int


class Command(NamedTuple):
    """A command of the recorder. `yes_scale`: it asked for NO levels at YES prices."""

    yes_scale: bool | None


class Other(NamedTuple):
    """A known frame that says nothing of a book."""


Event = Delta | Snapshot | Trade | OwnFill | Lifecycle | EventRecord | Subscribed | Command | Other
_OTHER = Other()


@lru_cache(maxsize=1 << 18)
def fixed(text: str | int | float, places: int) -> int:
    """A decimal as an exact integer of 10**-places.

    Raises:
        FrameError: no number, or finer than that.
    """
    try:
        value = Decimal(text if isinstance(text, str | int) else repr(text)).scaleb(places)
        whole = int(value)
    except (InvalidOperation, ValueError, OverflowError, TypeError):
        raise FrameError(Reason.BAD_FIELD, f"{text!r} is no number") from None
    if whole != value or abs(whole) >= 1 << 62:
        raise FrameError(Reason.BAD_FIELD, f"{text!r} is not a multiple of 1e-{places}")
    return whole


@lru_cache(maxsize=1 << 12)
def _iso_seconds(prefix: str) -> int:
    moment = datetime.fromisoformat(prefix).replace(tzinfo=UTC)
    return int(moment.timestamp())


def iso_time(text: str) -> int:
    """An ISO time in UTC with any number of decimals -> ns.

    Raises:
        FrameError: not such a time.
    """
    try:
        digits = text[20:].rstrip("Z")
        if not text.endswith("Z") or (digits and not digits.isdigit()):
            raise ValueError
        return _iso_seconds(text[:19]) * SECOND + int((digits + "0" * 9)[:9])
    except (ValueError, TypeError, AttributeError):
        raise FrameError(Reason.BAD_FIELD, f"{text!r} is no UTC time") from None


def _time(msg: dict[str, Any]) -> tuple[int, bool]:
    """Exchange time in ns (-1: none), and whether it is to the millisecond or better."""
    stamp, text = msg.get("ts_ms"), msg.get("ts")
    if isinstance(stamp, int):
        if isinstance(text, str) and len(text) > 24:  # microseconds: finer than ts_ms
            digits = text[20:-1]
            if digits.isdigit():
                nanoseconds = int((digits + "000000000")[:9])
                if nanoseconds // MILLISECOND == stamp % 1000:
                    return stamp // 1000 * SECOND + nanoseconds, True
        return stamp * MILLISECOND, True
    if isinstance(text, str):
        return iso_time(text), len(text) > 20
    if isinstance(text, int):
        return text * SECOND, False
    return -1, False


def _price(msg: dict[str, Any], dollars: str, cents: str) -> int:
    text = msg.get(dollars)
    if text is None:
        text = msg[cents]
        return fixed(text, 2) * 100 if isinstance(text, str) else int(text) * 100
    return fixed(text, 4)


def _size(msg: dict[str, Any], text: str, number: str) -> int:
    value = msg.get(text)
    return fixed(msg[number] if value is None else value, 2)


def _ticker(msg: dict[str, Any]) -> str:
    ticker = msg["market_ticker"]
    if type(ticker) is not str or not ticker:
        raise FrameError(Reason.BAD_FIELD, f"market_ticker {ticker!r}")
    return ticker


def _side(name: Any) -> int:
    if name == "yes":
        return BID
    if name == "no":
        return ASK
    raise FrameError(Reason.BAD_FIELD, f"side {name!r}")


def _levels(msg: dict[str, Any], outcome: str, yes_scale: bool) -> list[tuple[int, int, int]]:
    side = BID if outcome == "yes" else ASK
    pairs = msg.get(f"{outcome}_dollars_fp")
    if pairs is None:
        pairs = msg.get(f"{outcome}_dollars")
    cents = pairs is None
    levels = []
    for price, size in (msg.get(outcome) if cents else pairs) or ():
        value = int(price) * 100 if cents else fixed(price, 4)
        if side == ASK and not yes_scale:
            value = PRICE_ONE - value
        amount = fixed(size, 2)
        if amount < 0:
            raise FrameError(Reason.BAD_FIELD, f"level of size {size!r}")
        if amount:
            levels.append((side, value, amount))
    return levels


def _delta(msg: dict[str, Any], yes_scale: bool) -> Delta:
    side = _side(msg["side"])
    price = _price(msg, "price_dollars", "price")
    if side == ASK and not yes_scale:
        price = PRICE_ONE - price
    own = "client_order_id" in msg
    return Delta(_ticker(msg), _time(msg)[0], side, price, _size(msg, "delta_fp", "delta"), own)


def _trade(msg: dict[str, Any]) -> Trade:
    book, outcome = msg.get("taker_book_side"), msg.get("taker_outcome_side")
    if book in ("bid", "ask"):
        side = ASK if book == "bid" else BID
    else:
        side = ASK if _side(outcome or msg["taker_side"]) == BID else BID
    ts, exact = _time(msg)
    size = _size(msg, "count_fp", "count")
    if size <= 0:
        raise FrameError(Reason.BAD_FIELD, f"trade of {size} hundredths of a contract")
    price = _price(msg, "yes_price_dollars", "yes_price")
    block = msg.get("is_block_trade") is True
    return Trade(_ticker(msg), ts, exact, side, price, size, block)


def _fill(msg: dict[str, Any]) -> OwnFill:
    book = msg.get("book_side")
    if book in ("bid", "ask"):
        side = BID if book == "bid" else ASK
    else:  # buying YES and selling NO both bid for YES
        side = BID if (msg["action"] == "buy") == (msg["side"] == "yes") else ASK
    fee = msg.get("fee_cost")
    position = msg.get("post_position_fp", msg.get("post_position"))
    return OwnFill(
        _ticker(msg),
        _time(msg)[0],
        str(msg["trade_id"]),
        str(msg["order_id"]),
        str(msg.get("client_order_id") or ""),
        bool(msg["is_taker"]),
        side,
        _price(msg, "yes_price_dollars", "yes_price"),
        _size(msg, "count_fp", "count"),
        -1 if fee is None else fixed(fee, 6),
        0 if position is None else fixed(position, 2),
    )


def settlement_price(result: Any, value: Any) -> int:
    """Settlement price of YES from a result and a settlement value in dollars; -1 if neither."""
    if isinstance(value, str) and value:
        return fixed(value, 4)
    return {"yes": PRICE_ONE, "no": 0}.get(result, -1)


def _lifecycle(msg: dict[str, Any]) -> Lifecycle:
    more = msg.get("additional_metadata") or {}
    result = msg.get("result")
    return Lifecycle(
        _ticker(msg),
        str(msg.get("event_type") or ""),
        str(more.get("event_ticker") or msg.get("event_ticker") or ""),
        int(msg["open_ts"]) * SECOND if msg.get("open_ts") else -1,
        int(msg["close_ts"]) * SECOND if msg.get("close_ts") else -1,
        settlement_price(result, msg.get("settlement_value")) if result else -1,
        str(msg.get("price_level_structure") or ""),
        tuple((r["start"], r["end"], r["step"]) for r in msg.get("price_ranges") or ()),
    )


def parse(frame: dict[str, Any], yes_scale: bool = False) -> Event:
    """A frame's typed event.

    Args:
        frame: the decoded JSON object.
        yes_scale: whether the subscription asked for NO levels at YES prices (`use_yes_price`).

    Raises:
        FrameError: an unknown type, or a field that is missing or unreadable.
    """
    kind = frame.get("type")
    try:
        if kind == "orderbook_delta":
            return _delta(frame["msg"], yes_scale)
        if kind == "trade":
            return _trade(frame["msg"])
        if kind == "orderbook_snapshot":
            msg = frame["msg"]
            levels = _levels(msg, "yes", yes_scale) + _levels(msg, "no", yes_scale)
            return Snapshot(_ticker(msg), tuple(levels))
        if kind == "fill":
            return _fill(frame["msg"])
        if kind in ("market_lifecycle_v2", "multivariate_market_lifecycle"):
            return _lifecycle(frame["msg"])
        if kind == "event_lifecycle":
            msg = frame["msg"]
            return EventRecord(msg["event_ticker"], str(msg.get("series_ticker") or ""))
        if kind == "subscribed":
            return Subscribed(int(frame["msg"]["sid"]))
        if kind is None and "cmd" in frame:
            return Command((frame.get("params") or {}).get("use_yes_price"))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise FrameError(Reason.BAD_FIELD, f"{kind}: {type(error).__name__} {error}") from None
    if kind in IGNORED:
        return _OTHER
    raise FrameError(Reason.UNKNOWN_TYPE, repr(kind))
