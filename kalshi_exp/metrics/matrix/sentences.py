"""What a study says, in two sentences made from its figures and their intervals alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kalshi_exp.metrics.figures import show

BETTER = "better than"
"""How the verdict of a loss begins that is shown."""

PROMISES_MORE = "promises more than the exchange pays"
PROMISES_LESS = "promises less than the exchange pays"
"""Verdicts of phantom money that is shown."""

DIFFERENT = "different from the reference"
"""Verdict of a difference in behaviour that is shown."""


def sentences(payload: Mapping[str, Any]) -> list[str]:
    """Two sentences: the money that a poor model cost, and what each taught about orders.

    Args:
        payload: of matrix.json, all but the sentences.
    """
    return [_of_money(payload), _of_orders(payload)]


def _of_money(payload: Mapping[str, Any]) -> str:
    best, losses = payload["best"], payload["loss"]
    figure = payload["money"]["exchange"][best]
    verb = "lost" if figure["value"] < 0 else "made"
    did = (
        f"{verb} {show(abs(figure['value']), '$')} a session{_between(figure, '$')}"
        f"{_against_standing_aside(figure)}"
    )
    shown = [m for m, row in losses.items() if row["verdict"].startswith(BETTER)]
    if not shown:
        worst = max(losses, key=lambda m: losses[m]["value"])
        return (
            "In the exchange no training can be told from the best one: agents trained under "
            f"{best} {did}, those trained under {worst} {show(losses[worst]['value'], '$')} less"
            f"{_between(losses[worst], '$')}{_promised(payload)}."
        )
    told = [
        f"{show(losses[m]['value'], '$')} a session under {m}{_between(losses[m], '$')}"
        f"{_promise(payload, m)}"
        for m in shown
    ]
    rest = [m for m in losses if m not in shown]
    unshown = f"; no loss is shown for {listed(rest)}" if rest else ""
    return (
        f"In the exchange agents trained under {best} did best and {did}; having trained under a "
        f"poorer model cost {listed(told)}{unshown}."
    )


def _promise(payload: Mapping[str, Any], model: str) -> str:
    """What a model had told its own agents; nothing where it is the exchange itself."""
    own = payload["money"].get(model, {}).get(model)
    if model not in payload["phantom"] or own is None or own["value"] is None:
        return ""
    return f", which itself had told of {show(own['value'], '$')}{_between(own, '$')}"


def _against_standing_aside(figure: Mapping[str, Any]) -> str:
    if figure["lo"] is None:
        return ""
    if figure["lo"] > 0:
        return ", more than standing aside"
    if figure["hi"] < 0:
        return ", less than standing aside"
    return ", not shown different from standing aside"


def _promised(payload: Mapping[str, Any]) -> str:
    phantom = payload["phantom"]
    more = [m for m, one in phantom.items() if one["verdict"] == PROMISES_MORE]
    if not more:
        return ""
    told = [f"{m} {show(phantom[m]['value'], '$')}{_between(phantom[m], '$')}" for m in more]
    return f"; promised to the agents and not paid: {listed(told)}"


def _of_orders(payload: Mapping[str, Any]) -> str:
    care, behaviour = payload["care"], payload["behaviour"]
    reference = care["reference"]
    if behaviour[reference]["mean_order_size"]["value"] is None:
        text = f"Agents trained under {reference} order nothing"
    else:
        text = (
            f"Agents trained under {reference} order {_figure(behaviour, reference, 'contracts')} "
            f"at a time, and {_figure(behaviour, reference, '%')} of what they place rests"
        )
    sizes, shares = care["mean_order_size"], care["passive_share"]
    changed = [m for m in sizes if DIFFERENT in (sizes[m]["verdict"], shares[m]["verdict"])]
    parts = [f"training under {m} makes {_change(care, behaviour, m)}" for m in changed]
    rest = [m for m in sizes if m not in changed]
    if not changed:
        parts = ["no other training is shown to change the size of orders or how much rests"]
    elif rest:
        parts.append(f"no change is shown for {listed(rest)}")
    return f"{text}; {'; '.join(parts)}."


def _change(care: Mapping[str, Any], behaviour: Mapping[str, Any], model: str) -> str:
    size, share = care["mean_order_size"][model], care["passive_share"][model]
    text = "orders"
    if size["verdict"] == DIFFERENT:
        word = "larger" if size["value"] > 0 else "smaller"
        text = f"{word} orders ({_figure(behaviour, model, 'contracts')})"
    if share["verdict"] == DIFFERENT:
        word = "more" if share["value"] > 0 else "less"
        text += f" that rest {word} ({_figure(behaviour, model, '%')})"
    return text


def _figure(behaviour: Mapping[str, Any], model: str, unit: str) -> str:
    figure = behaviour[model]["passive_share" if unit == "%" else "mean_order_size"]
    if figure["value"] is None:
        return "nothing"
    text = show(figure["value"], unit) + (" contracts" if unit == "contracts" else "")
    if figure["lo"] is None:
        return text
    return f"{text} [{show(figure['lo'], unit)}, {show(figure['hi'], unit)}]"


def _between(figure: Mapping[str, Any], unit: str) -> str:
    if figure["lo"] is None:
        return " (no interval)"
    return f" ({show(figure['lo'], unit)} to {show(figure['hi'], unit)})"


def listed(names: Iterable[str]) -> str:
    """Names as a sentence lists them."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
