"""Examples from simulated sessions: what is read, and what was true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from kalshi_exp.config.scenario import Anchors, Cascades, Groups, Scenario
from kalshi_exp.exchange import LABELS, simulate_session
from kalshi_exp.learn.detectors import build_examples, read_session, relations, truth_by_second
from kalshi_exp.learn.detectors.examples import (
    ANCHOR,
    ANCHOR_EARLY,
    AVERSION,
    CASCADE,
    DEPTH,
    RECOVERING,
)
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape import Session

SCENARIO = Scenario(
    duration_s=150.0,
    markets=4,
    anchors=Anchors(strength=1.0, gap_s=20.0),
    cascades=Cascades(strength=1.0),
    groups=Groups(strength=1.0, exclusive=2, correlated=1),
)


@pytest.fixture(scope="module")
def session() -> Session:
    return simulate_session(SCENARIO, 1, 7)


def test_later_messages_change_nothing_before(session: Session) -> None:
    cut = 70
    at = session.start_ts + cut * SECOND
    first = session.markets[0]
    messages = first.messages.copy()
    later = messages["ts"] > at
    assert later.sum() > 20
    messages["size"][later & (messages["size"] > 0)] += 700
    changed = replace(session, markets=(replace(first, messages=messages), *session.markets[1:]))
    one, other = read_session(session, {}, 150)[0], read_session(changed, {}, 150)[0]
    assert one[:, :cut].tobytes() == other[:, :cut].tobytes()
    assert not np.array_equal(one[0, cut:], other[0, cut:])
    assert np.isfinite(one).all() and one.dtype == np.float32


def row(
    session: Session, kind: str, m: int, start: int, end: int, value: float
) -> dict[str, object]:
    blank: dict[str, object] = {
        "session": session.name, "kind": kind, "market": session.markets[m].ticker, "other": "",
        "start": session.start_ts + start * SECOND, "end": session.start_ts + end * SECOND,
        "side": -1, "price": -1, "value": value, "trader": "", "message": -1,
    }  # fmt: skip
    return blank


def test_truth_by_second_is_as_the_labels_say(session: Session) -> None:
    labels = pl.DataFrame(
        [
            row(session, "anchor", 0, 10, 13, -0.5),
            row(session, "cascade", 1, 20, 30, 0.4),
            row(session, "cascade", 1, 140, 150, 0.4),
            row(session, "aversion", 2, 50, 60, 1.0),
            row(session, "violation", 3, 50, 60, 1.0),
        ],
        LABELS,
    )
    truth, counts = truth_by_second(labels, session, 160)
    # Column k is as of the end of second k: a label from 10 to 13 holds at 10, 11 and 12.
    assert np.flatnonzero(truth[0, :, ANCHOR]).tolist() == [9, 10, 11]
    assert np.flatnonzero(truth[0, :, ANCHOR_EARLY]).tolist() == [9, 10]
    assert np.flatnonzero(truth[1, :, CASCADE])[:10].tolist() == list(range(19, 29))
    assert truth[1, 19:29, RECOVERING].tolist() == [0.0] * 5 + [1.0] * 5
    assert truth[1, 24, DEPTH] == pytest.approx(0.4 * 0.75)
    assert np.flatnonzero(truth[2, :, AVERSION]).tolist() == list(range(49, 59))
    assert not truth[3].any()
    assert np.flatnonzero(counts[1, :, RECOVERING]).tolist() == list(range(19, 29)), (
        "nobody knows of a cascade that the close cuts short when it would have ended"
    )
    assert counts[:, :150, ANCHOR].all() and not counts[:, 150:].any()


def test_relations_are_as_the_labels_say(session: Session) -> None:
    tickers = [market.ticker for market in session.markets]
    labels = pl.DataFrame(
        [
            row(session, "group", 0, 0, 1, 0.0),
            row(session, "group", 2, 0, 1, 0.0),
            row(session, "correlation", 0, 0, 1, -0.3) | {"other": tickers[2]},
            row(session, "correlation", 1, 0, 1, 0.8) | {"other": tickers[3]},
        ],
        LABELS,
    )
    told = relations(labels, session)
    pairs = list(zip(*np.triu_indices(4, 1), strict=True))
    assert told[pairs.index((0, 2))].tolist() == [1, 0]
    assert told[pairs.index((1, 3))].tolist() == [0, 2]
    assert told[pairs.index((0, 1))].tolist() == [0, 1]


def test_examples_hold_every_market_second_and_pair() -> None:
    found = build_examples(SCENARIO, 1, [5, 6], {})
    assert found.inputs.shape[:2] == found.truth.shape[:2] == found.counts.shape[:2] == (8, 150)
    assert len(found.pairs) == len(found.relations) == 2 * 2 * 6
    again = build_examples(SCENARIO, 1, [5, 6], {})
    assert all(one.tobytes() == other.tobytes() for one, other in zip(found, again, strict=True))
    assert found.relations[:, 0].sum() >= 2, "a group of two in each session, at each look"
