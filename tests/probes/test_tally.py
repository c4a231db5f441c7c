from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.config import OldFill
from kalshi_exp.market.orders import FILL
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.probes import COLUMN, STRATEGIES, SUMS, Played, orders_of, tally
from kalshi_exp.probes.play import SENT
from kalshi_exp.probes.tally import NEVER_FILLED
from tests.probes.conftest import Theatre, perform, staged
from tests.probes.reference import slow_tally


def agree(played: Played, environments: list[int]) -> None:
    fast = tally(played, 1, SECOND)
    for environment in environments:
        slow = slow_tally(played, 1, environment)
        assert not set(slow) - set(SUMS)
        told = [slow.get(name, 0.0) for name in SUMS]
        np.testing.assert_allclose(fast[environment], told, rtol=1e-9, atol=1e-9)


def test_every_sum_is_that_of_a_slow_count(world: str, theatre: Theatre) -> None:
    played = theatre.plays[world]
    agree(played, list(range(0, theatre.stage.environments, 5)))
    sums = tally(played, 1, SECOND).sum(0)
    never = {name for name in SUMS if sums[COLUMN[name]] == 0}
    assert never <= {"violations", "waited_8", "waited_9", "waited_10"}, never


def test_so_it_is_where_fills_go_beyond_the_evidence() -> None:
    played = perform(staged(STRATEGIES[::6]), "tape", OldFill())
    agree(played, list(range(18)))
    assert tally(played, 1, SECOND)[:, COLUMN["violations"]].sum() > 0


def made() -> Played:
    """Two orders of a market whose mid rises from 50 cents by a cent a second, for 70 s.

    Row 0 buys 30 at 49 cents, sent at 2 s, there 0.5 s later: 10 fill at 3.5 s, 20 at 4 s.
    Row 1 sells 100 at 55 cents at 5 s, there at once: all fill then.
    """
    orders = np.zeros(2, SENT)
    orders["serial"], orders["side"], orders["level"] = 1, (BID, ASK), (48, 54)
    orders["sent"], orders["arrive"] = (2 * SECOND, 5 * SECOND), (5 * SECOND // 2, 5 * SECOND)
    orders["placed"] = 3000, 10_000
    fills = np.zeros(3, FILL)
    fills["serial"], fills["side"], fills["passive"] = 1, (BID, BID, ASK), (1, 1, 0)
    fills["ts"] = 7 * SECOND // 2, 4 * SECOND, 5 * SECOND
    fills["size"], fills["price"] = (1000, 2000, 10_000), (4900, 4900, 5500)
    fills["fee"] = 0, 0, 1_500_000
    times = np.repeat(np.arange(70)[:, None] * SECOND, 2, 1)
    mids = np.repeat((50 + np.arange(71))[:, None] * 200, 2, 1)
    return Played(orders, np.arange(2), fills, np.array([0, 0, 1]), times, mids, np.array([0, 3]))


def test_by_hand() -> None:
    found = tally(made(), 1, SECOND)

    def told(environment: int, *names: str) -> list[float]:
        return [float(found[environment, COLUMN[name]]) for name in names]

    counted = ("orders", "offered", "filled", "passive", "aggressive", "violations")
    assert told(0, *counted) == [1, 30, 30, 30, 0, 0]
    assert told(1, *counted) == [1, 100, 100, 0, 100, 3]
    assert told(0, "within_1", "within_5", "waited_3", "waited_4") == [1, 1, 1, 0]  # just a second
    assert told(1, "within_1", "waited_0") == [1, 1]
    # A second after 3.5 s is seen at 5 s (55 cents), after 4 s at 5 s; 60 s later: 114 both.
    assert told(0, "passive_markout_1") == [30 * 6.0]
    assert told(0, "passive_markout_60", "profit") == [10 * 65.0 + 20 * 65.0, 30 * 65.0]
    assert told(1, "aggressive_markout_1", "fees") == [-100.0, 150.0]
    assert told(1, "profit") == [-100 * 60.0 - 150]
    assert told(1, "taken_2", "slippage_2", "taken_1") == [100, 0, 0]
    late = made()
    late.fills["ts"][:2] += 60 * SECOND
    assert tally(late, 1, SECOND)[0, COLUMN["passive_markout_60"]] == 30 * (120 - 49.0)  # the end


def test_orders_have_a_name_that_another_world_gives_too() -> None:
    found = orders_of(made(), 1, SECOND)
    assert found.key.tolist() == [2 * 2, ((1 << 24) + 5) * 2 + 1]
    assert found.placed.tolist() == [30, 100]
    assert found.waited.tolist() == [SECOND, 0]
    assert found.within(1).tolist() == [True, True] and found.within(0.5).tolist() == [False, True]
    bare = made()._replace(fills=np.zeros(0, FILL), fill_rows=np.zeros(0, np.int64))
    assert (orders_of(bare, 1, SECOND).waited == NEVER_FILLED).all()
    assert not orders_of(bare, 1, SECOND).within(60).any()


def test_nothing_done_is_nothing_counted() -> None:
    nobody = np.zeros(0, np.int64)
    idle = made()._replace(
        orders=np.zeros(0, SENT), order_rows=nobody, fills=np.zeros(0, FILL), fill_rows=nobody
    )
    assert tally(idle, 1, SECOND).sum() == 3  # the violations it was told of


@pytest.mark.parametrize("world", ["exchange", "tape"])
def test_names_of_orders_are_unique(world: str, theatre: Theatre) -> None:
    found = orders_of(theatre.plays[world], 1, SECOND)
    assert len(np.unique(found.key)) == len(found.key) > 1000
