"""What a report on fill models says in a sentence, and its figures by name."""

from __future__ import annotations

from typing import Any

from kalshi_exp.metrics.figures import show
from kalshi_exp.metrics.realism.joiner import BAND
from kalshi_exp.metrics.realism.summary import GROUPS


def headline(payload: dict[str, Any]) -> str:
    """Best model, its correlation and overstatement by group, and its lead over `old`."""
    best = payload["best"]
    told = []
    for group in GROUPS:
        figures = payload["models"][best][group]
        r, over = figures["pearson"], figures["overstatement"]
        told.append(
            f"{group}: Pearson {_with_interval(r, 'ratio')}, overstatement "
            f"{_with_interval(over, '%')}"
        )
    text = f"'{best}' comes nearest to the exchange ({'; '.join(told)})"
    lead = payload["leads"].get(best)
    if lead is None:
        return text + "."
    error = lead["all"]["error_cents"]
    if error["hi"] is not None and error["hi"] < 0:
        by = _with_interval({"value": -error["value"], "lo": -error["hi"], "hi": -error["lo"]}, "c")
        return text + f"; its P&L error is {by} a contract below that of 'old'."
    return text + "; that it is better than 'old' is not shown."


def bounds_headline(payload: dict[str, Any]) -> str:
    """The joiner's odds of a fill as a band, its mark-out, and which models leave the band."""
    found = payload["joiner"]
    if found["withheld"]:
        return f"Nothing can be said of resting orders: {found['withheld']}."
    known = [
        payload.get(f"joiner/{figure}/30/{end}")
        for figure in ("odds", "markout_cents")
        for end in ("lo", "hi")
    ]
    odds, cents = ([float(one) for one in known[k : k + 2] if one is not None] for k in (0, 2))
    if not {BAND["lo"], BAND["hi"]} <= set(found["models"]):
        return f"No band can be given: it needs the models {BAND['lo']} and {BAND['hi']}."
    if not found["sent"]:
        return (
            f"No band can be given: no order could be sent that the recording follows for a "
            f"minute; {found['across_gaps']:,} were left out for its gaps."
        )
    if None in known:
        return "No band can be given: no order at the touch was filled, or none could be valued."
    outside = [
        name
        for name, places in found["place"].items()
        if any(place != "inside" for place in places["odds"].values())
    ]
    text = (
        f"One contract that joins the touch is filled within 30 s with odds between "
        f"{show(odds[0], '%')} and {show(odds[1], '%')}, and 30 s after that the mid is "
        f"{show(min(cents), 'c', True)} to {show(max(cents), 'c', True)} from its price, above "
        "zero in its favour"
    )
    return text + (f"; outside the band: {', '.join(outside)}." if outside else ".")


def _with_interval(figure: dict[str, Any], unit: str) -> str:
    text = show(figure["value"], unit, signed=unit == "%")
    if figure["lo"] is None:
        return text
    return f"{text} [{show(figure['lo'], unit)}, {show(figure['hi'], unit)}]"


def named(payload: dict[str, Any]) -> dict[str, Any]:
    """`headline`, and figures under names with slashes: `fills/MODEL/GROUP/FIGURE`."""
    out: dict[str, Any] = {"headline": headline(payload)}
    for model, groups in payload["models"].items():
        for group, figures in groups.items():
            for name, figure in figures.items():
                out[f"fills/{model}/{group}/{name}"] = figure
    for model, groups in payload["leads"].items():
        for group, figures in groups.items():
            for name, figure in figures.items():
                out[f"fills/{model}/{group}/lead_{name}"] = figure
    return out
