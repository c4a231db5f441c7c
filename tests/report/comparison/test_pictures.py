from __future__ import annotations

from pathlib import Path

from kalshi_exp.report import compare_directories
from kalshi_exp.report.comparison.pictures import money_charts, realism_charts
from tests.report.sample_runs import write_run, write_seeds


def test_every_formed_figure_has_a_picture_with_its_seeds(tmp_path: Path) -> None:
    payload = compare_directories(write_seeds(tmp_path))
    charts = {chart.name: chart for chart in realism_charts(payload)}
    assert "realism-markout_error_10s" not in charts and len(charts) == 5
    lines, seeds, values = charts["realism-real_pnl"].data
    assert len(seeds["x"]) == 6 and len(values["x"]) == 2 and len(lines["x"]) == 6
    assert values["y"] == [1, 0]  # the first contestant on top
    assert charts["realism-sim_to_real_pearson"].layout["shapes"][0]["x0"] == 1.0


def test_what_a_model_says_stands_beside_what_came_of_it(tmp_path: Path) -> None:
    charts = money_charts(compare_directories(write_seeds(tmp_path)))
    told = {chart.name: [trace.get("name") for trace in chart.data] for chart in charts}
    assert "in the exchange" in told["money-agent-deterministic"]
    assert "in the exchange" not in told["money-agent-sampled"]


def test_runs_of_one_seed_have_no_dots(tmp_path: Path) -> None:
    payload = compare_directories([write_run(tmp_path / one, one) for one in ("old", "queue")])
    assert realism_charts(payload) == []
    chart = money_charts(payload)[0]
    assert chart.data[1]["x"] == [] and "seeds" not in chart.caption
