"""One market's share of a capture -> its messages: order, time, pairing, replay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape.capture import DELTA, SNAPSHOT, TRADE, Capture
from kalshi_exp.tape.gaps import Order
from kalshi_exp.tape.ladder import Ladder, make_ladder
from kalshi_exp.tape.metadata import MarketRecord
from kalshi_exp.tape.pairing import pair_trades
from kalshi_exp.tape.quarantine import Quarantine, Reason
from kalshi_exp.tape.replay import (
    FINE,
    NO_BOOK,
    REFUSED_CROSSED,
    REFUSED_NEGATIVE,
    REPAIRED,
    STEP,
    replay,
)
from kalshi_exp.tape.session import MESSAGE, Kind

_MINUTE = 60 * SECOND
_FAULTS = {
    REFUSED_NEGATIVE: Reason.NEGATIVE_LEVEL,
    REFUSED_CROSSED: Reason.CROSSED_BOOK,
    NO_BOOK: Reason.NO_SNAPSHOT,
    REPAIRED: Reason.GAP,
}
_NOBODY = np.iinfo(np.int64).max


@final
@dataclass
class MarketMessages:
    """A market on its way to a session.

    Attributes:
        record: its facts.
        ladder: its price grids.
        messages: MESSAGE[T].
        recv: int64[T], receive time, ns; -1 unknown.
        close_ts: end of trading, ns; -1 unknown.
        start_ts: first message, ns.
        last_ts: last message, ns.
        trades: trades of the market.
        paired: those with a delta.
        dropped: frames after the close.
        restarts: connections the market moved to while on the tape -> (file, line) of its first
            frame there.
    """

    record: MarketRecord
    ladder: Ladder
    messages: np.ndarray
    recv: np.ndarray
    close_ts: int
    start_ts: int
    last_ts: int
    trades: int
    paired: int
    dropped: int
    restarts: dict[int, tuple[int, int]]


def fill_times(ts: np.ndarray, guess: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Non-decreasing times of frames that are in order, some without exchange time.

    A frame with exchange time keeps it, moved up to its predecessor's where it lies before. One
    without (every snapshot) gets its guess, held between the exchange times around it.

    Args:
        ts: int64[n], exchange time, ns; -1 none.
        guess: int64[n], ns; -1 none.

    Returns:
        int64[n] times (-1 throughout when nothing tells any), and bool[n]: it was moved up.
    """
    hard = ts >= 0
    reached = np.maximum.accumulate(np.where(hard, ts, -1)) if len(ts) else ts
    back = hard & (ts < reached)
    ahead = np.where(hard, reached, _NOBODY)
    ahead = np.minimum.accumulate(ahead[::-1])[::-1] if len(ts) else ahead
    wanted = np.where(guess >= 0, guess, np.where(ahead < _NOBODY, ahead, reached))
    times = np.where(hard, reached, np.clip(wanted, reached, ahead))
    return (np.maximum.accumulate(times) if len(ts) else times), back


def _note(quarantine: Quarantine, rows: np.ndarray, reason: Reason, detail: str) -> None:
    for row in rows:
        quarantine.add(int(row["file"]), int(row["line"]), reason, detail)


