from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.realism import CEILING, FIGURES, GROUPS, Trial, named, summarise_fills
from kalshi_exp.metrics.realism.summary import best_of
from kalshi_exp.probes import HORIZONS, WAITS
from tests.metrics.realism.trials import AGGRESSIVE, PASSIVE, SESSIONS, profits, strategies, trial

CENTS = profits()
TRUTH = trial("truth", CENTS)
CLOSE = CENTS + profits(4) * 0.05


def summarised(*contestants: Trial, truth: Trial = TRUTH, **how: int) -> dict:
    return summarise_fills(
        strategies(), truth, contestants, **({"bootstrap": 200, "seed": 0} | how)
    )


@pytest.fixture(scope="module")
def payload() -> dict:
    rng = np.random.default_rng(30)  # one that leaves no correlation by luck
    shuffled = np.concatenate([rng.permutation(CENTS[:PASSIVE]), rng.permutation(CENTS[PASSIVE:])])
    return summarised(
        trial(CEILING, CENTS),
        trial("old", shuffled, 2, error=0.2),
        trial("perfect", CENTS),
        trial("dear", CENTS + 1.0),
        trial("copy", shuffled, 2, error=0.2),
        trial("near", CLOSE, error=0.1),
    )


def value(payload: dict, model: str, group: str, figure: str) -> float:
    found: float = payload["models"][model][group][figure]["value"]
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_a_model_that_is_the_truth_errs_in_nothing(payload: dict, group: str) -> None:
    for figure in ("pearson", "spearman", "concordance", "pearson_cells"):
        assert value(payload, "perfect", group, figure) == pytest.approx(1.0)
    none = ["overstatement", "error_cents", "fill_rate_error"]
    none += [f"odds_error_{h}" for h in HORIZONS] + [f"brier_{h}" for h in HORIZONS]
    none += [f"markout_error_{s}" for s in (1, 10, 60)]
    for figure in none:
        assert value(payload, "perfect", group, figure) == 0.0
        assert payload["models"]["perfect"][group][figure]["hi"] == 0.0
    for figure, told in payload["truth"][group].items():
        assert payload["models"]["perfect"][group][figure] == told


@pytest.mark.parametrize(("group", "rows"), [("passive", slice(0, PASSIVE)),
                                             ("aggressive", slice(PASSIVE, None))])  # fmt: skip
def test_a_cent_more_for_all_overstates_by_a_cent_over_the_mean_size(
    payload: dict, group: str, rows: slice
) -> None:
    size = np.abs(CENTS[rows].mean(1)).mean()
    assert value(payload, "dear", group, "overstatement") == pytest.approx(1.0 / size)
    assert value(payload, "dear", group, "error_cents") == pytest.approx(1.0)
    for figure in ("pearson", "spearman", "concordance"):
        assert value(payload, "dear", group, figure) == pytest.approx(1.0)
    assert value(payload, "dear", group, "profit_cents") == pytest.approx(CENTS[rows].mean() + 1)


@pytest.mark.parametrize("group", GROUPS)
def test_a_shuffled_one_has_the_level_and_nothing_else(payload: dict, group: str) -> None:
    assert abs(value(payload, "old", group, "pearson")) < 0.75
    lo, hi = (payload["models"]["old"][group]["pearson"][end] for end in ("lo", "hi"))
    assert lo < 0 < hi
    assert value(payload, "old", group, "overstatement") == pytest.approx(0.0, abs=1e-12)
    assert value(payload, "old", group, "brier_30") == pytest.approx(0.2)
    assert value(payload, "old", group, "error_cents") > 0.5


def test_figures_by_hand(payload: dict) -> None:
    assert value(payload, "perfect", "passive", "odds_5") == pytest.approx(0.4)
    assert value(payload, "perfect", "aggressive", "slippage_large") == pytest.approx(1.5)
    filled = TRUTH.column("filled")[:PASSIVE].sum(1) / (100 * SESSIONS)
    assert value(payload, "perfect", "passive", "fill_rate") == pytest.approx(filled.mean())
    # 10 orders waited 0.5 to 1 s and 6 waited 5 to 10 s: the eighth is at 0.9 s.
    assert value(payload, "perfect", "passive", "median_wait") == pytest.approx(0.5 + 0.5 * 0.8)
    waited = dict(zip(WAITS, payload["waits"]["perfect"]["passive"], strict=True))
    assert (waited[0.5], waited[1.0], waited[5.0], waited[10.0]) == pytest.approx(
        (0, 0.5, 0.5, 0.8)
    )
    assert payload["reliability"]["near"]["passive"]["30"] == [[0.25, 0.2, 20.0 * 12 * 14]]


