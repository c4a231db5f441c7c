"""What an intensity depends on, by hand."""

from __future__ import annotations

import math

import pytest

from kalshi_exp.config.fill import HazardCoefficients, HazardFill
from kalshi_exp.fills.hazard import (
    COVARIATES,
    HAZARD,
    covariates,
    intensity,
    look_anew,
    make_hazard,
    minute_ago,
    stirs,
)
from kalshi_exp.fills.spec import EVIDENCE, PRO_RATA, WALK, make_spec
from kalshi_exp.fills.spec import HAZARD as HAZARD_RESTING
from kalshi_exp.market.units import ASK, BID, NEVER, SECOND

ADD, CANCEL, FILL, SNAPSHOT, PRINT, GAP = range(6)
ROWS = [
    (1 * SECOND, ADD, BID, 40, 3_000),
    (1 * SECOND, ADD, BID, 37, 9_900),
    (2 * SECOND, ADD, ASK, 43, 1_000),
    (3 * SECOND, PRINT, ASK, 44, 700),
    (50 * SECOND, FILL, BID, 40, -1_000),
    (64 * SECOND, CANCEL, BID, 37, -900),
    (65 * SECOND, CANCEL, ASK, 43, -1_000),
]


def looked(pack, side, level, ahead, message, ts):
    return covariates(look_anew(pack, 0, message, ts), side, level, ahead)


def test_covariates_by_hand(make_pack):
    pack = make_pack([ROWS], close=1_000 * SECOND)
    x = looked(pack, BID, 37, 9_900, 4, 60 * SECOND)
    minutes = (1_000 - 60) / 60
    expected = (math.log(100), 3.0, (20 - 10) / 30, math.log(3), math.log(minutes), 3.0)
    assert x == pytest.approx(expected)
    at_touch = looked(pack, ASK, 43, 0, 4, 64 * SECOND)
    expected = (0.0, 3.0, -1 / 3, math.log(2), math.log((1_000 - 64) / 60), 0.0)
    assert at_touch == pytest.approx(expected)
    better = looked(pack, BID, 42, 0, 4, 60 * SECOND)
    assert better[COVARIATES.index("behind")] == 0.0


def test_missing_touches_and_ends_of_scales(make_pack):
    pack = make_pack([ROWS], close=1_000 * SECOND)
    empty = looked(pack, BID, 40, 0, -1, SECOND)
    assert empty[:4] == (0.0, 10.0, 0.0, 0.0) and empty[5] == 0.0
    one_sided = looked(pack, ASK, 60, 0, 6, 1_000 * SECOND)
    assert one_sided[1:3] == (10.0, -1.0)
    assert one_sided[4:] == pytest.approx((math.log(0.05), 0.0))
    far = looked(pack, BID, 3, 0, 4, 60 * SECOND)
    assert far[COVARIATES.index("behind")] == 10.0


def test_the_intensity_by_hand():
    record = make_hazard(HazardCoefficients(-1.0, 0.5, -0.25, 2.0, 0.125, 1.0, -0.5))
    assert record.dtype == HAZARD and HAZARD.names == ("intercept", *COVARIATES)
    x = (1.0, 2.0, 0.5, 4.0, -1.0, 3.0)
    assert intensity(record, x) == pytest.approx(math.exp(-1 + 0.5 - 0.5 + 1 + 0.5 - 1 - 1.5))


def test_what_stirs(make_pack):
    pack = make_pack([ROWS])
    found = [bool(stirs(pack, 0, i)) for i in range(len(ROWS))]
    assert found == [True, False, True, True, True, False, True]


def test_a_coefficient_out_of_all_proportion_is_refused():
    with pytest.raises(ValueError, match=r"fill\.coefficients\.ahead is 51"):
        HazardCoefficients(ahead=51.0)


def test_the_minute_moves_on_as_if_looked_for_anew(make_pack, make_rows):
    pack = make_pack([make_rows(3, 300, 10)], 10)
    low = -1
    for message in range(0, 300, 7):
        ts = int(pack.messages["ts"][message]) + 5
        low = minute_ago(pack, 0, low, ts, message)
        assert low == minute_ago(pack, 0, -1, ts, message)
        times = pack.messages["ts"][: message + 1]
        assert low == (times <= ts - 60 * SECOND).sum()


def test_the_model_is_made_of_its_pieces():
    config = HazardFill(coefficients=HazardCoefficients(behind=-3.0), pick_off_s=2.5)
    spec = make_spec(config)[0]
    pieces = ("taking", "resting", "queue", "recovery", "recovery_ns", "pick_off_ns")
    assert [int(spec[name]) for name in pieces] == [
        WALK, HAZARD_RESTING, PRO_RATA, EVIDENCE, 0, 5 * SECOND // 2,
    ]  # fmt: skip
    assert spec["hazard"] == make_hazard(config.coefficients)
    assert make_spec(HazardFill(pick_off_s=math.inf))[0]["pick_off_ns"] == NEVER
