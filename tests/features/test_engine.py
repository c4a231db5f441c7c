from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config import ActivityFeatures, BookFeatures
from kalshi_exp.features import (
    FEATURES,
    MARKET_FEATURES,
    STATE,
    advance,
    count,
    marks,
    observe,
    reset,
    update,
    window_ns,
)
from kalshi_exp.market.book import NEGATIVE, apply, clear
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import BID, PRICE_ONE, SECOND
from kalshi_exp.tape import MESSAGE, Kind

NAMES = [f.name for f in FEATURES[:MARKET_FEATURES]]
FAST_S, SLOW_S = 3.0, 20.0


class Engine:
    """One market's state and ladder."""

    def __init__(self, grid: str, start: int, close: int) -> None:
        self.prices = PriceGrid.structure(grid).prices
        self.sizes = np.zeros((2, len(self.prices)), np.int64)
        self.best = np.zeros(2, np.int32)
        self.states = np.zeros(1, STATE)
        clear(self.sizes, self.best)
        reset(self.states[0], start, close, FAST_S * SECOND, SLOW_S * SECOND)

    def take(self, message: np.void) -> int:
        return int(update(self.states[0], self.sizes, self.best, self.prices, message))

    def see(self, now: int) -> np.ndarray:
        out = np.full(MARKET_FEATURES, np.nan, np.float32)
        observe(self.states[0], self.sizes, self.best, self.prices, now, out)
        return out


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), grid=st.sampled_from(["linear_cent", "tapered_deci_cent"]))
def test_every_market_feature_equals_its_slow_definition(
    seed: int,
    grid: str,
    make_messages: Callable[..., np.ndarray],
    slow_features: Callable[..., dict[str, float]],
    start_ts: int,
) -> None:
    levels = PriceGrid.structure(grid).n
    messages = make_messages(seed, 150, levels, start_ts)
    close = start_ts + 100 * SECOND
    engine = Engine(grid, start_ts, close)
    rng = np.random.default_rng(seed)
    asked = np.sort(rng.choice(len(messages), 6, replace=False))
    for i, message in enumerate(messages):
        engine.take(message)
        last_of_time = i + 1 == len(messages) or messages["ts"][i + 1] > message["ts"]
        if last_of_time and i in asked:
            room = int(messages["ts"][i + 1] - message["ts"]) if i + 1 < len(messages) else SECOND
            now = int(message["ts"]) + int(rng.integers(room))
            want = slow_features(
                messages[: i + 1], engine.prices, now, start_ts, close, FAST_S, SLOW_S
            )
            got = dict(zip(NAMES, engine.see(now).tolist(), strict=True))
            assert set(got) == set(want)
            for name in NAMES:
                assert got[name] == pytest.approx(want[name], rel=2e-5, abs=2e-6), name


def test_observing_changes_nothing_and_repeats_bit_for_bit(
    make_messages: Callable[..., np.ndarray], start_ts: int
) -> None:
    messages = make_messages(5, 300, 99, start_ts)
    watched, left_alone = (Engine("linear_cent", start_ts, start_ts + 10**12) for _ in range(2))
    for message in messages:
        watched.take(message)
        watched.see(int(message["ts"]))
        left_alone.take(message)
    now = int(messages["ts"][-1]) + SECOND
    assert watched.states.tobytes() == left_alone.states.tobytes()
    assert watched.see(now).tobytes() == left_alone.see(now).tobytes() == watched.see(now).tobytes()


def test_advance_apply_count_is_update(
    make_messages: Callable[..., np.ndarray], start_ts: int
) -> None:
    one, other = (Engine("linear_cent", start_ts, start_ts + 10**12) for _ in range(2))
    for message in make_messages(6, 300, 99, start_ts):
        one.take(message)
        state = other.states[0]
        advance(state, other.best, other.prices, int(message["ts"]))
        if message["kind"] < Kind.PRINT:
            side, level = int(message["side"]), int(message["level"])
            apply(other.sizes, other.best, side, level, message["size"])
        count(state, message["kind"], message["side"], message["size"])
    assert one.states.tobytes() == other.states.tobytes()


def test_a_copy_in_the_middle_goes_on_like_the_original(
    make_messages: Callable[..., np.ndarray], start_ts: int
) -> None:
    messages = make_messages(7, 300, 99, start_ts)
    one, other = (Engine("linear_cent", start_ts, start_ts + 10**12) for _ in range(2))
    for message in messages[:150]:
        one.take(message)
    other.states[:], other.sizes[:], other.best[:] = one.states, one.sizes, one.best
    for message in messages[150:]:
        one.take(message)
        other.take(message)
    now = int(messages["ts"][-1])
    assert one.see(now).tobytes() == other.see(now).tobytes()


def test_a_refused_message_is_not_counted(start_ts: int) -> None:
    engine = Engine("linear_cent", start_ts, start_ts + 10**12)
    bad = np.array([(start_ts, -5, 3, BID, Kind.CANCEL)], MESSAGE)
    assert engine.take(bad[0]) == NEGATIVE
    assert engine.states["cancels"][0] == 0.0 and not engine.sizes.any()


def test_marks_are_the_last_touch_known(start_ts: int) -> None:
    engine = Engine("linear_cent", start_ts, start_ts + 10**12)
    state = engine.states[0]
    assert marks(state, engine.best, engine.prices) == (0, PRICE_ONE)
    rows = [(0, 100, 40, BID, Kind.ADD), (1, -100, 40, BID, Kind.CANCEL), (2, 0, 0, 0, Kind.GAP)]
    for after, size, level, side, kind in rows:
        engine.take(np.array([(start_ts + after, size, level, side, kind)], MESSAGE)[0])
        assert marks(state, engine.best, engine.prices) == (engine.prices[40], PRICE_ONE)


def test_windows_come_from_the_configuration() -> None:
    groups = {"book": BookFeatures(), "activity": ActivityFeatures(fast_s=2.0, slow_s=9.0)}
    assert window_ns(groups) == (2.0 * SECOND, 9.0 * SECOND)
    default = ActivityFeatures()
    assert window_ns({}) == (default.fast_s * SECOND, default.slow_s * SECOND)
