"""What noise traders' parameters say is what they do."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.exchange import NOISE, advance, new_exchange, session_start
from kalshi_exp.exchange.belief import STEP
from kalshi_exp.market.units import BID, MILLISECOND, SECOND
from kalshi_exp.tape.session import Kind
from tests.exchange.traders.busy import SECONDS, log_of, market, of, play


def lives(log: np.ndarray) -> np.ndarray:
    """Seconds from each noise order's add to its cancel."""
    adds, cancels = of(log, NOISE, Kind.ADD), of(log, NOISE, Kind.CANCEL)
    born = dict(zip(adds["serial"].tolist(), adds["ts"].tolist(), strict=True))
    ends = zip(cancels["serial"].tolist(), cancels["ts"].tolist(), strict=True)
    return np.array([ts - born[serial] for serial, ts in ends]) / SECOND


def test_sizes_that_programs_send():
    log = log_of(play(market({"tiny": 0.2, "clips": 0.3, "blocks": 0.1})))
    sizes = of(log, NOISE, Kind.ADD)["size"]
    assert len(sizes) > 1_500
    assert (sizes == 10).mean() == pytest.approx(0.2, abs=0.04)
    assert (sizes == 200_000).mean() == pytest.approx(0.1, abs=0.03)
    plain = of(log_of(play(market())), NOISE, Kind.ADD)["size"]
    more = np.isin(sizes, (1_000, 10_000)).mean() - np.isin(plain, (1_000, 10_000)).mean() * 0.4
    assert more == pytest.approx(0.3, abs=0.04)


def test_flickering_orders_live_an_instant():
    seen = lives(log_of(play(market({"flicker": 0.6, "flicker_ms": 20.0, "life_sigma": 1.0}))))
    assert 0.5 < (seen < 0.2).mean() < 0.75
    assert np.median(seen[seen < 0.2]) == pytest.approx(0.02, rel=0.25)
    assert (lives(log_of(play(market()))) < 0.2).mean() < 0.15


def test_lognormal_lives_have_the_mean_of_exponential_ones():
    lasting = {"depth_ticks": 0.0, "lifetime_s": 1.0, "improve": 0.0, "take_rate": 0.0}
    for sigma in (0.0, 1.0):
        seen = lives(log_of(play(market({**lasting, "life_sigma": sigma}, {"strength": 0.0}))))
        assert seen.mean() == pytest.approx(1.0, rel=0.12)


def test_replaced_orders_come_back_at_once():
    chance, without = (
        log_of(play(market({"lifetime_s": 0.5, "replace": share}))) for share in (0.5, 0.0)
    )
    cancels = of(chance, NOISE, Kind.CANCEL)["ts"]
    again = np.isin(cancels, of(chance, NOISE, Kind.ADD)["ts"])
    assert again.mean() == pytest.approx(0.5, abs=0.05)
    assert not np.isin(
        of(without, NOISE, Kind.CANCEL)["ts"], of(without, NOISE, Kind.ADD)["ts"]
    ).any()
    ratio = len(of(chance, NOISE, Kind.ADD)) / len(of(without, NOISE, Kind.ADD))
    assert ratio == pytest.approx(2.0, rel=0.12)


def stale(watch: float) -> int:
    """Noise orders that the belief has passed, over the quarters of a session's seconds."""
    scenario = market({"watch": watch, "watch_ms": 0.0, "lifetime_s": 20.0}, {"strength": 0.0})
    scenario.belief.volatility_cents = 2.0
    start = session_start(scenario, 0)
    exchange = new_exchange(scenario, 0, 0, start)
    found = 0
    for quarter in range(4, int(4 * SECONDS)):
        now = start + quarter * SECOND // 4 + MILLISECOND
        exchange = advance(exchange, np.int64(now))
        orders = exchange.engine.orders
        standing = orders[(orders["size"] > 0) & (orders["owner"] == NOISE)]
        price = exchange.engine.prices[standing["level"]] / 1e4
        truth = exchange.belief[0, (now - start) // STEP]
        found += int(np.where(standing["side"] == BID, price > truth, price < truth).sum())
    return found


def test_who_watches_takes_back_what_the_belief_has_passed():
    assert stale(1.0) == 0 < stale(0.0)


def test_far_orders_stand_far_and_long():
    near, far = (
        play(market({"far": share, "far_ticks": 30.0, "far_s": 100.0})) for share in (0.0, 0.4)
    )
    levels = [(exchange.engine.sizes[0] > 0).sum() for exchange in (near, far)]
    assert levels[1] > 1.8 * levels[0]


def test_takers_bring_others_along():
    alone, followed = (
        log_of(play(market({"follow": share, "follow_ms": 5.0}, {"strength": 0.0})))
        for share in (0.0, 0.6)
    )
    times = [np.unique(of(log, NOISE, Kind.FILL)["ts"]) for log in (alone, followed)]
    gaps = [np.diff(np.unique(log["ts"][log["kind"] == Kind.FILL])) for log in (alone, followed)]
    assert len(times[1]) > 0
    assert (gaps[0] < 20 * MILLISECOND).mean() < 0.1 < 0.4 < (gaps[1] < 20 * MILLISECOND).mean()


def test_sweepers_take_more_than_the_touch():
    touch, swept = (
        log_of(play(market({"sweep": share, "take_median": 400.0}, {"strength": 0.0})))
        for share in (0.0, 1.0)
    )
    for log, some in ((touch, False), (swept, True)):
        fills = log[log["kind"] == Kind.FILL]
        same = np.diff(fills["ts"]) == 0
        assert (np.diff(fills["level"])[same] != 0).any() == some
