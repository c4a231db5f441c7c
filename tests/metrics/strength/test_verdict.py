from __future__ import annotations

import pytest

from kalshi_exp.metrics.comparison import holm
from kalshi_exp.metrics.strength.effect import effect_of
from kalshi_exp.metrics.strength.summary import judge
from kalshi_exp.metrics.strength.verdict import sessions_more, verdicts
from kalshi_exp.patterns.strength import HYPOTHESES
from tests.metrics.strength.samples import sessions, tape


def test_each_verdict():
    anchor, cascade, constraint, aversion = judge(tape(), 1_000, 0)
    assert (anchor.verdict, anchor.words) == ("present", "present")
    assert (cascade.verdict, cascade.more) == ("absent", None)
    assert cascade.effect.estimate.hi < cascade.effect.hypothesis.smallest
    assert constraint.words.startswith("not testable: events have one market")
    assert constraint.p_holm is None
    assert aversion.words == f"too little data to say ({aversion.more:,} more sessions would do)"
    assert aversion.more > 100


def test_p_is_corrected_for_the_families_that_were_tested():
    found = judge(tape(), 1_000, 0)
    tested = [one for one in found if one.effect.p is not None]
    assert len(tested) == 3
    assert [one.p_holm for one in tested] == holm([one.effect.p for one in tested])
    assert tested[0].p_holm == pytest.approx(3 * tested[0].effect.p)


def test_a_finding_that_does_not_survive_the_correction_is_none():
    doubtful = next(
        one
        for seed in range(300)
        if 0.02 < (one := effect_of(HYPOTHESES[1], sessions(0.1, noise=0.3, seed=seed), 300, 0)).p
        <= 0.05
    )  # fmt: skip
    assert verdicts([doubtful])[0].verdict == "present"
    nothing = effect_of(HYPOTHESES[2], sessions(0.0), 300, 0)
    assert verdicts([doubtful, nothing, nothing])[0].verdict.startswith("too little")


def test_a_tiny_effect_is_absent_however_sure():
    tiny = effect_of(HYPOTHESES[1], sessions(0.03, noise=0.001), 500, 0)
    assert tiny.p < 0.01 and verdicts([tiny])[0].verdict == "absent"


def test_so_many_sessions_would_do():
    wide, wider = (effect_of(HYPOTHESES[1], sessions(0.05, noise=k), 500, 0) for k in (0.5, 1.0))
    assert 0 < sessions_more(wide) < sessions_more(wider)
    # 2.8 standard errors are the smallest effect of interest.
    total = sessions_more(wide) + wide.estimate.n
    assert 2.8016 * wide.spread / total**0.5 == pytest.approx(0.10, rel=0.01)
    endless = effect_of(HYPOTHESES[0], sessions(0.0, noise=40.0), 500, 0)
    assert sessions_more(endless) is None


def test_with_that_many_of_them_an_effect_of_interest_is_found():
    found = [
        effect_of(HYPOTHESES[1], sessions(0.1054, 100, noise=0.35, seed=seed), 200, seed).p <= 0.05
        for seed in range(40)
    ]
    assert sum(found) / 40 >= 0.75


def test_fewer_sessions_than_an_interval_needs():
    found = judge(tape(4), 200, 0)
    assert found[0].words == "too little data to say (2 more sessions at the least)"
    assert found[0].to_dict()["reason"] == "4 sessions: an interval needs at least 6"
