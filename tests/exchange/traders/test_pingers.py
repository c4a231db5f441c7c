"""Probes are small, short and followed by size; without strength there is nothing of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config.scenario import Pingers, Scenario
from kalshi_exp.exchange import advance, new_exchange
from kalshi_exp.exchange.owners import PINGERS
from kalshi_exp.exchange.sampling import PINGER
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape.session import Kind

START = 1_700_000_000 * SECOND
PROBED = Scenario(duration_s=900.0, markets=2, pingers=Pingers(strength=1.0))


def play(scenario: Scenario, number: int = 0) -> np.ndarray:
    exchange = new_exchange(scenario, 4, number, START)
    exchange = advance(exchange, exchange.clock[0]["close"])
    assert (exchange.ordinals[:, PINGER] > 0).all() == (scenario.pingers.strength > 0.0)
    return exchange.engine.log[: exchange.engine.counts[0]["logged"]]


def mine(log: np.ndarray) -> np.ndarray:
    return log[(log["owner"] == PINGERS) | (log["taker"] == PINGERS)]


def probes(log: np.ndarray) -> np.ndarray:
    added = log[(log["owner"] == PINGERS) & (log["kind"] == Kind.ADD)]
    return added[np.isin(added["size"], [100, 200, 300, 400, 500])]


def test_probes_come_and_go_within_five_seconds():
    lives, sizes, count = [], [], 0
    for number in range(4):
        log = play(PROBED, number)
        for probe in probes(log):
            ends = log[(log["serial"] == probe["serial"]) & (log["kind"] != Kind.ADD)]
            if len(ends) and ends["ts"][-1] - probe["ts"] < 5 * SECOND:
                lives.append((ends["ts"][-1] - probe["ts"]) / SECOND)
                sizes.append(int(probe["size"]))
        count += len(probes(log))
    minutes = 4 * 2 * 15
    assert len(lives) > 0.95 * (count - 8)
    assert 3.0 < count / minutes < 4.5
    assert 1.5 < np.mean(lives) < 2.5
    assert set(sizes) == {100, 200, 300, 400, 500}


@pytest.mark.parametrize("follow", [0.0, 1.0])
def test_size_follows_a_probe(follow):
    log = play(replace(PROBED, pingers=Pingers(strength=1.0, follow=follow)))
    found, small = mine(log), probes(log)
    ends = log["ts"][(log["owner"] == PINGERS) & (log["kind"] == Kind.CANCEL)]
    big = found[(found["kind"] == Kind.ADD) & (found["size"] > 500)]
    taken = found[found["taker"] == PINGERS]
    if follow == 0.0:
        assert len(big) == len(taken) == 0
        return
    assert len(big) > 0.6 * len(small)
    assert np.median(big["size"]) > 5_000
    assert np.isin(big["ts"], ends).mean() > 0.9  # as its probe is taken back


def test_whoever_took_a_probe_is_joined():
    """Size that takes sells where a bid was sold to, and buys where an ask was bought."""
    joined = 0
    for number in range(6):
        log = play(replace(PROBED, pingers=Pingers(strength=1.0, follow=1.0)), number)
        hit = log[(log["owner"] == PINGERS) & (log["kind"] == Kind.FILL)]
        for entry in log[log["taker"] == PINGERS]:
            before = hit[
                (hit["market"] == entry["market"])
                & (hit["ts"] <= entry["ts"])
                & (hit["ts"] > entry["ts"] - 5 * SECOND)
            ]
            assert entry["side"] in before["side"]
            joined += 1
    assert joined > 5


def test_strength_zero_leaves_the_tape_as_it_was():
    one = play(replace(PROBED, duration_s=120.0, pingers=Pingers()))
    two = play(replace(PROBED, duration_s=120.0, pingers=Pingers(strength=0.0, rate=60.0)))
    assert all((one[name] == two[name]).all() for name in one.dtype.names)
    assert len(mine(one)) == 0