def test_the_ceiling_does_not_compete_and_the_worse_group_decides(payload: dict) -> None:
    assert payload["best"] in ("perfect", "dear")
    two = summarised(trial(CEILING, CENTS), trial("old", CLOSE))
    assert two["best"] == "old"
    half = CENTS.copy()
    half[PASSIVE:] = -half[PASSIVE:]  # right for the passive ones, upside down for the others
    two = summarised(trial(CEILING, CENTS), trial("half", half), trial("old", CLOSE))
    assert two["best"] == "old"
    nothing = {group: {"pearson": {"value": None}} for group in GROUPS}
    assert best_of({"blank": nothing, "old": two["models"]["half"]}) == "old"


def test_a_copy_of_old_leads_it_by_nothing_and_a_better_one_by_something(payload: dict) -> None:
    assert set(payload["leads"]) == {"perfect", "dear", "copy", "near"}
    for found in payload["leads"]["copy"].values():
        for figure in found.values():
            assert (figure["value"], figure["lo"], figure["hi"]) == (0.0, 0.0, 0.0)
    assert set(payload["leads"]["near"]) == {*GROUPS, "all"}
    near = payload["leads"]["near"]["all"]
    assert near["error_cents"]["hi"] < 0 and near["pearson"]["lo"] > 0
    assert (
        "below that of 'old'"
        in named(payload | {"best": "near", "models": payload["models"]})["headline"]
    )


def test_leads_are_on_the_same_draws(payload: dict) -> None:
    """The difference to a model that errs with it is known better than either."""
    worse = trial("old", CLOSE + 0.2 * np.sign(CLOSE - CENTS))
    found = summarised(trial(CEILING, CENTS), worse, trial("near", CLOSE))
    lead = found["leads"]["near"]["all"]["error_cents"]
    own = found["models"]["old"]["passive"]["error_cents"]
    assert lead["hi"] < 0 and lead["hi"] - lead["lo"] < 0.8 * (own["hi"] - own["lo"])


def test_no_lead_without_old() -> None:
    found = summarised(trial(CEILING, CENTS), trial("queue", CLOSE))
    assert found["leads"] == {} and found["best"] == "queue"
    assert named(found)["headline"].endswith(").")


def test_what_is_reached_is_said_by_group() -> None:
    off = CENTS.copy()
    off[PASSIVE:] += 5.0
    found = summarised(trial(CEILING, CENTS), trial("old", off))
    assert found["met"] == {
        "passive": {"pearson": True, "overstatement": True},
        "aggressive": {"pearson": True, "overstatement": False},
    }


def test_nobody_who_offered_nothing_is_counted_and_nobody_who_filled_nothing_has_markouts() -> None:
    def idle(one: Trial) -> Trial:
        sums = one.sums.copy()
        sums[0] = 0.0
        sums[1, :, 2:] = 0.0  # orders that nobody filled
        return replace(one, sums=sums)

    truth, model = idle(TRUTH), idle(trial("old", CENTS + 1.0))
    found = summarised(trial(CEILING, CENTS), model, truth=truth)
    rows = found["strategies"]
    assert rows[0]["profit_cents"]["old"]["value"] is None and rows[0]["fill_rate"]["old"] is None
    assert rows[1]["profit_cents"]["old"]["value"] == 0.0 and rows[1]["fill_rate"]["old"] == 0.0
    size = np.abs(CENTS[2:PASSIVE].mean(1)).sum()
    told = value(found, "old", "passive", "overstatement")
    assert told == pytest.approx((PASSIVE - 2) / size)
    marked = value(found, "old", "passive", "markout_error_10")
    assert marked == pytest.approx(1.0)


def test_it_is_ready_for_json_and_the_same_again(payload: dict) -> None:
    whole = payload | named(payload)
    assert json.loads(to_bytes(whole)) == json.loads(json.dumps(whole))
    names = {figure.name for figure in FIGURES}
    for groups in payload["models"].values():
        for group in GROUPS:
            assert set(groups[group]) == names
    assert whole["fills/near/passive/pearson"] == payload["models"]["near"]["passive"]["pearson"]
    assert whole["fills/near/all/lead_error_cents"]["hi"] < 0
    again = [summarised(trial(CEILING, CENTS), trial("old", CLOSE)) for _ in range(2)]
    assert to_bytes(again[0]) == to_bytes(again[1])
    assert len(payload["strategies"]) == PASSIVE + AGGRESSIVE


def test_few_sessions_give_values_and_reasons() -> None:
    few = CENTS[:, :4]
    found = summarised(trial(CEILING, few), trial("old", few + 1.0), truth=trial("truth", few))
    error = found["models"]["old"]["passive"]["error_cents"]
    assert error["value"] == pytest.approx(1.0) and error["lo"] is None
    assert error["reason"] == "4 sessions: an interval needs at least 6"
    assert to_bytes(found | named(found))
