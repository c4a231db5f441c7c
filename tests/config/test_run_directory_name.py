"""The random part of a run directory's name."""

from __future__ import annotations

from omegaconf import OmegaConf

from kalshi_exp.config.run_directory_name import register_unique


def test_it_holds_still_within_a_launch_and_differs_between_launches() -> None:
    register_unique()
    launches = [OmegaConf.create({"a": "${unique:}", "b": "x_${unique:}"}) for _ in range(50)]
    assert all(launch.b == f"x_{launch.a}" and launch.a == launch.a for launch in launches)
    assert len({launch.a for launch in launches}) == 50
    assert all(len(launch.a) == 6 for launch in launches)
