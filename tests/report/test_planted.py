"""The page of planted episodes stands alone and shows what the labels say."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange import LABELS, play_session, tape_of, truth_of
from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.report.planted import variety, write_planted


def test_episodes_are_drawn_where_they_are(tmp_path):
    scenario = replace(Scenario(), duration_s=60.0)
    exchange = play_session(scenario, 0, 0)
    session = tape_of(exchange, PriceGrid.structure(scenario.grid), 0, 0)
    truth = truth_of(exchange, session.name)
    start, market = session.start_ts, session.markets[0].ticker
    early, late = start + 10**10, start + 3 * 10**10
    planted = [
        (session.name, "anchor", market, "", early, late, 0, 5000, 1.0, "", -1),
        (session.name, "cascade", market, "", early, late, 1, -1, 0.4, "", -1),
    ]
    truth = pl.concat([truth, pl.DataFrame(planted, schema=LABELS, orient="row")])
    write_planted(tmp_path / "page.html", session, truth, "What was planted")
    text = (tmp_path / "page.html").read_text()
    assert "1 of anchor, 1 of cascade" in text
    assert '"x0":10.0,"x1":30.0,"y0":50.0,"y1":50.0' in text
    assert '"x0":10.0,"x1":30.0,"xref":"x","y0":0,"y1":1,"yref":"paper"' in text
    assert "default-src 'none'" in text


def test_more_kinds_show_more_than_more_of_one():
    rows = [("s", kind, "m", "", 0, 1, 0, 0, 1.0, "", -1) for kind in ("anchor", "anchor", "trade")]
    anchors = pl.DataFrame(rows, schema=LABELS, orient="row")
    both = pl.concat([anchors[:1], anchors[:1].with_columns(kind=pl.lit("cascade"))])
    assert variety(anchors) == (1, 2) < variety(both) == (2, 2)
    assert variety(anchors[2:]) == (0, 0)
