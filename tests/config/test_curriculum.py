from __future__ import annotations

import pytest

from kalshi_exp.config import ConfigError, recompose

THREE = ["curriculum=[foundation,patterns,full]", "reward=[portfolio,anchor_timing]"]


def test_phases_go_in_the_order_they_are_named_and_have_all_by_default() -> None:
    experiment = recompose([*THREE, "curriculum.patterns.frames=7"])
    assert list(experiment.curriculum) == ["foundation", "patterns", "full"]
    assert [phase.frames for phase in experiment.curriculum.values()] == [1_000_000, 7, 4_000_000]
    for phase in experiment.curriculum.values():
        assert experiment.features_in(phase) == experiment.features
        assert experiment.reward_in(phase) == experiment.reward
    assert experiment.last_phase is experiment.curriculum["full"]


def test_a_phase_switches_groups_and_terms_off() -> None:
    narrow = [
        "curriculum.foundation.features=[orders,book]",
        "curriculum.foundation.reward=[portfolio]",
    ]
    experiment = recompose([*THREE, *narrow])
    phase = experiment.curriculum["foundation"]
    assert list(experiment.features_in(phase)) == ["book", "orders"]
    assert list(experiment.reward_in(phase)) == ["portfolio"]
    blind = recompose([*THREE, "curriculum.foundation.features=[]"])
    assert blind.features_in(blind.curriculum["foundation"]) == {}


@pytest.mark.parametrize(
    ("override", "sentence"),
    [
        ("curriculum.full.features=[book,anchr]", "features names 'anchr', which features= does"),
        ("curriculum.full.reward=[drawdown]", "reward names 'drawdown', which reward= does not"),
        ("curriculum.full.reward=[]", "reward is empty"),
        ("curriculum.full.frames=0", "must be at least 1"),
    ],
)
def test_what_a_phase_cannot_mean_is_refused(override: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        recompose([*THREE, override])
