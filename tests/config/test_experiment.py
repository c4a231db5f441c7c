"""The typed experiment and its split into groups and task."""

from __future__ import annotations

from dataclasses import fields

import pytest

from kalshi_exp.config import SCHEMAS, TREES, Experiment, Groups, IngestTask, TrainTask, recompose


def test_groups_name_every_schema_group() -> None:
    assert set(SCHEMAS) - {"task"} <= {one.name for one in fields(Groups)}


def test_no_task_key_hides_a_group() -> None:
    groups = {one.name for one in fields(Groups)}
    for tree in TREES.values():
        assert not groups & {one.name for one in fields(tree.TASK)}


def test_a_tasks_keys_come_to_the_task() -> None:
    experiment = recompose(["task=ingest", "source=IN", "out=OUT", "bad_share=0.5"])
    assert experiment.task == IngestTask(source="IN", out="OUT", bad_share=0.5)
    assert recompose(["resume=DIR"]).task == TrainTask(resume="DIR")


def test_two_experiments_share_no_node() -> None:
    one, other = recompose([]), recompose([])
    one.fill.latency.order.median_ms = 1.0
    assert other.fill.latency.order.median_ms == 60.0
    assert isinstance(one, Experiment)


@pytest.mark.parametrize("name", ["", "a b", "a/b", "${seed}"])
def test_a_name_must_make_a_folder(name: str) -> None:
    experiment = recompose([])
    experiment.name = name
    with pytest.raises(ValueError, match="letters, digits"):
        experiment.__post_init__()
