"""Many sessions as one set of flat arrays: what the kernels read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kalshi_exp.market.jit import kernel, lean_kernel
from kalshi_exp.market.units import ASK, BID
from kalshi_exp.tape.session import MESSAGE, Kind, Session

FILL, PRINT = int(Kind.FILL), int(Kind.PRINT)

MARKET = np.dtype(
    [
        ("session", np.int64),  # session number within the pack
        ("key", np.int64),  # session key, for draws
        ("ordinal", np.int64),  # place within its session, for draws
        ("first", np.int64),  # its messages: [first, last)
        ("last", np.int64),
        ("price", np.int64),  # its ladder: prices[price : price + levels]
        ("levels", np.int64),
        ("index", np.int64),  # its rows of level_start: [index, index + 2 * levels]
        ("epoch", np.int64),  # its grid epochs: [epoch, epoch + epochs)
        ("epochs", np.int64),
        ("valid", np.int64),  # valid[valid + e * levels + level]
        ("keyframe", np.int64),  # its books: keyframes[keyframe + k * 2 * levels ...], every EVERY
        ("start", np.int64),  # session start, ns
        ("close", np.int64),  # close of trading, ns
        ("settlement", np.int64),  # 1e-4 dollars; -1 unknown
    ],
    align=True,
)

EVERY = 4096  # messages between keyframes of a market
RECENT = 16  # messages that are looked through before an index is


class Pack(NamedTuple):
    """Flat arrays over all markets of some sessions. Message indices are global.

    Attributes:
        markets: MARKET[M].
        messages: MESSAGE[T].
        tags: int32[T], level, kind and side of each message again (`make_tags`): a walk for our
            orders passes most messages by, and reads a sixth of the memory to do so.
        after: int64[T], size of the message's own (side, level) after it.
        bid: int32[T], best YES bid level after it; -1 when there is none.
        ask: int32[T], best YES ask level after it; the market's `levels` when there is none.
        prints: int32[T], trades (FILL and PRINT) of its market up to and with it.
        level_start: int64[...], CSR rows over (side * levels + level), one market after another.
        level_messages: int64[T], global indices of the messages that changed a (side, level), by
            time.
        prices: int32[...], ladders.
        epoch_ts: int64[...].
        valid: bool[...].
        keyframes: int64[...], a market's book before every EVERY-th of its messages,
            (side * levels + level) by turns.
    """

    markets: np.ndarray
    messages: np.ndarray
    tags: np.ndarray
    after: np.ndarray
    bid: np.ndarray
    ask: np.ndarray
    prints: np.ndarray
    level_start: np.ndarray
    level_messages: np.ndarray
    prices: np.ndarray
    epoch_ts: np.ndarray
    valid: np.ndarray
    keyframes: np.ndarray


def make_tags(messages: np.ndarray) -> np.ndarray:
    """Level, kind and side of messages in one number: level << 4 | kind << 1 | side.

    Args:
        messages: MESSAGE[T].

    Returns:
        int32[T].
    """
    levels = messages["level"].astype(np.int32)
    return levels << 4 | messages["kind"].astype(np.int32) << 1 | messages["side"].astype(np.int32)


@kernel
def _index(
    messages: np.ndarray,
    first: int,
    last: int,
    levels: int,
    after: np.ndarray,
    bid: np.ndarray,
    ask: np.ndarray,
    prints: np.ndarray,
    level_start: np.ndarray,
    level_messages: np.ndarray,
    keyframes: np.ndarray,
) -> None:
    sizes = np.zeros((2, levels), np.int64)
    counts = np.zeros(2 * levels + 1, np.int64)
    best_bid, best_ask, trades = -1, levels, 0
    for i in range(first, last):
        if (i - first) % EVERY == 0:
            offset = (i - first) // EVERY * 2 * levels
            for place in range(2 * levels):
                keyframes[offset + place] = sizes[place // levels, place % levels]
        side, level = messages[i].side, messages[i].level
        if messages[i].kind < 4:
            sizes[side, level] += messages[i].size
            counts[side * levels + level + 1] += 1
            if side == BID:
                if sizes[BID, level] > 0:
                    best_bid = max(best_bid, level)
                while best_bid >= 0 and sizes[BID, best_bid] <= 0:
                    best_bid -= 1
            else:
                if sizes[ASK, level] > 0:
                    best_ask = min(best_ask, level)
                while best_ask < levels and sizes[ASK, best_ask] <= 0:
                    best_ask += 1
        after[i] = sizes[side, level]
        bid[i] = best_bid
        ask[i] = best_ask
        if messages[i].kind == FILL or messages[i].kind == PRINT:
            trades += 1
        prints[i] = trades
    level_start[0] = first
    for row in range(2 * levels):
        level_start[row + 1] = level_start[row] + counts[row + 1]
    cursor = level_start[: 2 * levels].copy()
    for i in range(first, last):
        if messages[i].kind < 4:
            row = messages[i].side * levels + messages[i].level
            level_messages[cursor[row]] = i
            cursor[row] += 1


def pack_sessions(sessions: Sequence[Session]) -> Pack:
    """Lay sessions out as flat arrays and index them.

    Args:
        sessions: at least one session.

    Returns:
        The pack; `markets` holds the sessions' markets in order.

    Raises:
        ValueError: no session was given.
    """
    tapes = [(s, market) for s in sessions for market in s.markets]
    if not tapes:
        raise ValueError("no session to pack: the split or the tape folder is empty")
    total = sum(len(tape.messages) for _, tape in tapes)
    rows = np.zeros(len(tapes), MARKET)
    messages = np.concatenate([tape.messages for _, tape in tapes]).astype(MESSAGE, copy=False)
    prices = np.concatenate([tape.ladder.prices for _, tape in tapes]).astype(np.int32)
    epoch_ts = np.concatenate([tape.epoch_ts for _, tape in tapes]).astype(np.int64)
    valid = np.concatenate([tape.valid.ravel() for _, tape in tapes]).astype(np.bool_)
    level_start = np.zeros(sum(2 * tape.ladder.n + 1 for _, tape in tapes), np.int64)
    level_messages = np.zeros(total, np.int64)
    after = np.zeros(total, np.int64)
    bid, ask, prints = (np.zeros(total, np.int32) for _ in range(3))
    frames = [-(-len(tape.messages) // EVERY) * 2 * tape.ladder.n for _, tape in tapes]
    keyframes = np.zeros(sum(frames), np.int64)
    places = [(number, ordinal) for number, s in enumerate(sessions)
              for ordinal in range(len(s.markets))]  # fmt: skip
    first = price = index = epoch = mask = book = 0
    for row, (session, tape), place, size in zip(rows, tapes, places, frames, strict=True):
        levels = tape.ladder.n
        row["session"], row["ordinal"], row["key"] = *place, session.key
        row["first"], row["last"] = first, first + len(tape.messages)
        row["price"], row["levels"], row["index"] = price, levels, index
        row["epoch"], row["epochs"], row["valid"] = epoch, len(tape.epoch_ts), mask
        row["keyframe"] = book
        row["start"], row["close"] = session.start_ts, tape.close_ts
        row["settlement"] = tape.settlement
        _index(
            messages, first, first + len(tape.messages), levels, after, bid, ask, prints,
            level_start[index : index + 2 * levels + 1], level_messages,
            keyframes[book : book + size],
        )  # fmt: skip
        first += len(tape.messages)
        price += levels
        index += 2 * levels + 1
        epoch += len(tape.epoch_ts)
        mask += tape.valid.size
        book += size
    return Pack(
        rows,
        messages,
        make_tags(messages),
        after,
        bid,
        ask,
        prints,
        level_start,
        level_messages,
        prices,
        epoch_ts,
        valid,
        keyframes,
    )


@lean_kernel
def size_at(pack: Pack, market: int, side: int, level: int, message: int) -> int:
    """Size resting at (side, level) after global message index `message` (before the first: 0)."""
    m = pack.markets[market]
    # At the touch it is mostly one of the last few messages that said so, and they are at hand.
    for recent in range(min(message, m.last - 1), max(message - RECENT, m.first - 1), -1):
        tag = pack.tags[recent]
        if tag >> 4 == level and tag & 1 == side and (tag >> 1) & 7 < PRINT:
            return pack.after[recent]
    row = m.index + side * m.levels + level
    low, high = pack.level_start[row], pack.level_start[row + 1]
    floor = low
    while low < high:
        middle = (low + high) >> 1
        if pack.level_messages[middle] <= message:
            low = middle + 1
        else:
            high = middle
    return pack.after[pack.level_messages[low - 1]] if low > floor else 0


@kernel
def book_at(pack: Pack, market: int, message: int) -> np.ndarray:
    """The whole book after global message index `message`, from the keyframe before it.

    Args:
        pack: the pack.
        market: its row in `pack.markets`.
        message: global message index of that market; before its first: an empty book, after its
            last: the book at the end.

    Returns:
        int64[2, levels], a new array.
    """
    row = pack.markets[market]
    sizes = np.zeros((2, row.levels), np.int64)
    if message < row.first or row.last == row.first:
        return sizes
    message = min(message, row.last - 1)
    frame = (message - row.first) // EVERY
    offset = row.keyframe + frame * 2 * row.levels
    for place in range(2 * row.levels):
        sizes[place // row.levels, place % row.levels] = pack.keyframes[offset + place]
    for i in range(row.first + frame * EVERY, message + 1):
        if pack.messages[i].kind < 4:
            sizes[pack.messages[i].side, pack.messages[i].level] += pack.messages[i].size
    return sizes
