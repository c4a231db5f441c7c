"""Anchors of known strength, planted into a copy of a recorded market.

The mechanism is that of the simulated exchange (`exchange/traders/anchors.py`) with the parameters
of its config: an episode may begin when the mid is near a level; it keeps extra depth resting at
the level on its side of the mid, puts back a share of what was taken at each look, and ends after
its time, when the mid goes away or breaks through. The square root of strength scales both the odds
of an episode and its depth. Three things differ, all of them to the test's disadvantage: nobody
reacts to what was planted; a fearful episode plants nothing, since makers that are not ours can't
be made to widen; and no spread is closed.

What the tape's own messages say of the book stays as it was. An order of the other side that comes
to the planted price or through it takes the planted size first, and a trade at a worse price on the
planted side takes as much of it: the copy is never crossed.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from kalshi_exp.config.scenario import Anchors
from kalshi_exp.market.book import apply, clear
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import PRICE_ONE, SECOND
from kalshi_exp.tape import MESSAGE, Kind, MarketTape

_ADD, _CANCEL, _FILL, _PRINT = int(Kind.ADD), int(Kind.CANCEL), int(Kind.FILL), int(Kind.PRINT)
_CENT = PRICE_ONE // 100
_CLOSEST = 0.5  # cents: no episode begins with the level all but broken
_LUCK = 6  # draws a second at most: four looks (at least 200 ms apart), or a beginning or an end

_STATE = np.dtype(
    [
        ("active", np.bool_),
        ("end", np.int64),  # of the episode, ns
        ("rest", np.int64),  # no other before, ns
        ("look", np.int64),  # next look, ns
        ("price", np.int64),  # 1e-4 dollars
        ("level", np.int64),
        ("side", np.int64),
        ("wall", np.int64),  # what is to stand there, 1e-2 contracts; 0 in a fearful episode
        ("first", np.bool_),  # nothing was posted yet
        ("standing", np.int64),
        ("spent", np.int64),  # ns in episodes that plant
        ("begun", np.int64),
        ("drawn", np.int64),
        ("written", np.int64),
    ],
    align=True,
)


@kernel
def _next(state: np.ndarray, luck: np.ndarray) -> float:
    u = luck[state[0].drawn % len(luck)]
    state[0].drawn += 1
    return u


@kernel
def _write(
    state: np.ndarray, out: np.ndarray, ts: int, size: int, level: int, side: int, kind: int
) -> None:
    one = out[state[0].written]
    one.ts, one.size, one.level, one.side, one.kind = ts, size, level, side, kind
    state[0].written += 1


@kernel
def _remove(state: np.ndarray, out: np.ndarray, ts: int, size: int, kind: int) -> None:
    if size > 0:
        _write(state, out, ts, -size, state[0].level, state[0].side, kind)
        state[0].standing -= size


@kernel
def _exponential(u: float, mean_s: float) -> np.int64:
    return np.int64(-math.log(1.0 - u) * mean_s * SECOND)


@kernel
def _watch(
    state: np.ndarray,
    traits: np.ndarray,
    levels: np.ndarray,
    places: np.ndarray,
    mid: float,
    now: int,
    luck: np.ndarray,
    out: np.ndarray,
) -> None:
    """The crowd sees a mid (cents; nan for none): an episode begins, goes on or ends."""
    own, how = state[0], traits[0]
    if own.active:
        away = mid - own.price / _CENT
        behind = -away if own.side == 0 else away
        gone = np.isnan(mid) or abs(away) > 2.0 * how.radius or behind > how.give_up
        if now >= own.end or gone:
            _remove(state, out, now, own.standing, _CANCEL)
            own.active = False
            own.rest = now + _exponential(_next(state, luck), how.gap)
        elif own.wall > 0:
            own.spent += SECOND
        return
    if np.isnan(mid) or now < own.rest:
        return
    for k in range(len(levels)):
        distance = mid - levels[k] / _CENT
        if places[k] < 0 or not _CLOSEST <= abs(distance) <= how.radius:
            continue
        if _next(state, luck) >= how.odds:
            own.rest = now + _exponential(_next(state, luck), how.duration + how.gap)
            return
        length = how.duration * (0.5 + _next(state, luck))
        fearful = _next(state, luck) < how.fearful
        own.active, own.first, own.begun = True, True, own.begun + 1
        own.end = now + np.int64(length * SECOND)
        own.look = now
        own.price, own.level = levels[k], places[k]
        own.side = 0 if distance > 0 else 1
        own.wall = 0 if fearful else np.int64(how.wall)
        return


@kernel
def _hold(
    state: np.ndarray, traits: np.ndarray, best: np.ndarray, luck: np.ndarray, out: np.ndarray
) -> None:
    """The defender looks: puts back what is missing, unless that would take."""
    own, how = state[0], traits[0]
    missing = own.wall - own.standing
    free = own.level < best[1] if own.side == 0 else own.level > best[0]
    if free and missing > 0.1 * own.wall:
        share = 1.0 if own.first else how.refill
        size = np.int64(share * missing / 100.0) * 100
        if size > 0:
            _write(state, out, own.look, size, own.level, own.side, _ADD)
            own.standing += size
            own.first = False
    own.look += np.int64(how.reaction * (0.5 + _next(state, luck)) * SECOND) + 1


@kernel
def _plant(
    messages: np.ndarray,
    prices: np.ndarray,
    levels: np.ndarray,
    places: np.ndarray,
    traits: np.ndarray,
    luck: np.ndarray,
    state: np.ndarray,
    out: np.ndarray,
) -> None:
    sizes = np.zeros((2, len(prices)), np.int64)
    best = np.zeros(2, np.int32)
    clear(sizes, best)
    own = state[0]
    due = messages[0].ts + SECOND
    for i in range(len(messages)):
        one = messages[i]
        while True:  # what happens before this message, in its order
            look = own.active and own.wall > 0 and own.look < own.end
            if look and own.look < min(due, one.ts):
                _hold(state, traits, best, luck, out)
            elif due < one.ts:
                mid = np.nan
                if best[0] >= 0 and best[1] < len(prices):
                    mid = (prices[best[0]] + prices[best[1]]) / (2.0 * _CENT)
                _watch(state, traits, levels, places, mid, due, luck, out)
                due += SECOND
            else:
                break
        if own.standing > 0:
            if one.kind < _PRINT and one.side != own.side and one.size > 0:
                through = one.level <= own.level if own.side == 0 else one.level >= own.level
                if through:
                    _remove(state, out, one.ts, own.standing, _FILL)
            elif one.kind == _FILL and one.side == own.side:
                worse = one.level < own.level if own.side == 0 else one.level > own.level
                if worse:
                    _remove(state, out, one.ts, min(own.standing, -one.size), _FILL)
        if one.kind < _PRINT:
            apply(sizes, best, one.side, one.level, one.size)
        out[own.written] = one
        own.written += 1
    _remove(state, out, messages[-1].ts, own.standing, _CANCEL)


_TRAITS = np.dtype(
    [
        (name, np.float64)
        for name in (
            "odds", "wall", "radius", "give_up", "duration", "gap", "refill", "fearful", "reaction",
        )
    ]
)  # fmt: skip


def plant(
    market: MarketTape,
    levels: tuple[int, ...],
    strength: float,
    typical: float,
    rng: np.random.Generator,
    anchors: Anchors | None = None,
) -> tuple[MarketTape, float]:
    """A copy of a market in which prices are defended.

    Args:
        market: its tape.
        levels: the prices, cents.
        strength: 0 to 1; 0 plants nothing.
        typical: median size of a touch, 1e-2 contracts.
        rng: of this planting.
        anchors: the other parameters; the scenario's defaults when not given.

    Returns:
        The copy, and the seconds for which something was defended.
    """
    traits = anchors or Anchors()
    total = len(market.messages)
    if strength <= 0.0 or total == 0:
        return market, 0.0
    row = np.zeros(1, _TRAITS)
    row["odds"] = math.sqrt(strength)
    most = traits.depth * math.sqrt(strength) * typical
    row["wall"] = (1.0 - traits.tighten) * most
    row["radius"], row["give_up"] = traits.radius_cents, traits.give_up_cents
    row["duration"], row["gap"] = traits.duration_s, traits.gap_s
    row["refill"], row["fearful"] = traits.refill, traits.fearful
    row["reaction"] = traits.reaction_ms / 1e3
    at = np.array(levels, np.int64) * _CENT
    ts = market.messages["ts"]
    seconds = int(ts[-1] - ts[0]) // SECOND + 2
    looks = math.ceil(2e3 / traits.reaction_ms) + _LUCK
    out = np.zeros(2 * total + looks * seconds, MESSAGE)
    state = np.zeros(1, _STATE)
    _plant(
        market.messages,
        market.ladder.prices,
        at,
        market.ladder.lookup[at].astype(np.int64),
        row,
        rng.random(looks * seconds),
        state,
        out,
    )
    copy = out[: int(state["written"][0])].copy()
    return replace(market, messages=copy), float(state["spent"][0]) / SECOND
