from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kalshi_exp.report.chart import Chart
from kalshi_exp.report.page import embed, page
from kalshi_exp.report.palette import looks, short
from kalshi_exp.report.table import tints

CHART = Chart("c", "A <title>", 'says "so" & <i>', [{"type": "scatter", "x": [1], "y": [2]}])


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_embedded_data_reads_back_and_cannot_close_its_element(data: object) -> None:
    text = embed(data)
    assert "<" not in text and ">" not in text and "&" not in text
    assert json.loads(text) == data


def test_only_the_pages_own_scripts_may_run() -> None:
    text = page("T", [CHART.html()], [CHART])
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 2
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    assert "unsafe-inline" not in policy[1].split("script-src")[1].split(";")[0]


def test_a_page_without_pictures_carries_no_plotly() -> None:
    text = page("T", ["<p>x</p>"], [])
    assert len(text) < 30_000
    assert "script-src 'none'" in text


def test_text_of_a_chart_is_escaped() -> None:
    assert "A &lt;title&gt;" in CHART.html()
    assert "says &quot;so&quot; &amp; &lt;i&gt;" in CHART.html()


def test_policies_keep_their_colours_whatever_stands_beside_them() -> None:
    many = looks(["maker", "agent/deterministic", "mine", "yours"])
    few = looks(["maker", "agent/deterministic"])
    assert many["maker"] == few["maker"]
    assert len({look.token for look in many.values()}) == 4
    assert short("agent/sampled") == "agent, sampled"


@pytest.mark.parametrize(
    ("values", "better", "marks"),
    [
        ([1.0, 3.0, 2.0], "high", ["worst", "best", ""]),
        ([1.0, 3.0, None], "low", ["best", "worst", ""]),
        ([1.0, 1.0], "high", ["", ""]),
        ([1.0, 2.0], None, ["", ""]),
        ([None, 2.0], "high", ["", ""]),
    ],
)
def test_best_and_worst(values: list[float | None], better: str | None, marks: list[str]) -> None:
    assert tints(values, better) == marks
