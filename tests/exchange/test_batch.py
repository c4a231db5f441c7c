"""A batch is its exchanges, each as it would be alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange import advance, new_exchange
from kalshi_exp.exchange.batch import grown, new_batch, one_of, put_blank, view
from kalshi_exp.exchange.exchange import begin, blank_exchange, play
from kalshi_exp.market.jit import lean_kernel
from kalshi_exp.market.units import SECOND

SHORT = replace(Scenario(), duration_s=60.0)
START = 1_700_000_000 * SECOND


@lean_kernel
def play_all(batch, until):
    """The first exchange without room to go on; their number when all are done."""
    for number in range(batch.clock.shape[0]):
        if not play(view(batch, number), until):
            return number
    return batch.clock.shape[0]


def test_exchanges_side_by_side_play_what_each_would_alone() -> None:
    blank = blank_exchange(SHORT, 2, agents=1)
    small = blank._replace(engine=blank.engine._replace(log=blank.engine.log[:100]))
    batch, blank = new_batch(small, 3), small
    for _ in range(2):  # the second time over what the first left
        put_blank(batch, blank, np.ones(3, np.bool_))
        for number in range(3):
            begin(one_of(batch, number), np.int64(number), np.int64(START))
        grew = 0
        while (full := play_all(batch, np.int64(START + 60 * SECOND))) < 3:
            batch, blank = grown(batch, blank, np.int64(full))
            grew += 1
    assert grew == 0 and batch.engine.log.shape[1] > 200
    for number in range(3):
        alone = advance(new_exchange(SHORT, 2, number, START), START + 60 * SECOND)
        mine = one_of(batch, number)
        logged = alone.engine.counts[0]["logged"]
        assert mine.engine.counts[0]["logged"] == logged > 100
        for name in alone.engine.log.dtype.names:
            assert (mine.engine.log[name][:logged] == alone.engine.log[name][:logged]).all()
        assert mine.belief.tobytes() == alone.belief.tobytes()
        assert mine.settlement[0] == alone.settlement[0]


def test_only_the_chosen_are_made_blank() -> None:
    blank = blank_exchange(SHORT, 2, agents=1)
    batch = new_batch(blank, 2)
    put_blank(batch, blank, np.ones(2, np.bool_))
    begin(one_of(batch, 1), np.int64(7), np.int64(START))
    put_blank(batch, blank, np.array([True, False]))
    assert batch.clock["number"].ravel().tolist() == [0, 7]
    assert batch.agenda["waiting"][0] == 0 < batch.agenda["waiting"][1]
