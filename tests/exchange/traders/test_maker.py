"""What makers' parameters say is what they do."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.exchange import MAKER, advance, new_exchange, session_start
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape.session import Kind
from tests.exchange.traders.busy import SECONDS, log_of, market, of, play

ALONE = {"strength": 0.0}


def shown(maker: dict[str, float], volatility: float = 0.8) -> np.ndarray:
    """The spread each second, cents, of a market of makers alone; nan while a side is empty."""
    scenario = market(ALONE, ALONE, maker)
    scenario.belief.volatility_cents, scenario.belief.jumps_per_hour = volatility, 0.0
    start = session_start(scenario, 0)
    exchange = new_exchange(scenario, 0, 0, start)
    out = []
    for second in range(1, int(SECONDS)):
        exchange = advance(exchange, np.int64(start + second * SECOND))
        bid, ask = exchange.engine.best[0, BID], exchange.engine.best[0, ASK]
        two = bid >= 0 and ask < exchange.engine.prices.size
        out.append(ask - bid if two else np.nan)
    return np.array(out)


def test_a_maker_that_leaves_takes_its_quotes_along():
    spread = shown({"away": 0.4, "away_s": 2.0, "refresh_s": 0.05})
    assert np.isnan(spread).mean() == pytest.approx(0.4, abs=0.15)
    assert not np.isnan(shown({})).any()


def test_temper_makes_spreads_of_every_width():
    even, tempered = (
        shown({"half_spread_cents": 0.8, "temper": t, "refresh_s": 0.1}) for t in (0, 1)
    )
    assert tempered.std() > 2.0 * even.std()


def test_caution_widens_after_a_move():
    calm, cautious = (shown({"caution": c, "caution_s": 5.0}, volatility=3.0) for c in (0.0, 0.5))
    assert cautious.mean() > calm.mean() + 1.5
    still = shown({"caution": 0.5}, volatility=0.0)
    assert (still == still[0]).all()


def test_quotes_shrink_from_one_to_the_next():
    log = log_of(play(market(ALONE, ALONE, {"size_decay": 0.5, "size_sigma": 0.0, "levels": 3})))
    first = log[(log["ts"] == log["ts"][0]) & (log["side"] == BID)]
    assert first["size"].tolist() == [6_100, 3_100, 1_600]


def test_the_slowest_of_several_looks_least_and_quotes_widest():
    maker = {"count": 3, "reaction_spread": 16.0, "width_spread": 9.0, "refresh_s": 0.05}
    exchange = play(market(ALONE, ALONE, maker))
    looks = exchange.ordinals[0, 32:35]
    assert looks[0] > 3 * looks[1] > 9 * looks[2] > 0
    opening = log_of(exchange)[:24]
    width = [
        opening["level"][(opening["owner"] == MAKER + who) & (opening["side"] == ASK)].min()
        - opening["level"][(opening["owner"] == MAKER + who) & (opening["side"] == BID)].max()
        for who in (0, 2)
    ]
    assert width[1] > width[0]


def test_a_look_that_finds_all_in_place_does_nothing():
    """However often it looks, a maker's quotes are those of one that looks at each step."""
    looked = [play(market(ALONE, ALONE, {"refresh_s": s, "size_sigma": 0.0})) for s in (0.01, 0.02)]
    instructions = [int(one.engine.counts[0]["instructions"]) for one in looked]
    assert instructions[0] < 1.3 * instructions[1]
    for one in looked:
        adds = of(log_of(one), MAKER, Kind.ADD)
        assert len(adds) > 20
        assert len(np.unique(adds["ts"])) > len(adds) / 8
