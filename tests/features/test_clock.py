from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from kalshi_exp.config import Clock, Decision
from kalshi_exp.features import decision_times
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape import MESSAGE, Kind, Session, pack_sessions


def _messages(rows: list[tuple[float, int, Kind]], start: int) -> np.ndarray:
    """(seconds, side, kind) at one bid and one ask level."""
    return np.array(
        [(start + int(t * SECOND), 100, 40 if s == BID else 50, s, k) for t, s, k in rows], MESSAGE
    )


@pytest.fixture
def session(make_session: Callable[..., Session], start_ts: int) -> Session:
    add = Kind.ADD
    one = _messages([(0, BID, add), (3, ASK, add), (4, BID, add), (4, BID, add)], start_ts)
    two = _messages([(1, BID, add), (2, ASK, add), (5, ASK, Kind.GAP), (9, ASK, add)], start_ts)
    return make_session([one, two])


def _times(session: Session, decision: Decision) -> np.ndarray:
    pack = pack_sessions([session])
    return decision_times(pack, np.arange(len(session.markets)), decision)


def test_seconds_run_from_the_first_two_sided_moment_to_before_the_last_close(
    session: Session, start_ts: int
) -> None:
    seconds = (_times(session, Decision(every=0.5)) - start_ts) / SECOND
    assert seconds[0] == 2.0 and set(np.diff(seconds)) == {0.5}
    last_close = max(market.close_ts for market in session.markets)
    assert seconds[-1] == (last_close - start_ts) / SECOND - 0.5


@pytest.mark.parametrize(
    ("every", "want"),
    [(1, [2, 3, 4, 9]), (2, [2, 4, 9]), (3, [2, 4]), (100, [2])],
)
def test_messages_of_all_markets_are_counted_together_and_gaps_are_not(
    session: Session, start_ts: int, every: int, want: list[int]
) -> None:
    # The merged times are 0 1 2 3 4 4 9; the first two-sided moment is 2.
    times = _times(session, Decision(every=every, unit=Clock.messages))
    assert ((times - start_ts) // SECOND).tolist() == want


def test_part_of_a_message_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match=r"2\.5 messages; give a whole number"):
        _times(session, Decision(every=2.5, unit=Clock.messages))


def test_a_session_that_is_never_two_sided_has_no_decisions(
    make_session: Callable[..., Session], start_ts: int
) -> None:
    lonely = make_session([_messages([(0, BID, Kind.ADD), (1, BID, Kind.ADD)], start_ts)])
    for unit in Clock:
        assert len(_times(lonely, Decision(every=1.0, unit=unit))) == 0
