"""Wrong command lines and wrong files, with the sentence that each gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from kalshi_exp.config import ConfigError, recompose

LINES = {
    "fill=quue": "fill has no option 'quue'; did you mean 'queue'?",
    "task=ingst": "task has no option 'ingst'; did you mean 'ingest'?",
    "reward=[portfolo]": "reward has no option 'portfolo'; did you mean 'portfolio'?",
    "+experiment=phase7": "experiment has no option 'phase7'; did you mean 'phase3'?",
    "sed=3": "there is no 'sed'; did you mean 'seed'?",
    "fil=queue": "there is no 'fil'; did you mean 'fill'?",
    "+expriment=phase1": "there is no 'expriment'; did you mean 'experiment'?",
    "fill.latncy=9": "there is no 'fill.latncy'; did you mean 'latency'?",
    "+fill.latncy_ms=9": "there is no 'fill.latncy_ms'; did you mean 'latency'?",
    "world.decision.evry=2": "there is no 'world.decision.evry'; did you mean 'every'?",
    "features.activity.fast=3": "there is no 'features.activity.fast'; did you mean 'fast_s'?",
    "fill=old fill.position=pro_rata": "there is no 'fill.position'; "
    "there is fees, impact, latency",
    "reward.drawdwn.weight=1": "'drawdwn' is not chosen in reward; did you mean 'drawdown'? "
    "(+reward=NAME adds an option)",
    "+reward.drawdwn.weight=1": "'drawdwn' is not chosen in reward; did you mean 'drawdown'? "
    "(+reward=NAME adds an option)",
    "seed=abc": "'seed': Value 'abc' of type 'str' could not be converted to Integer",
    "trainer.progress=maybe": "'trainer.progress': Value 'maybe' is not a valid bool (type str)",
    "fill.latency.order.median_ms=x": "'fill.latency.order.median_ms': "
    "Value 'x' of type 'str' could not be converted to Float",
    "actions.placement=jon": "'actions.placement': there is no 'jon'; did you mean 'join'?",
    "source=x": "'source' is a key of task=ingest, not of the task chosen",
    "+source=x": "'source' is a key of task=ingest, not of the task chosen",
    "task=ingest source=a out=b resume=c": "'resume' is a key of task=train or "
    "task=realism or task=calibrate, not of the task chosen",
    "task=ingest source=a": "'out' has no value; give it one, as in out=VALUE",
    "experiment=phase1": "an experiment is added, not overridden; "
    "write +experiment=NAME with the plus sign",
    "~reward.inventory": "there is no 'reward.inventory' to remove; "
    "~GROUP.NAME removes a chosen option of a set",
    "fill=old,depth": "'fill=old,depth' is a sweep; "
    "add -m for one run of each, or brackets where a set is meant",
    "seed": "'seed' can't be read; write it as key=value, quoted if it has blanks",
    "world.horizon=1": "world.horizon is 1; it must be at least 2",
    "+fill/impact=decayin": "fill/impact has no option 'decayin'; did you mean 'decaying'?",
    "+fill/impact=decaying fill.impact.smal=1": "there is no 'fill.impact.smal'; "
    "did you mean 'small'?",
    "fill.impact.exponent=2": "fill.impact.exponent is 2.0; it must lie in [0.0, 1.0]",
    "fill.pick_off_s=-1": "fill.pick_off_s is -1.0; it must be at least 0.0",
    "fill.drawn=true fill.position=pessimistic": "fill.drawn=true draws where a cancel stood, and "
    "fill.position=pessimistic leaves nothing to draw: use pro_rata, power or log",
    "fill.pick_off_s=nan": "fill.pick_off_s is nan; it must be at least 0.0",
    "fill.latency.cancel.spread=3": "fill.latency: spread is 3.0; it must lie in [0.0, 2.0]",
}


@pytest.mark.parametrize("line", LINES)
def test_a_wrong_command_line_gets_one_sentence(line: str) -> None:
    with pytest.raises(ConfigError) as refused:
        recompose(line.split(" "))
    assert str(refused.value) == LINES[line]


FILES = {
    "override /fil: queue": "in experiment/wrong.yaml: there is no 'fil'; did you mean 'fill'?",
    "override /fill: quue": "fill has no option 'quue'; did you mean 'queue'?",
    "fill: {latncy: 9}": "in experiment/wrong.yaml: "
    "there is no 'fill.latncy'; did you mean 'latency'?",
    "reward: {portfolo: {weight: 2}}": "'portfolo' is not chosen in reward; "
    "did you mean 'portfolio'? (+reward=NAME adds an option)",
    "reward: {portfolo: {scale: 2}}": "in experiment/wrong.yaml: "
    "there is no 'reward.portfolo.scale'; there is weight",
    "seed: abc": "in experiment/wrong.yaml: "
    "'seed': Value 'abc' of type 'str' could not be converted to Integer",
    "sed: 3": "in experiment/wrong.yaml: there is no 'sed'; did you mean 'seed'?",
    "world: {horizon: 0}": "world.horizon is 0; it must be at least 2",
}


@pytest.mark.parametrize("body", FILES)
def test_a_wrong_file_gets_one_sentence(body: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        compose_file(body, tmp_path)
    assert str(refused.value) == FILES[body]


def test_a_file_that_is_not_yaml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"not YAML: .*wrong\.yaml.*line \d"):
        compose_file("world: {horizon: 3", tmp_path)


def compose_file(body: str, folder: Path) -> None:
    """Compose an experiment file of a user's own folder."""
    text = f"defaults:\n  - {body}\n" if body.startswith("override") else f"{body}\n"
    (folder / "experiment").mkdir()
    (folder / "experiment" / "wrong.yaml").write_text(f"# @package _global_\n{text}")
    recompose([f"hydra.searchpath=['file://{folder}']", "+experiment=wrong"])
