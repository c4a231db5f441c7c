"""A simulated session is a tape like a recorded one, and looks like a market."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange import session_start, simulate_session
from kalshi_exp.market.book import OK, apply, clear
from kalshi_exp.market.jit import kernel
from kalshi_exp.market.units import ASK, BID, SECOND
from kalshi_exp.tape.session import Kind, Session

PLAIN = Scenario()


@kernel
def _replay(messages, sizes, best, start, seconds, out):
    """Bid, ask, touch sizes and levels at each second; returns how many changes were not OK."""
    clear(sizes, best)
    at, faults = 0, 0
    for second in range(seconds):
        while at < messages.size and messages[at].ts <= start + (second + 1) * SECOND:
            m = messages[at]
            if apply(sizes, best, m.side, m.level, m.size) != OK:
                faults += 1
            at += 1
        out[second, 0], out[second, 1] = best[BID], best[ASK]
        for side in range(2):
            if 0 <= best[side] < sizes.shape[1]:
                out[second, 2 + side] = sizes[side, best[side]]
            out[second, 4 + side] = np.sum(sizes[side] > 0)
    return faults


def seconds_of(session: Session) -> np.ndarray:
    tape = session.markets[0]
    n, seconds = tape.ladder.n, int((tape.close_ts - session.start_ts) // SECOND)
    out = np.zeros((seconds, 6), np.int64)
    sizes, best = np.zeros((2, n), np.int64), np.zeros(2, np.int32)
    faults = _replay(tape.messages, sizes, best, np.int64(session.start_ts), seconds, out)
    assert faults == 0
    return out


@pytest.fixture(scope="module")
def sessions() -> list[Session]:
    return [simulate_session(PLAIN, 5, number) for number in range(120)]


@pytest.fixture(scope="module")
def seconds(sessions) -> np.ndarray:
    return np.stack([seconds_of(session) for session in sessions])


def test_the_schema_of_a_recording(sessions):
    for number, session in enumerate(sessions[:10]):
        (tape,) = session.markets
        assert session.start_ts == session_start(PLAIN, number) == tape.messages["ts"][0]
        assert tape.messages["ts"][-1] < tape.close_ts == session.end_ts
        assert (np.diff(tape.messages["ts"]) >= 0).all()
        assert set(np.unique(tape.messages["kind"])) == {Kind.ADD, Kind.CANCEL, Kind.FILL}
        assert ((tape.messages["size"] > 0) == (tape.messages["kind"] == Kind.ADD)).all()
        assert tape.settlement in (0, 10_000)
        assert tape.valid.shape == (1, tape.ladder.n) and tape.valid.all()
        assert tape.epoch_ts.tolist() == [session.start_ts]
        assert session.end_ts < session_start(PLAIN, number + 1)


def test_pure_and_named_apart():
    one, again = (simulate_session(PLAIN, 5, 3) for _ in range(2))
    assert one.markets[0].messages.tobytes() == again.markets[0].messages.tobytes()
    assert one.name == again.name == "000003"
    event = simulate_session(replace(PLAIN, markets=3, duration_s=60.0), 5, 3)
    tickers = [tape.ticker for tape in event.markets]
    assert tickers == sorted(tickers) and len(set(tickers)) == 3
    assert all(event.event not in ticker and event.name not in ticker for ticker in tickers)


def test_message_rate_and_prints(sessions):
    rates = [len(s.markets[0].messages) / PLAIN.duration_s for s in sessions]
    assert 4.0 < np.mean(rates) < 6.0
    prints = np.mean([(s.markets[0].messages["kind"] == Kind.FILL).sum() for s in sessions])
    assert 2.0 < PLAIN.duration_s / prints < 6.0  # seconds between prints


def test_the_book_looks_like_one(seconds):
    two_sided = (seconds[..., 0] >= 0) & (seconds[..., 1] < 99)
    assert two_sided.mean() > 0.9
    spread = (seconds[..., 1] - seconds[..., 0])[two_sided]
    assert spread.min() >= 1
    assert ((spread >= 1) & (spread <= 3)).mean() > 0.95
    assert 0.3 < (spread == 1).mean() < 0.8
    touch = seconds[..., 2:4][two_sided] / 100
    low, median, high = np.percentile(touch, [5, 50, 95])
    assert 5 < low < 50 < median < 250 and 100 < high < 2_000
    assert 4 <= np.median(seconds[..., 4:6]) <= 30  # levels a side


@pytest.mark.parametrize("every", [1, 10])
def test_mid_changes_do_not_foretell_one_another(seconds, every):
    two_sided = (seconds[..., 0] >= 0) & (seconds[..., 1] < 99)
    mid = np.where(two_sided, (seconds[..., 0] + seconds[..., 1]) / 2, np.nan)[:, ::every]
    change = np.diff(mid, axis=1)
    pairs = np.nansum(change[:, 1:] * change[:, :-1], axis=1)
    squares = np.nansum(change**2, axis=1)
    correlation = pairs.sum() / squares.sum()
    error = np.sqrt(((pairs - correlation * squares) ** 2).sum()) / squares.sum()
    assert abs(correlation) < 0.02 + 2.5 * error
    assert error < 0.02  # the test can tell
