from __future__ import annotations

from io import StringIO
from pathlib import Path

from rich.console import Console

from kalshi_exp.report.fill_realism import bounds_table, write_bounds
from tests.report.fill_realism.payloads import HEADER, SECONDS, bounds


def written(folder: Path, **how) -> str:
    return write_bounds(folder, bounds(**how), HEADER, SECONDS).read_text(encoding="utf-8")


def shown(payload: dict) -> str:
    console = Console(width=200, record=True, file=StringIO())
    console.print(bounds_table(payload))
    return console.export_text()


def test_the_band_and_who_leaves_it(tmp_path: Path) -> None:
    text = written(tmp_path)
    assert "One contract that joins the touch is filled within 30 s with odds between 31.9" in text
    assert "outside the band: old." in text and "1,200 orders" in text
    assert text.count("above the band") == 7 and "below the band" not in text
    assert "left out" not in text.split("How this was made")[0]
    table = shown(bounds())
    assert table.count("above") == 7 and "1,200 orders" in table
    assert "100%" in table and "0%" in table


def test_gaps_and_silent_windows_are_told(tmp_path: Path) -> None:
    text = written(tmp_path, gaps=2)
    assert "24 more were left out because the recording has a gap" in text
    assert "1 of the windows record no trade" in text and "has 2 gaps" in text


def test_what_is_withheld_is_withheld_with_its_reason(tmp_path: Path) -> None:
    text = written(tmp_path, nothing="no <trades>")
    assert "Nothing can be said of resting orders: no &lt;trades&gt;." in text
    assert 'title="no &lt;trades&gt;"' in text and "no <trades>" not in text
    assert "above the band" not in text
    assert "–" in shown(bounds("no <trades>"))