def _places(connection: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Each frame's connection by its place among the market's connections in time."""
    names, number = np.unique(connection, return_inverse=True)
    first = np.full(len(names), _NOBODY)
    np.minimum.at(first, number, times)
    place = np.zeros(len(names), np.int64)
    place[np.argsort(first, kind="stable")] = np.arange(len(names))
    return place[number]


def _without_superseded(
    rows: np.ndarray, arrival: np.ndarray, place: np.ndarray, times: np.ndarray
) -> np.ndarray:
    """Which book frames count: a newer connection takes over with its first snapshot.

    Within a file the order of arrival says which came first, between files only time does.
    """
    counts = np.ones(len(place), bool)
    for newer in np.unique(place)[1:]:
        shown = np.flatnonzero((rows["kind"] == SNAPSHOT) & (place == newer))
        if len(shown):
            first = shown[0]
            beside = rows["file"] == rows["file"][first]
            after = np.where(beside, arrival > arrival[first], times > times[first])
            counts &= (place >= newer) | ~after
    return counts


def _infer_close(steps: np.ndarray, levels: np.ndarray) -> int:
    """Close of a market without one on record: it ends with an empty snapshot, just after it.

    Kalshi closes on whole minutes and sends the empty snapshot within seconds.
    """
    n = len(steps)
    last = n
    while last > 1 and steps["snapshot"][last - 1] and not levels[steps["size"][last - 1]]:
        last -= 1
    if last == n:
        return -1
    shown = int(steps["ts"][last])
    minute = shown // _MINUTE * _MINUTE
    return minute if shown - minute <= 5 * SECOND else shown


def assemble(
    capture: Capture,
    order: Order,
    chosen: np.ndarray,
    record: MarketRecord,
    quarantine: Quarantine,
) -> MarketMessages | None:
    """Build one market's messages.

    Args:
        capture: the source.
        order: what sequence numbers say of its rows.
        chosen: the market's rows, sorted by channel, connection and sequence number.
        record: the market's facts.
        quarantine: receives what has to be refused or repaired.

    Returns:
        The market; None when nothing of it can be replayed.
    """
    rows, connection = capture.rows[chosen], order.connection[chosen]
    twice = order.duplicate[chosen]
    _note(quarantine, rows[twice], Reason.DUPLICATE, record.ticker)
    _note(quarantine, rows[order.late[chosen] & ~twice], Reason.OUT_OF_ORDER, record.ticker)
    book = np.flatnonzero((rows["kind"] != TRADE) & ~twice)
    trade = np.flatnonzero((rows["kind"] == TRADE) & ~twice)

    guess = np.where(rows["guess"] >= 0, rows["guess"], rows["clock"])
    time = np.where(rows["ts"] >= 0, rows["ts"], guess)
    place = _places(connection, time)
    book = book[np.argsort(place[book], kind="stable")]
    trade = trade[np.argsort(place[trade], kind="stable")]
    fresh = _without_superseded(rows[book], chosen[book], place[book], time[book])
    _note(quarantine, rows[book[~fresh]], Reason.SUPERSEDED, record.ticker)
    book = book[fresh]

    times, back = fill_times(rows["ts"][book], guess[book])
    _note(quarantine, rows[book[back]], Reason.TIME_WENT_BACK, record.ticker)
    if len(times) and times[0] < 0:
        _note(quarantine, rows[book], Reason.NO_TIME, record.ticker)
        return None

    links = connection[book]
    moved = np.zeros(len(book), bool)
    moved[1:] = np.diff(links) != 0
    # A market joins a new connection with its first frame there, wherever that lies in the file.
    gap = moved | _after_skip(chosen, book, order)
    restarts = {
        int(connection[b]): (int(rows["file"][b]), int(rows["line"][b])) for b in book[moved]
    }

    deltas = rows["kind"][book] == DELTA
    trade_times = time[trade]
    delta_rows = np.flatnonzero(deltas)
    pairs = pair_trades(rows[book[delta_rows]], rows[trade], times[delta_rows], trade_times)
    fill = np.zeros(len(book), bool)
    fill[delta_rows[pairs[pairs >= 0]]] = True

    numbers = rows["size"][book[~deltas]]
    levels = [capture.snapshots[number] for number in numbers]
    ladder = _ladder(record, rows[book[deltas]], times, deltas, levels)

    steps = np.zeros(len(book), STEP)
    steps["ts"], steps["fill"], steps["gap"] = times, fill, gap
    steps["snapshot"] = ~deltas
    steps["size"][deltas], steps["side"][deltas] = (
        rows["size"][book[deltas]],
        rows["side"][book[deltas]],
    )
    steps["size"][~deltas] = np.arange(len(levels))
    steps["level"][deltas] = _lookup(ladder.grid, rows["price"][book[deltas]])
    off = deltas & (steps["level"] < 0)
    for row in rows[book[off]]:
        quarantine.add(
            int(row["file"]), int(row["line"]), Reason.OFF_GRID, f"{record.ticker} {row['price']}"
        )

    occupied = np.array([bool(found) for found in levels], bool)
    close = record.close_ts if record.close_ts >= 0 else _infer_close(steps, occupied)
    if close >= 0 and record.close_ts < 0:
        record.sources["close"] = "empty snapshot"
    after = (times > close) if close >= 0 else np.zeros(len(book), bool)
    use = ~off & ~after
    paired = np.flatnonzero(pairs >= 0)
    partner = delta_rows[pairs[paired]]
    trade_after = (trade_times > close) & (close >= 0)
    trade_after[paired] = after[partner]

    messages, source, faults = _replay(
        steps[use], levels, rows[book[~deltas]], ladder, quarantine, record.ticker
    )
    kept_steps = np.flatnonzero(use)
    for fault, reason in _FAULTS.items():
        _note(quarantine, rows[book[kept_steps[faults == fault]]], reason, record.ticker)
    lost = np.zeros(len(book), bool)
    lost[off] = True
    lost[kept_steps[(faults != FINE) & (faults != REPAIRED)]] = True
    recv = rows["recv"][book[kept_steps[source]]]

    alone = np.ones(len(trade), bool)
    alone[paired] = lost[partner]
    alone &= ~trade_after
    trade_gap = _after_skip(chosen, trade, order) & ~trade_after
    messages, recv = _insert_trades(
        messages, recv, rows[trade], trade_times, alone, trade_gap,
        ladder, quarantine, record.ticker,
    )  # fmt: skip
    if not len(messages):
        return None
    return MarketMessages(
        record, ladder, messages, recv, close, int(messages["ts"][0]), int(messages["ts"][-1]),
        len(trade), len(paired), int(after.sum() + trade_after.sum()), restarts,
    )  # fmt: skip


def _after_skip(chosen: np.ndarray, book: np.ndarray, order: Order) -> np.ndarray:
    """Which book frames are the market's first after a loss on their connection."""
    gap = np.zeros(len(book), bool)
    mine = chosen[book]
    for link in np.unique(order.connection[mine]):
        losses = order.losses.get(int(link))
        if losses is None:
            continue
        here = np.flatnonzero(order.connection[mine] == link)
        first = np.searchsorted(order.seq[mine[here]], losses, side="left")
        gap[here[first[(first > 0) & (first < len(here))]]] = True
    return gap


def _lookup(grid: PriceGrid, prices: np.ndarray) -> np.ndarray:
    inside = (prices >= 0) & (prices < len(grid.lookup))
    return np.where(inside, grid.lookup[np.where(inside, prices, 0)], -1)


def _ladder(
    record: MarketRecord,
    deltas: np.ndarray,
    times: np.ndarray,
    is_delta: np.ndarray,
    levels: list[tuple[tuple[int, int, int], ...]],
) -> Ladder:
    shown = [(price, when) for when, found in zip(times[~is_delta], levels, strict=True)
             for _, price, _ in found]  # fmt: skip
    prices = np.concatenate([deltas["price"], np.array([p for p, _ in shown], np.int64)])
    moments = np.concatenate([times[is_delta], np.array([t for _, t in shown], np.int64)])
    start = int(times[0]) if len(times) else 0
    return make_ladder(record, start, prices, moments)


def _replay(
    steps: np.ndarray,
    levels: list[tuple[tuple[int, int, int], ...]],
    snapshot_rows: np.ndarray,
    ladder: Ladder,
    quarantine: Quarantine,
    ticker: str,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Run the kernel over the frames that count; -> messages, their steps, faults of the steps."""
    starts, flat = [0], []
    for row, found in zip(snapshot_rows, levels, strict=True):
        for side, price, size in found:
            if ladder.grid.contains(price):
                flat.append((side, ladder.grid.index(price), size))
            else:
                quarantine.add(
                    int(row["file"]), int(row["line"]), Reason.OFF_GRID, f"{ticker} {price}"
                )
        starts.append(len(flat))
    table = np.array(flat, np.int64).reshape(-1, 3)
    n = ladder.grid.n
    snapshots = int(steps["snapshot"].sum())
    capacity = 2 * len(steps) + snapshots * 2 * n
    messages, source = np.zeros(capacity, MESSAGE), np.zeros(capacity, np.int64)
    faults = np.zeros(len(steps), np.int8)
    count = replay(
        steps, np.array(starts, np.int64), table[:, 0].astype(np.int8),
        table[:, 1].astype(np.int32), table[:, 2].copy(), np.zeros((2, n), np.int64),
        np.zeros(2, np.int32), messages, source, faults,
    )  # fmt: skip
    return messages[:count].copy(), source[:count].copy(), faults


def _insert_trades(
    messages: np.ndarray,
    recv: np.ndarray,
    trades: np.ndarray,
    times: np.ndarray,
    alone: np.ndarray,
    gap: np.ndarray,
    ladder: Ladder,
    quarantine: Quarantine,
    ticker: str,
) -> tuple[np.ndarray, np.ndarray]:
    """Merge in trades whose delta is not on the tape, and losses among trades, by time."""
    levels = _lookup(ladder.grid, trades["price"])
    for row in trades[levels < 0]:
        quarantine.add(
            int(row["file"]), int(row["line"]), Reason.OFF_GRID, f"{ticker} {row['price']}"
        )
    show = alone & (levels >= 0)
    if not len(messages) or not (show.any() or gap.any()):
        return messages, recv
    prints = np.zeros(int(show.sum()), MESSAGE)
    prints["ts"], prints["size"] = times[show], trades["size"][show]
    prints["level"], prints["side"] = levels[show], trades["side"][show]
    prints["kind"] = Kind.PRINT
    losses = np.zeros(int(gap.sum()), MESSAGE)
    losses["ts"], losses["kind"] = times[gap], Kind.GAP
    merged = np.concatenate([losses[losses["ts"] >= messages["ts"][0]], messages, prints])
    stamps = np.concatenate(
        [trades["recv"][gap][losses["ts"] >= messages["ts"][0]], recv, trades["recv"][show]]
    )
    order = np.argsort(merged["ts"], kind="stable")
    return merged[order], stamps[order]
