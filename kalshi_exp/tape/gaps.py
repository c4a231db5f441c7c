"""Sequence numbers: connections, late frames and losses, before frames are split by market.

Kalshi numbers the frames of a subscription (`sid`) from 1 over all its markets, acknowledgements
included. Three things make the numbers of a recording jump:

1. *A new connection* starts again. Rule: the number went back while exchange time went on.
2. *A late frame*: the number went back and exchange time with it. It is put in its place.
3. *A skip* forward. In an unfiltered recording it is a loss. In a filtered one (a file that holds
   one market of a shared subscription) the missing numbers belong to other markets and say
   nothing. Nothing in a frame tells which of the two it is, but the habit of the file does: real
   losses are rare and come in bursts, so nearly all steps of an unfiltered recording are +1, while
   in a filtered one skips are everywhere (32 to 45 % of steps in a market's share of a busy
   connection). Rule: a channel is filtered when more than 10 of its steps, and more than one in
   25, are skips. One with fewer than 100 steps takes the verdict over all channels of its sort
   (book or other) in the source. Skips of a filtered channel are not counted; what remains visible
   there is a new connection, and a re-sent snapshot that differs from the book. So a recorder that
   drops more than one frame in 25 at separate places is taken for a filter, and a market that is
   more than 96 % of its connection for a lossy recording.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kalshi_exp.market.jit import kernel
from kalshi_exp.tape.capture import DELTA, SNAPSHOT

LATE_REACH = 1000
ENOUGH_STEPS = 100
FEW_SKIPS = 10
FILTERED_SHARE = 0.04


@kernel
def _connections(
    seq: np.ndarray,
    time: np.ndarray,
    file: np.ndarray,
    subscription: np.ndarray,
    connection: np.ndarray,
    late: np.ndarray,
) -> None:
    """Number the connections of one channel and mark its late frames, in order of arrival."""
    current, top, top_time = 0, np.int64(-1), np.int64(-1)
    for i in range(len(seq)):
        if seq[i] < 0:
            seq[i] = max(top, 0)
        elif seq[i] > top:
            if i > 0 and file[i] != file[i - 1] and time[i] < top_time:
                current += 1
            top, top_time = seq[i], time[i]
        else:
            renewed = i > 0 and (file[i] != file[i - 1] or subscription[i] != subscription[i - 1])
            went_on = time[i] > top_time or (time[i] == top_time and top - seq[i] > LATE_REACH)
            if renewed or (went_on and seq[i] < top):
                current += 1
                top, top_time = seq[i], time[i]
            else:
                late[i] = True
        connection[i] = current


class Order(NamedTuple):
    """What sequence numbers say of each row of a capture.

    Attributes:
        rank: int64[n], rows sorted by channel, connection and sequence number.
        connection: int64[n], numbered over the whole source in order of first appearance.
        seq: int64[n], as on the wire; a frame without takes its predecessor's.
        late: bool[n], arrived after a later number.
        duplicate: bool[n], a number that its connection already had.
        skip: bool[n], numbers are missing before this row, and it is a loss.
        filtered: channels whose losses cannot be seen.
        losses: by connection, the sequence numbers that follow a loss, ascending.
    """

    rank: np.ndarray
    connection: np.ndarray
    seq: np.ndarray
    late: np.ndarray
    duplicate: np.ndarray
    skip: np.ndarray
    filtered: int
    losses: dict[int, np.ndarray]


def is_filtered(steps: int, skips: int) -> bool:
    """Whether skips are so common that they must be other markets' frames (module docstring)."""
    return skips > FEW_SKIPS and skips > FILTERED_SHARE * steps


def _known_times(rows: np.ndarray) -> np.ndarray:
    """Time of each frame; one that bears none happened with the next of its file that does."""
    time = np.where(rows["ts"] >= 0, rows["ts"], rows["guess"])
    if not len(time):
        return time
    known = np.where(time >= 0, np.arange(len(time)), len(time) - 1)
    following = np.minimum.accumulate(known[::-1])[::-1]
    usable = (rows["file"][following] == rows["file"]) & (time[following] >= 0)
    return np.where(usable, time[following], rows["clock"])


def order_frames(rows: np.ndarray) -> Order:
    """Sort a capture's rows by sequence number within connections, and find what is missing.

    Args:
        rows: ROW[n], in order of arrival.
    """
    n = len(rows)
    connection, seq = np.zeros(n, np.int64), rows["seq"].copy()
    late, duplicate, skip = np.zeros(n, bool), np.zeros(n, bool), np.zeros(n, bool)
    time = _known_times(rows)
    by_channel = np.argsort(rows["channel"], kind="stable")
    bounds = np.flatnonzero(np.diff(rows["channel"][by_channel])) + 1
    members = np.split(by_channel, bounds) if n else []
    ranks, skips, total = [], [], 0
    for channel in members:
        numbers, links, behind = seq[channel], connection[channel], late[channel]
        _connections(
            numbers, time[channel], rows["file"][channel].copy(),
            rows["subscription"][channel].copy(), links, behind,
        )  # fmt: skip
        seq[channel], late[channel], connection[channel] = numbers, behind, links + total
        total += int(links[-1]) + 1
        order = channel[np.lexsort((seq[channel], connection[channel]))]
        step = np.diff(seq[order])
        same = np.diff(connection[order]) == 0
        real = rows["seq"][order] >= 0
        duplicate[order[1:]] = same & (step == 0) & real[1:] & real[:-1]
        skips.append((order[1:][same & (step > 1)], int(same.sum())))
        ranks.append(order)
    filtered = _judge(rows, members, skips, skip)
    rank = np.concatenate(ranks) if ranks else np.zeros(0, np.int64)
    lost = np.flatnonzero(skip)
    losses = {
        int(link): np.sort(seq[lost[connection[lost] == link]])
        for link in np.unique(connection[lost])
    }
    return Order(rank, connection, seq, late, duplicate, skip, filtered, losses)


def _judge(
    rows: np.ndarray,
    members: list[np.ndarray],
    skips: list[tuple[np.ndarray, int]],
    skip: np.ndarray,
) -> int:
    """Mark the skips that are losses; -> how many channels are filtered."""
    book = [bool(np.isin(rows["kind"][channel], (DELTA, SNAPSHOT)).any()) for channel in members]
    filtered = 0
    for mine, (places, steps) in zip(book, skips, strict=True):
        found = len(places)
        if steps < ENOUGH_STEPS:
            peers = [pair for other, pair in zip(book, skips, strict=True) if other == mine]
            steps = sum(pair[1] for pair in peers)
            found = sum(len(pair[0]) for pair in peers)
        if is_filtered(steps, found):
            filtered += 1
        else:
            skip[places] = True
    return filtered
