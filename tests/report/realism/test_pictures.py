from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.metrics.market import STATISTICS
from kalshi_exp.report.realism.pictures import pictures
from tests.report.realism.windows import compared


@pytest.fixture(scope="module")
def charts():
    return dict(zip([one.key for one in STATISTICS], pictures(*compared()), strict=True))


def named(chart, name):
    return next(trace for trace in chart.data if trace.get("name") == name)


def test_a_quantile_is_drawn_on_its_distribution(charts):
    _, tape, _ = compared()
    chart = charts["print_size_median"]
    drawn = named(chart, "tape")
    pooled = np.sort(np.concatenate([window.samples["print_size"] for window in tape])) / 100
    below = np.searchsorted(pooled, drawn["x"], side="right") / len(pooled)
    assert (below >= np.array(drawn["y"]) - 1e-3).all()
    mark = next(trace for trace in chart.data if trace["mode"] == "markers")
    assert mark["y"] == [0.5]


def test_other_statistics_have_a_dot_a_window(charts):
    assert [len(trace["x"]) for trace in charts["spread_1"].data].count(7) == 2
    assert charts["spread_1"].layout["xaxis"]["tickformat"] == ".0%"


def test_a_picture_says_whether_it_is_ok(charts):
    payload, *_ = compared()
    for row in payload["statistics"]:
        title = charts[row["key"]].title
        assert title.startswith(f"{row['number']}. {row['title']}: {'ok' if row['ok'] else 'off'}")
        assert charts[row["key"]].caption == row["definition"]
