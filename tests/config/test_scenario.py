"""A scenario that can't work is refused before anything runs, with one sentence."""

from __future__ import annotations

import pytest

from kalshi_exp.config import ConfigError, recompose


@pytest.mark.parametrize(
    ("overrides", "reason"),
    [
        (["scenario.maker.strength=0"], "a market without a maker has no book"),
        (["scenario.anchors.strength=2"], "scenario.anchors.strength is 2.0; it must lie in"),
        (["scenario.grid=linear"], "scenario.grid is 'linear'; choose one of linear_cent"),
        (["scenario.belief.centre=0.1"], "which leaves (0, 1)"),
        (["scenario.groups.exclusive=1"], "one market alone can't sum to one"),
        (
            ["scenario.groups.strength=1", "scenario.groups.exclusive=3"],
            "scenario.groups needs 3 markets",
        ),
        (
            ["scenario=full", "scenario.groups.correlated=3"],
            "scenario.groups needs 11 markets",
        ),
        (
            ["scenario.markets=8", "scenario.groups.exclusive=3", "scenario.groups.fewest=4"],
            "scenario.groups.fewest is 4",
        ),
        (["scenario.script=[{at_s:900,cents:5}]"], "scenario.script[0].at_s is 900.0"),
        (["scenario.script=[{at_s:9,market:1}]"], "scenario.script[0].market is 1"),
        (["scenario.script=[{at_s:9,cents:40}]"], "news move one half by up to 25 cents"),
        (["scenario.script=[{at_s:890,kind:halt}]"], "a halt must end with the session"),
        (["scenario.script=[{at_s:9,kind:strike}]"], "strike"),
        (["scenario.script=[{at:9}]"], "at"),
    ],
)
def test_refused(overrides: list[str], reason: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        recompose(overrides)
    assert reason in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_script_from_the_command_line() -> None:
    scenario = recompose(["scenario.script=[{at_s:300,kind:halt,lasts_s:20}]"]).scenario
    assert [(one.at_s, one.kind, one.market) for one in scenario.script] == [(300.0, "halt", -1)]
