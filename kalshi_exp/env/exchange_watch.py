"""The one-second clock in the exchange world: samples of the features, and detectors at work."""

from __future__ import annotations

from kalshi_exp.features.anchor import EVIDENCE, observe_evidence
from kalshi_exp.features.book import touch_prices
from kalshi_exp.features.cross_market import observe_cross_market
from kalshi_exp.features.engine import due, observe, sample
from kalshi_exp.features.siblings import observe_relations, sample_siblings
from kalshi_exp.features.table import MARKET_FEATURES, group_columns
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.patterns.watch import watch_market

_CROSS = group_columns("cross_market")
CROSS_FROM, CROSS_TO = _CROSS.start, _CROSS.stop
_RELATED = MARKET_FEATURES + len(EVIDENCE)


@lean_kernel
def take_touches(floor, engine, environment, first):
    """Bring the touches that siblings compare up to date."""
    for slot in range(first, first + engine.open.size):
        touch = floor.siblings.touch[environment, slot - first]
        touch[0], touch[1] = touch_prices(floor.best[slot], engine.prices)


@lean_kernel
def sample_until(floor, engine, environment, first, now):
    """Take the samples that are due before `now`, ns, of every market of the event.

    Args:
        floor: the arrays.
        engine: this environment's.
        environment: its number.
        first: its first row.
        now: ns.
    """
    markets, settings = engine.open.size, floor.settings[0]
    while due(floor.states[first]) < now:
        at = due(floor.states[first])
        for slot in range(first, first + markets):
            sample(settings, floor.states[slot], floor.sizes[slot], floor.best[slot], engine.prices)
        sample_siblings(settings, floor.siblings, environment, floor.states, first, markets)
        take_touches(floor, engine, environment, first)
        for slot in range(first, first + markets):
            _watch(floor, engine, environment, slot, slot - first, at)


@lean_kernel
def _watch(floor, engine, environment, slot, market, at):
    """Let the detector see one market at a whole second."""
    settings, state, best = floor.settings[0], floor.states[slot], floor.best[slot]
    read, prices, markets = floor.watch.read, engine.prices, engine.open.size
    observe(settings, state, floor.sizes[slot], best, prices, at, read)
    observe_cross_market(floor.siblings, environment, market, markets, read[CROSS_FROM:CROSS_TO])
    bid, ask = touch_prices(best, prices)
    observe_evidence(settings, state, prices, bid, ask, read[MARKET_FEATURES:_RELATED])
    observe_relations(floor.siblings, environment, market, markets, read[_RELATED:])
    watch_market(floor.watch, slot)
