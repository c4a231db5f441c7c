from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kalshi_exp.config import (
    ActivityFeatures,
    AlgorithmFeatures,
    AnchorFeatures,
    FeatureGroup,
    VolatilityFeatures,
)
from kalshi_exp.features import STATE, advance, count, due, marks
from kalshi_exp.features.anchor import EVIDENCE
from kalshi_exp.market.book import NEGATIVE, apply
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.market.units import BID, PRICE_ONE, SECOND
from kalshi_exp.tape import MESSAGE, Kind
from tests.features.reference_anchor import slow_anchor, slow_evidence
from tests.features.reference_market import slow_market
from tests.features.reference_seconds import seen_at
from tests.features.reference_volatility import slow_algorithm, slow_volatility
from tests.features.stream import ALONE, NAMES, Market, Stream

ACTIVITY = ActivityFeatures(fast_s=3.0, slow_s=20.0)
ANCHOR = AnchorFeatures(
    low_cents=42.0, middle_cents=50.0, high_cents=58.0, near_cents=3.0, persistence_s=4.0,
    spread_s=3.0, usual_s=15.0, dwell_s=8.0, approach_s=4, refill_s=9.0, prompt_ms=4000.0,
)  # fmt: skip
VOLATILITY = VolatilityFeatures(
    move_s=6, shock_cents=1.5, fear_s=9, depth_s=1.5, rising_s=4.0, falling_s=20.0, skew_s=12.0
)
ALGORITHM = AlgorithmFeatures(low_cents=44.0, high_cents=56.0, middle_s=20.0, paired_ms=250.0)
GROUPS: dict[str, FeatureGroup] = {
    "activity": ACTIVITY, "anchor": ANCHOR, "volatility": VOLATILITY, "algorithm": ALGORITHM,
}  # fmt: skip


def slow(
    messages: np.ndarray, prices: np.ndarray, start: int, close: int, now: int
) -> dict[str, float]:
    """Every feature of a market that stands alone, by its definition."""
    seen = seen_at(messages, prices, start, now)
    return (
        slow_market(messages, prices, now, start, close, ACTIVITY.fast_s, ACTIVITY.slow_s)
        | slow_anchor(seen, ANCHOR)
        | slow_volatility(seen, VOLATILITY)
        | slow_algorithm(seen, ALGORITHM, VOLATILITY)
    )


def compared(seed: int, grid: str, messages: np.ndarray, start: int) -> list[dict[str, float]]:
    """A tape's features at some random times, held against their definitions."""
    close = start + 100 * SECOND
    stream = Stream(GROUPS, start, close, grid)
    rng = np.random.default_rng(seed)
    asked = np.sort(rng.choice(len(messages), 6, replace=False))
    out = []
    for i, message in enumerate(messages):
        stream.take(message)
        last_of_time = i + 1 == len(messages) or messages["ts"][i + 1] > message["ts"]
        if last_of_time and i in asked:
            room = int(messages["ts"][i + 1] - message["ts"]) if i + 1 < len(messages) else SECOND
            now = int(message["ts"]) + int(rng.integers(room))
            want = slow(messages[: i + 1], stream.prices, start, close, now)
            got = dict(zip(NAMES, stream.see(now).tolist(), strict=True))
            assert set(want) == set(ALONE)
            for name in ALONE:
                assert got[name] == pytest.approx(want[name], rel=2e-5, abs=2e-6), name
            evidence = slow_evidence(seen_at(messages[: i + 1], stream.prices, start, now), ANCHOR)
            told = dict(zip(EVIDENCE, stream.evidence().tolist(), strict=True))
            assert told == pytest.approx(evidence, rel=2e-5, abs=2e-6)
            out.append(want | evidence)
    return out


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), grid=st.sampled_from(["linear_cent", "tapered_deci_cent"]))
def test_every_market_feature_equals_its_slow_definition(
    seed: int, grid: str, make_messages: Callable[..., np.ndarray], start_ts: int
) -> None:
    messages = make_messages(seed, 150, PriceGrid.structure(grid).n, start_ts)
    compared(seed, grid, messages, start_ts)


def test_the_slow_definitions_are_put_to_the_test(
    make_messages: Callable[..., np.ndarray], start_ts: int
) -> None:
    """The comparison would prove nothing of a feature that stood still on such tapes."""
    seen = [
        row
        for seed in range(30)
        for row in compared(seed, "linear_cent", make_messages(seed, 150, 99, start_ts), start_ts)
    ]
    for name in (*ALONE, *EVIDENCE):
        least = 3 if name in ("one_sided", "level_behind") else 5
        assert len({round(row[name], 5) for row in seen}) >= least, name


