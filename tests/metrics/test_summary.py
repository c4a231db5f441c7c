from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from kalshi_exp.env.actions import ACTIONS
from kalshi_exp.metrics import FIGURES, Records, flat, named_figures, summarise, to_bytes
from kalshi_exp.metrics.records import TABLES
from tests.metrics.rows import DOLLAR, records_of, session
from tests.metrics.sample_records import sample_records

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def records() -> Records:
    return sample_records(14)


@pytest.fixture(scope="module")
def payload(records: Records) -> dict[str, Any]:
    return summarise(records, 500, 0)


def test_every_policy_has_every_figure_and_a_missing_one_has_its_reason(
    payload: dict[str, Any],
) -> None:
    for policy, entry in payload["policies"].items():
        assert set(entry["figures"]) == {figure.name for figure in FIGURES}
        for name, figure in entry["figures"].items():
            assert {"value", "lo", "hi", "n"} <= set(figure), (policy, name)
            if None in (figure["value"], figure["lo"], figure["hi"]):
                assert figure["reason"], (policy, name)
            else:
                assert figure["lo"] <= figure["value"] <= figure["hi"], (policy, name)


def test_what_was_never_measured_is_null_not_zero(payload: dict[str, Any]) -> None:
    hold = payload["policies"]["hold"]["figures"]
    for name in ("sharpe_per_session", "passive_fill_rate", "passive_markout_10s"):
        assert hold[name]["value"] is None
    assert hold["pnl_per_session"]["value"] == 0.0
    maker = payload["policies"]["maker"]["figures"]
    assert maker["aggressive_fill_rate"]["value"] is None


def test_agents_are_paired_with_every_baseline(payload: dict[str, Any]) -> None:
    pairs = {(row["policy"], row["baseline"]) for row in payload["differences"]}
    agents = {"agent/deterministic", "agent/sampled"}
    assert pairs == {(a, b) for a in agents for b in ("hold", "maker", "momentum", "random")}


def test_the_two_pnl_figures_of_one_table_agree(records: Records, payload: dict[str, Any]) -> None:
    for policy, entry in payload["policies"].items():
        rows = records.sessions.filter(pl.col("policy") == policy)
        mean, total = entry["figures"]["pnl_per_session"], entry["figures"]["pnl_total"]
        assert total["value"] == int(rows["pnl"].sum()) / DOLLAR
        assert mean["value"] == pytest.approx(total["value"] / len(rows), abs=1e-12)
    gap = next(r for r in payload["differences"] if r["baseline"] == "hold")
    mine = payload["policies"][gap["policy"]]["figures"]["pnl_per_session"]
    assert gap["value"] == mine["value"]


def test_calls_are_summed(records: Records, payload: dict[str, Any]) -> None:
    for policy, calls in payload["calls"].items():
        rows = records.sessions.filter(pl.col("policy") == policy)
        assert calls == {
            name: int(rows[name].sum())
            for name in ("take_calls", "rest_calls", "checks", "violations")
        }
    assert payload["calls"]["maker"]["rest_calls"] > 0


def test_action_names_are_those_of_the_one_table(payload: dict[str, Any]) -> None:
    assert payload["action_names"] == [action.name for action in ACTIONS]


def test_equal_bytes_whatever_the_order_of_rows(records: Records, payload: dict[str, Any]) -> None:
    def mixed(frame: pl.DataFrame, seed: int) -> pl.DataFrame:
        return frame.sample(fraction=1.0, shuffle=True, seed=seed)

    for seed in (1, 2):
        again = Records(*(mixed(getattr(records, name), seed) for name in TABLES))
        assert to_bytes(summarise(again, 500, 0)) == to_bytes(payload)
    assert to_bytes(summarise(records, 500, 1)) != to_bytes(payload)


def test_equal_bytes_in_another_process_with_other_hashes_and_threads(
    payload: dict[str, Any],
) -> None:
    code = (
        "import sys; from kalshi_exp.metrics import summarise, to_bytes\n"
        "from tests.metrics.sample_records import sample_records\n"
        "sys.stdout.buffer.write(to_bytes(summarise(sample_records(14), 500, 0)))"
    )
    environment = os.environ | {
        "PYTHONHASHSEED": "77",
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
        "POLARS_MAX_THREADS": "2",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
    }
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    assert done.stdout == to_bytes(payload)


def test_bytes_are_sorted_json_without_times_or_places(payload: dict[str, Any]) -> None:
    text = to_bytes(payload).decode()
    again = json.loads(text)
    assert again == payload
    assert list(again) == sorted(again)
    assert text.endswith("}\n") and "NaN" not in text and "/tmp" not in text


def test_a_number_that_json_has_no_word_for_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_bytes({"figure": math.nan})


def test_flat_leaves_out_what_was_not_formed(payload: dict[str, Any]) -> None:
    keys = flat(payload)
    assert "maker/pnl_per_session/lo" in keys
    assert "hold/sharpe_per_session" not in keys
    assert all(math.isfinite(value) for value in keys.values())


def test_named_figures_are_those_with_a_slash() -> None:
    keys = named_figures(
        {
            "sessions": 3,
            "exploit/success": {"value": 0.5, "lo": 0.25, "hi": None, "n": 3},
            "pattern/anchor/effect": {"value": None, "verdict": "too little data to say"},
            "detect/false_alarms_per_hour": 0.25,
            "detect/broken": {"value": math.nan},
        }
    )
    assert keys == {
        "exploit/success": 0.5,
        "exploit/success/lo": 0.25,
        "pattern/anchor/effect/verdict": "too little data to say",
        "detect/false_alarms_per_hour": 0.25,
    }


def test_the_leaders_and_the_random_success_have_names_of_their_own(
    payload: dict[str, Any],
) -> None:
    found = payload["exploitation"]["policies"]
    for family, prefix in (("all", "exploit/"), ("anchor", "exploit/anchor/")):
        assert payload[f"{prefix}success"] == found["agent/deterministic"][family]["success"]
        assert payload[f"{prefix}random_success"] == found["random"][family]["success"]
    assert payload["exploit/success"]["lo"] < payload["exploit/success"]["value"]
    assert payload["exploit/aversion/success"]["reason"] == "no opportunity was detected"


def test_empty_records_say_that_nothing_was_judged() -> None:
    got = summarise(Records.concat([]), 200, 0)
    assert got["policies"] == {} and got["differences"] == []
    assert got["headline"] == "No learned policy was judged."
    assert got["exploit/success"]["reason"] == "no learned policy was judged"
    to_bytes(got)


def test_headline_speaks_of_the_verdicts() -> None:
    rows = [session(f"s{k}", (k % 3 + 1) * DOLLAR, "agent/deterministic") for k in range(12)]
    rows += [session(f"s{k}", 0, "hold") for k in range(12)]
    rows += [session(f"s{k}", (k % 3 + 1) * DOLLAR, "maker") for k in range(12)]
    text = summarise(records_of(rows), 500, 0)["headline"]
    assert text.startswith("The agent made $2.00 a session after fees on 12 sessions")
    assert "better than hold; no difference shown from maker." in text
    few = summarise(records_of([r for r in rows if r["session"] in ("s0", "s1")]), 500, 0)
    assert "too little data to say against hold and maker" in few["headline"]
    assert "no interval: too few sessions" in few["headline"]
