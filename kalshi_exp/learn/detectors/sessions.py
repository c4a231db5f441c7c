"""Which simulated sessions a detector learns from, and what is planted in them."""

from __future__ import annotations

from dataclasses import replace

from kalshi_exp.config import Scenario
from kalshi_exp.exchange.variations import PLANTED, varied
from kalshi_exp.market.draws import uniform

TRAINING, VALIDATION, CALIBRATION, JUDGING = 10_000, 30_000, 35_000, 40_000
"""Numbers of the first session of each sort; judging goes on without end and is not done here."""

_CHECK = 7_500  # keeps these draws apart from others of the session
_WHOLE = 0.64  # of the sessions have everything that the scenario plants
_BARE = 0.28  # have nothing of it
_PLAIN = 0.2  # are among the bare ones, and their traders those of the plain scenario


def numbers(first: int, count: int) -> range:
    """Numbers of the sessions of one sort.

    Args:
        first: TRAINING, VALIDATION or CALIBRATION.
        count: how many.

    Raises:
        ValueError: so many would reach into the next sort.
    """
    last = min(each for each in (VALIDATION, CALIBRATION, JUDGING) if each > first)
    if not 0 < count <= last - first:
        raise ValueError(f"{count} sessions from number {first}: give 1 to {last - first}")
    return range(first, first + count)


def scenario_of(scenario: Scenario, seed: int, number: int) -> Scenario:
    """The scenario as one session for learning has it.

    Most are variations as they are judged on. In the others what is planted is there or not by a
    coin for each pattern, or nothing is there at all, in some of these not even more traders than
    in the plain scenario: a detector has to learn absence too.

    Args:
        scenario: the scenario.
        seed: of the market.
        number: of the session.
    """
    luck = uniform(seed, number, 0, 0, _CHECK)
    if luck > 1.0 - _PLAIN:
        plain = Scenario(
            duration_s=scenario.duration_s, markets=scenario.markets, grid=scenario.grid
        )
        return varied(plain, seed, number)
    out = varied(scenario, seed, number)
    if luck < _WHOLE:
        return out
    for place, name in enumerate(PLANTED):
        if luck > 1.0 - _BARE or uniform(seed, number, 0, 1 + place, _CHECK) < 0.5:
            out = replace(out, **{name: replace(getattr(out, name), strength=0.0)})
    return out