def test_observing_changes_nothing_and_repeats_bit_for_bit(
    make_messages: Callable[..., np.ndarray], start_ts: int
) -> None:
    messages = make_messages(5, 300, 99, start_ts)
    watched, left_alone = (Stream(GROUPS, start_ts, start_ts + 10**12) for _ in range(2))
    for message in messages:
        watched.take(message)
        watched.see(min(int(message["ts"]), due(watched.states[0]) - 1))
        left_alone.take(message)
    now = int(messages["ts"][-1]) + SECOND
    assert watched.states.tobytes() == left_alone.states.tobytes()
    assert watched.see(now).tobytes() == left_alone.see(now).tobytes() == watched.see(now).tobytes()


def test_advance_apply_count_is_update(
    make_messages: Callable[..., np.ndarray], start_ts: int
) -> None:
    one, other = (Stream(GROUPS, start_ts, start_ts + 10**12) for _ in range(2))
    for message in make_messages(6, 300, 99, start_ts):
        one.take(message)
        state = other.states[0]
        other.sample_before(int(message["ts"]))
        advance(state, other.sizes, other.best, other.prices, int(message["ts"]))
        if message["kind"] < Kind.PRINT:
            side, level = int(message["side"]), int(message["level"])
            apply(other.sizes, other.best, side, level, message["size"])
        count(
            other.settings, state, other.best, message["kind"], message["side"], message["level"],
            message["size"],
        )  # fmt: skip
    assert one.states.tobytes() == other.states.tobytes()


def test_a_copy_in_the_middle_goes_on_like_the_original(
    make_messages: Callable[..., np.ndarray], start_ts: int
) -> None:
    messages = make_messages(7, 300, 99, start_ts)
    one, other = (Stream(GROUPS, start_ts, start_ts + 10**12) for _ in range(2))
    for message in messages[:150]:
        one.take(message)
    other.states[:], other.sizes[:], other.best[:] = one.states, one.sizes, one.best
    for message in messages[150:]:
        one.take(message)
        other.take(message)
    now = int(messages["ts"][-1])
    assert one.see(now).tobytes() == other.see(now).tobytes()


def test_a_refused_message_is_not_counted(start_ts: int) -> None:
    engine = Stream(GROUPS, start_ts, start_ts + 10**12)
    bad = np.array([(start_ts, -5, 3, BID, Kind.CANCEL)], MESSAGE)
    assert engine.take(bad[0]) == NEGATIVE
    assert engine.states["cancels"][0] == 0.0 and not engine.sizes.any()


def test_marks_are_the_last_touch_known(start_ts: int) -> None:
    engine = Stream(GROUPS, start_ts, start_ts + 10**12)
    state = engine.states[0]
    assert marks(state, engine.best, engine.prices) == (0, PRICE_ONE)
    rows = [(0, 100, 40, BID, Kind.ADD), (1, -100, 40, BID, Kind.CANCEL), (2, 0, 0, 0, Kind.GAP)]
    for after, size, level, side, kind in rows:
        engine.take(np.array([(start_ts + after, size, level, side, kind)], MESSAGE)[0])
        assert marks(state, engine.best, engine.prices) == (engine.prices[40], PRICE_ONE)


def test_a_sample_sees_the_messages_of_its_second_and_none_after() -> None:
    market = Market()
    market.open(0.0, 48, 52)
    market.send(1.0, Kind.ADD, BID, 50, 10)  # due at the same time: seen
    market.send(1.000000001, Kind.ADD, BID, 51, 10)  # not seen
    assert market.states["samples"][0] == 1 and market.states["trail"][0, 0] == 51.0
    market.read(3.0)
    assert market.states["samples"][0] == 3 and market.states["trail"][0, 1] == 51.5
    assert due(market.states[0]) == 4 * SECOND


def test_nothing_depends_on_when_one_looks(
    make_messages: Callable[..., np.ndarray], start_ts: int
) -> None:
    messages = make_messages(8, 300, 99, start_ts)
    busy, idle = (Stream(GROUPS, start_ts, start_ts + 10**12) for _ in range(2))
    for message, after in itertools.pairwise(messages):
        busy.take(message)
        for now in np.linspace(message["ts"], after["ts"] - 1, 3).astype(np.int64):
            if now >= message["ts"]:
                busy.see(int(now))
        idle.take(message)
    now = int(messages["ts"][-1])
    assert busy.see(now).tobytes() == idle.see(now).tobytes()
    assert busy.states.tobytes() == idle.states.tobytes()


def test_a_refused_message_changes_no_state_but_time(start_ts: int) -> None:
    stream = Stream(GROUPS, start_ts, start_ts + 10**12)
    before = stream.states.copy()
    stream.take(np.array([(start_ts, -5, 49, BID, Kind.FILL)], MESSAGE)[0])
    assert stream.states["ts"][0] == start_ts
    time_s = {"ts", "fresh", "touched", "burst", "held", "edge", "gone", "come"}
    for name in set(STATE.names or ()) - time_s:
        np.testing.assert_array_equal(stream.states[name], before[name])
