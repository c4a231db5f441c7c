from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.metrics import NoOverlapError, compare_runs, holm
from tests.metrics.rows import records_of, session
from tests.metrics.sample_records import sample_records


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_lies_between_the_raw_p_and_bonferroni_and_keeps_the_order(p: list[float]) -> None:
    corrected = holm(p)
    for raw, after in zip(p, corrected, strict=True):
        assert raw <= after <= min(1.0, raw * len(p)) + 1e-12
    order = sorted(range(len(p)), key=lambda k: p[k])
    assert [corrected[k] for k in order] == sorted(corrected)


def test_runs_are_paired_policy_by_policy() -> None:
    runs = {"kind": {0: sample_records(12, shift=0.6)}, "hard": {0: sample_records(12)}}
    got = compare_runs(runs, 500, 0)
    rows = {row["policy"]: row for row in got["differences"]}
    assert set(rows) == set(runs["kind"][0].policies)
    assert rows["maker"]["verdict"] == "higher than hard"
    assert rows["maker"]["lo"] > 0
    assert rows["maker"]["p_holm"] >= rows["maker"]["p"]
    assert got["shared"] == [{"run": "kind", "other": "hard", "sessions": 12}]


def test_what_is_equal_in_every_session_is_no_test() -> None:
    runs = {"a": {0: sample_records(12, shift=0.6)}, "b": {0: sample_records(12)}}
    got = compare_runs(runs, 500, 0)
    hold = next(row for row in got["differences"] if row["policy"] == "hold")
    assert hold["equal"] and hold["p_holm"] is None
    assert got["family"] == len(got["differences"]) - 1


def test_every_pair_of_runs_stands_there() -> None:
    runs = {name: {0: sample_records(8, policies=("maker",))} for name in "abc"}
    pairs = [(r["run"], r["other"]) for r in compare_runs(runs, 200, 0)["differences"]]
    assert pairs == [("a", "b"), ("a", "c"), ("b", "c")]


def test_runs_without_a_common_session_are_refused_in_one_sentence() -> None:
    a = records_of([session(f"a{k}") for k in range(8)])
    b = records_of([session(f"b{k}") for k in range(8)])
    with pytest.raises(NoOverlapError, match="no session in common"):
        compare_runs({"first": {0: a}, "second": {0: b}}, 200, 0)


def test_seeds_are_replicates_of_one_contestant() -> None:
    old = {seed: sample_records(12, seed=seed, shift=0.6) for seed in (3, 4, 5)}
    queue = {seed: sample_records(12, seed=seed) for seed in (3, 4, 5)}
    got = compare_runs({"old": old, "queue": queue}, 500, 0)
    maker = next(row for row in got["differences"] if row["policy"] == "maker")
    assert [one["seed"] for one in maker["seeds"]] == [3, 4, 5]
    assert maker["value"] == pytest.approx(sum(one["value"] for one in maker["seeds"]) / 3)
    assert maker["n"] == 12 and maker["lo"] > 0 and maker["verdict"] == "higher than queue"
    assert len(got["differences"]) == len(old[3].policies)
