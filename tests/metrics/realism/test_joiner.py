from __future__ import annotations

import numpy as np

from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.realism import BAND, bounds_headline, joiner, named_joiner
from kalshi_exp.probes import JOIN_HORIZONS, JOIN_MARKOUTS, Joins

HOW = {"bootstrap": 200, "seed": 0}


def joins(odds: float, cents: float, sessions: int = 12, *, gaps: int = 0) -> list[Joins]:
    """Sessions of 100 orders with these odds within 60 s and half of them within 1 s."""
    rng = np.random.default_rng(1)
    out = []
    for noise in rng.integers(-3, 4, sessions):
        filled = np.array([0.5, 0.6, 0.8, 1.0]) * (100 * odds + noise)
        gains = np.array([filled[-1] * (cents + 0.01 * noise)] * 3)
        within = filled.astype(np.int64)
        out.append(Joins(100, gaps, within, gains, np.full(3, int(filled[-1]), np.int64)))
    return out


BOUNDS = {
    "queue": joins(0.5, -1.0),
    "queue_pessimistic": joins(0.4, -1.2),
    "queue_optimistic": joins(0.6, -0.8),
}


def test_a_model_stands_inside_above_or_below_the_band() -> None:
    others = {"inside": joins(0.55, -0.9), "above": joins(0.7, 0.5), "below": joins(0.2, -3.0)}
    found = joiner(others | BOUNDS, **HOW)
    for name in others:
        assert {*found["place"][name]["odds"].values()} == {name}
        assert set(found["place"][name]["odds"]) == {str(one) for one in JOIN_HORIZONS}
        assert {*found["place"][name]["markout_cents"].values()} == {name}
    for name in BAND.values():
        assert {*found["place"][name]["odds"].values()} == {"inside"}
    told = bounds_headline({"joiner": found} | named_joiner(found))
    assert "outside the band: above, below" in told
    assert told.startswith(
        "One contract that joins the touch is filled within 30 s with odds between 31.9 % and "
        "47.9 %, and 30 s after that the mid is −1.20 c to −0.80 c from its price"
    )


def test_the_band_has_names_of_its_own() -> None:
    found = joiner(BOUNDS, **HOW)
    names = named_joiner(found)
    assert set(names) == {
        *(f"joiner/odds/{s}/{end}" for s in JOIN_HORIZONS for end in BAND),
        *(f"joiner/markout_cents/{s}/{end}" for s in JOIN_MARKOUTS for end in BAND),
    }
    for seconds in JOIN_HORIZONS:
        lo, mid, hi = (names[f"joiner/odds/{seconds}/{end}"] for end in ("lo", "mid", "hi"))
        assert lo < mid < hi
    one = found["models"]["queue"]["odds"]["60"]
    total = sum(int(each.within[-1]) for each in BOUNDS["queue"])
    assert one["value"] == total / 1200 == names["joiner/odds/60/mid"]
    assert one["lo"] < one["value"] < one["hi"] and one["n"] == 12
    assert found["sent"] == 1200 and to_bytes(found | names)


def test_without_both_ends_there_is_no_band_to_stand_against() -> None:
    for names in (["queue"], ["queue", "queue_optimistic"]):
        found = joiner({name: BOUNDS[name] for name in names} | {"old": joins(0.9, 1)}, **HOW)
        assert found["place"]["old"] == {"odds": {}, "markout_cents": {}}
        told = bounds_headline({"joiner": found} | named_joiner(found))
        assert "needs the models queue_pessimistic and queue_optimistic" in told


def test_what_is_withheld_has_its_reason_everywhere() -> None:
    found = joiner(BOUNDS, nothing="no trades here", **HOW)
    assert found["withheld"] == "no trades here"
    for model in found["models"].values():
        for figure in (*model["odds"].values(), *model["markout_cents"].values()):
            assert (figure["value"], figure["lo"], figure["reason"]) == (
                None,
                None,
                "no trades here",
            )
    assert {*named_joiner(found).values()} == {None}
    assert not any(found["place"]["queue"].values())
    told = bounds_headline({"joiner": found} | named_joiner(found))
    assert told == "Nothing can be said of resting orders: no trades here."


def test_nothing_sent_nothing_filled_and_too_few_windows() -> None:
    none = np.zeros(4, np.int64), np.zeros(3), np.zeros(3, np.int64)
    across = joiner({name: [Joins(0, 40, *none)] * 8 for name in BAND.values()}, **HOW)
    assert across["across_gaps"] == 320 and across["sent"] == 0
    assert across["models"]["queue"]["odds"]["5"]["reason"] == "no order was filled or sent"
    told = bounds_headline({"joiner": across} | named_joiner(across))
    assert told.startswith("No band can be given: no order could be sent") and "320" in told
    idle = joiner({name: [Joins(50, 0, *none)] * 8 for name in BAND.values()}, **HOW)
    assert idle["models"]["queue"]["odds"]["60"]["value"] == 0.0
    assert idle["models"]["queue"]["markout_cents"]["5"]["value"] is None
    told = bounds_headline({"joiner": idle} | named_joiner(idle))
    assert told.startswith("No band can be given: no order at the touch was filled")
    few = joiner({name: one[:4] for name, one in BOUNDS.items()}, **HOW)
    one = few["models"]["queue"]["odds"]["30"]
    assert one["value"] is not None and one["lo"] is None
    assert one["reason"] == "4 sessions: an interval needs at least 6"
