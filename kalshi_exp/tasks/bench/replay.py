"""Rows of tape replay: messages into the book, and into book and features."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from kalshi_exp.config import Experiment
from kalshi_exp.features import build_tracks
from kalshi_exp.market.book import apply, clear
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.tape import Pack
from kalshi_exp.tasks.bench.event_array import write_event_arrays
from kalshi_exp.tasks.bench.peers import Peer, PeerError
from kalshi_exp.tasks.bench.row import Goal, Row
from kalshi_exp.tasks.bench.tapes import Tapes
from kalshi_exp.tasks.bench.timing import Measure, interleaved, rate_of

PEER = "hftbacktest 2.4.4, idle replay"
WITH_FEATURES = 5_000_000.0
_ROUNDS = 9
_BOOK_CHANGES = 4  # kinds below this change the book; tape.Kind


@lean_kernel
def replay(pack: Pack, market: int, sizes: np.ndarray, best: np.ndarray) -> int:
    """Take one market's messages into a book, from empty; returns how many were refused."""
    m = pack.markets[market]
    clear(sizes, best)
    refused = 0
    for i in range(m.first, m.last):
        message = pack.messages[i]
        if message.kind < _BOOK_CHANGES:
            refused += apply(sizes, best, message.side, message.level, message.size) == 1
    return refused


def _replay_all(pack: Pack) -> None:
    best = np.zeros(2, np.int32)
    for market, levels in enumerate(pack.markets["levels"]):
        if replay(pack, market, np.zeros((2, int(levels)), np.int64), best):
            raise AssertionError(f"market {market}: the tape takes away what is not there")


def replay_rows(experiment: Experiment, tapes: Tapes, folder: Path) -> list[Row]:
    """Measure the rows of this family.

    Args:
        experiment: says decision clock and features.
        tapes: what is replayed.
        folder: the peers' environment.
    """
    sessions, pack, origin = tapes.fast.sessions, tapes.fast.pack, tapes.fast.origin
    messages = float(len(pack.messages))
    ours = rate_of(lambda: _replay_all(pack), messages)
    features = rate_of(
        lambda: build_tracks(pack, sessions, experiment.world.decision, experiment.features),
        messages,
    )
    measures: dict[str, Measure] = {"book": ours, "features": features}
    reason = None
    try:
        file = tapes.scratch / "replay.npz"
        write_event_arrays(pack, file)
        with Peer(folder, "hftbacktest_replay.py", str(file), str(int(messages))) as peer:
            seen = interleaved(measures | {"peer": peer.rate}, _ROUNDS)
    except PeerError as error:
        reason = str(error)
        seen = interleaved(measures, _ROUNDS)
    return [
        Row(
            "tape replay into the book",
            seen["book"].best,
            "messages/s",
            1.0,
            Goal.ratio_at_least,
            f"{origin}; book.apply on every message of every market, one thread by its own "
            "time. The peer elapses 60 s at a time inside a compiled loop over the same messages "
            "as depth and trade events, L2 book in its fastest form (ROI vector), no strategy, no "
            "order; it keeps two books, the exchange's and the local one. Both count the tape's "
            "messages",
            PEER,
            seen["peer"].best if "peer" in seen else None,
            reason,
            seen["book"].median,
        ),
        Row(
            "tape replay with features",
            seen["features"].best,
            "messages/s",
            WITH_FEATURES,
            Goal.value_at_least,
            f"{origin}; build_tracks: every message through the streaming engine, all market "
            f"features read every {experiment.world.decision.every:g} "
            f"{experiment.world.decision.unit.value}, one thread by its own time",
            median=seen["features"].median,
        ),
    ]
