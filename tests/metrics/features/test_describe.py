from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.features import FEATURES, GROUPS
from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.features import Judged, alike, constant, describe
from tests.metrics.features.sample import COLUMN, HEEDED, heeds, rows

RESAMPLES = 150


@pytest.fixture(scope="module")
def payload() -> dict:
    parts = [Judged(rows(4), heeds), Judged(rows(4, seed=1, first=4), heeds)]
    return describe(parts, GROUPS, RESAMPLES, 1)


def test_one_feature_is_heeded_and_foretells(payload: dict) -> None:
    heeded = payload["features"][HEEDED]
    assert heeded["importance"]["value"] == pytest.approx(0.5, abs=0.1)
    assert heeded["importance"]["lo"] > 0.3 and heeded["importance"]["n"] == 8
    assert heeded["spearman"]["value"] > 0.5 and heeded["p"] < 0.001
    others = [f for f in payload["features"] if f["name"] != "imbalance"]
    assert all(f["importance"]["value"] == 0.0 for f in others)
    assert sum(f["p"] is not None and f["p"] < 0.05 for f in others) <= 1
    book = sum(feature.group == "book" for feature in FEATURES)
    average = payload["groups"]["book"]["average"]
    assert average == pytest.approx(heeded["importance"]["value"] / book)
    assert heeded["importance"]["baseline"]["value"] == average
    assert payload["all"]["value"] > 0.3
    assert "leans most on imbalance" in payload["headline"]


def test_constants_and_doubles_are_named(payload: dict) -> None:
    assert constant(payload) == ["spread"]
    assert alike(payload) == [("ask_size", "bid_size")]
    assert payload["features"][COLUMN["spread"]]["spearman"]["reason"] == "the feature is constant"
    assert "constant here: 1" in payload["headline"]


def test_missing_is_of_market_features(payload: dict) -> None:
    assert payload["features"][0]["missing"] == payload["one_sided"] == pytest.approx(0.1)
    assert payload["features"][-1]["missing"] == 0.0
    assert (payload["rows"], payload["choices"], payload["sessions"]) == (480, 384, 8)


def test_groups_that_are_off_are_said_to_be() -> None:
    on = [group for group in GROUPS if group != "book"]
    found = describe([Judged(rows(6), heeds)], on, RESAMPLES, 1)
    assert [f["on"] for f in found["features"]] == [f.group != "book" for f in FEATURES]
    assert not found["groups"]["book"]["on"]
    assert found["features"][HEEDED]["importance"]["value"] == 0.0
    assert found["features"][HEEDED]["spearman"]["value"] > 0.5  # it is there all the same
    assert "heeds none" in found["headline"]


def test_a_value_that_is_not_finite_is_the_headline() -> None:
    bad = rows(6)
    bad.observation[3, 2] = np.nan
    found = describe([Judged(bad, heeds)], GROUPS, RESAMPLES, 1)
    assert found["headline"].startswith("1 values are not finite, of bid_size")
    json.loads(to_bytes(found))


def test_the_payload_is_a_function_of_its_arguments(payload: dict) -> None:
    parts = [Judged(rows(4), heeds), Judged(rows(4, seed=1, first=4), heeds)]
    assert to_bytes(describe(parts, GROUPS, RESAMPLES, 1)) == to_bytes(payload)


def test_a_market_that_never_moves_tells_nothing() -> None:
    still = replace(rows(6), markout=np.zeros(360))
    found = describe([Judged(still, heeds)], GROUPS, RESAMPLES, 1)
    assert found["features"][0]["spearman"]["reason"] == "the price never moves"
    assert found["features"][0]["p"] is None
