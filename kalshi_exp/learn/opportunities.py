"""What was detected while a player was judged, and what its trades in it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, final

import numpy as np

from kalshi_exp.learn.arena import Arena
from kalshi_exp.market.fees import charge
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import BID, PRICE_ONE, SECOND
from kalshi_exp.metrics.exploitation import FAMILIES, HOLD_S, detected

if TYPE_CHECKING:
    from kalshi_exp.learn.play import Table

_FIRST_ROOM = 1024  # decisions


class Seen(NamedTuple):
    """What environments saw so far, decision after decision.

    Attributes:
        now: int64[E, T], ns.
        there: bool[E, T, slots, len(FAMILIES)].
        bid: int32[E, T, slots], exit marks, 1e-4 dollars.
        ask: int32[E, T, slots].
        settled: bool[E, T, slots].
    """

    now: np.ndarray
    there: np.ndarray
    bid: np.ndarray
    ask: np.ndarray
    settled: np.ndarray


@kernel
def _exit_fees(
    fees: Any, prices: np.ndarray, sizes: np.ndarray, flows: np.ndarray, out: np.ndarray
) -> None:
    """Taker's fee of each exit, in one fill."""
    for i in range(len(out)):
        out[i], _ = charge(fees, 0, flows[i], prices[i], sizes[i], False)


@final
class Watch:
    """Keeps what was detected at each decision; finds the opportunities when a session ends."""

    def __init__(self, arena: Arena, table: Table) -> None:
        """Begin to watch.

        Args:
            arena: the sessions.
            table: where they are judged.
        """
        self._sessions = arena.sessions
        self._count = np.zeros(table.world.environments, np.int64)
        self._seen = _room(table.world.environments, _FIRST_ROOM, table.world.slots)

    def note(self, table: Table, where: np.ndarray) -> None:
        """Keep the decision at hand, or the end, of some environments (bool[E])."""
        world, seen = table.world, self._seen
        if self._count.max() == seen.now.shape[1]:
            self._seen = seen = _doubled(seen)
        shape = (world.environments, world.slots)
        rows = world.rows
        alive = (rows["market"] >= 0) & (rows["settled"] == 0)
        there = detected(world.out.patterns) & alive[:, None]
        there &= np.repeat(world.episodes["done"] == 0, world.slots)[:, None]
        bid, ask = world.exit_marks()
        chosen = np.flatnonzero(where)
        at = chosen, self._count[chosen]
        seen.now[at] = world.episodes["now"][chosen]
        seen.there[at] = there.reshape(*shape, len(FAMILIES))[chosen]
        seen.bid[at] = bid.reshape(shape)[chosen]
        seen.ask[at] = ask.reshape(shape)[chosen]
        seen.settled[at] = (rows["settled"] == 1).reshape(shape)[chosen]
        self._count[chosen] += 1

    def close(
        self, table: Table, environment: int, ends: int, fills: np.ndarray, ordinals: np.ndarray
    ) -> dict[str, np.ndarray]:
        """The opportunities of a session that has just ended.

        Args:
            table: where it was judged; nothing new has begun there.
            environment: its environment.
            ends: when the session closed, ns.
            fills: FILL[F], all of it.
            ordinals: int64[F], each one's market.

        Returns:
            Columns of `OPPORTUNITIES` but for fold, policy and session.
        """
        self.note(table, np.arange(len(self._count)) == environment)
        count = int(self._count[environment])
        self._count[environment] = 0
        session = self._sessions[table.session[environment]]
        markets = len(session.markets)
        seen = Seen(*(part[environment, :count] for part in self._seen))
        now = seen.now.copy()
        now[-1] = max(ends, int(now[-1]))
        settlement = np.array([one.settlement for one in session.markets], np.int64)
        fees = table.world.spec[0]["fees"]
        return _opportunities(seen._replace(now=now), markets, settlement, fees, fills, ordinals)


def _opportunities(
    seen: Seen,
    markets: int,
    settlement: np.ndarray,
    fees: Any,
    fills: np.ndarray,
    ordinals: np.ndarray,
) -> dict[str, np.ndarray]:
    """Runs of detected states in one session, each with what was filled in it.

    Args:
        seen: of one environment, without its axis; the last entry is the end.
        markets: how many there are.
        settlement: int64[markets], 1e-4 dollars; -1 unknown.
        fees: FEES record.
        fills: FILL[F].
        ordinals: int64[F], each one's market.
    """
    family, market, first, after = runs(seen.there[:, :markets])
    steps = len(seen.now)
    # A fill belongs to the last decision before it.
    decision = np.maximum(np.searchsorted(seen.now, fills["ts"]) - 1, 0)
    signed = np.where(fills["side"] == BID, fills["size"], -fills["size"])

    def within(values: np.ndarray) -> np.ndarray:
        total = np.zeros((markets, steps + 1), np.int64)
        np.add.at(total, (ordinals, decision + 1), values)
        summed = np.cumsum(total, 1)
        part: np.ndarray = summed[market, after] - summed[market, first]
        return part

    contracts, position = within(fills["size"]), within(signed)
    paid = within(signed * fills["price"].astype(np.int64) + fills["fee"])
    start, end = seen.now[first], seen.now[after]
    leaves = np.searchsorted(seen.now, np.maximum(end, start + HOLD_S * SECOND))
    leaves = np.minimum(leaves, steps - 1)
    settled = seen.settled[leaves, market] & (settlement[market] >= 0)
    price = np.where(position > 0, seen.bid[leaves, market], seen.ask[leaves, market])
    price = np.where(settled, settlement[market], price).astype(np.int64)
    size = np.abs(position)
    flow = np.where(position > 0, price, PRICE_ONE - price) * size
    fee = np.zeros(len(size), np.int64)
    _exit_fees(fees, price, size, flow, fee)
    fee[settled | (size == 0)] = 0
    profit = np.where(contracts > 0, position * price - paid - fee, 0)
    return {
        "market": market,
        "family": np.array(FAMILIES)[family].astype(object),
        "start": start,
        "end": end,
        "decisions": after - first,
        "contracts": contracts,
        "position": position,
        "profit": profit,
        "exit": seen.now[leaves],
        "settled": settled,
    }


def runs(there: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Longest runs of true.

    Args:
        there: bool[T, markets, families]; nothing is there at the last T.

    Returns:
        Family, market, first T of the run and the first after it, int64[runs] each, in that order.
    """
    steps, markets, families = there.shape
    padded = np.zeros((families, markets, steps + 1), np.int8)
    padded[:, :, 1:] = np.moveaxis(there, 0, 2).transpose(1, 0, 2)
    edge = np.diff(padded, axis=2)
    family, market, first = np.nonzero(edge == 1)
    after = np.nonzero(edge == -1)[2]
    return family, market, first, after


def _room(environments: int, steps: int, slots: int) -> Seen:
    shape = (environments, steps, slots)
    return Seen(
        now=np.zeros((environments, steps), np.int64),
        there=np.zeros((*shape, len(FAMILIES)), np.bool_),
        bid=np.zeros(shape, np.int32),
        ask=np.zeros(shape, np.int32),
        settled=np.zeros(shape, np.bool_),
    )


def _doubled(seen: Seen) -> Seen:
    return Seen(*(np.concatenate([part, np.zeros_like(part)], axis=1) for part in seen))
