from __future__ import annotations

import json

from kalshi_exp.metrics import to_bytes
from kalshi_exp.metrics.strength import Point, judge, summary
from tests.metrics.strength.samples import tape


def payload():
    found = judge(tape(), 300, 0)
    points = [Point(0.5, 10, 3, 5, 0.1, 0.1), Point(1.0, 10, 9, 10, 0.2, 0.2)]
    names = [str(k) for k in range(24)]
    return summary(found, names, {}, {"levels": points, "elsewhere": points}, 300, 0)


def test_the_figures_lie_flat():
    made = json.loads(to_bytes(payload()))
    for family in ("anchor", "cascade", "constraint", "aversion"):
        for key in ("effect", "lo", "hi", "verdict", "p", "p_holm", "sessions"):
            assert f"pattern/{family}/{key}" in made
    assert made["pattern/anchor/verdict"] == "present"
    assert made["pattern/constraint/effect"] is None
    assert made["pattern/anchor/lo"] < made["pattern/anchor/effect"] < made["pattern/anchor/hi"]
    assert made["families_tested"] == 3
    assert made["found_from"] == {"levels": 1.0, "elsewhere": 1.0}


def test_the_headline_says_first_what_is_there():
    assert payload()["headline"] == (
        "Of four families of patterns, over 24 sessions, present: anchors; absent: cascades; "
        "too little data to say: risk aversion; not testable: constraints."
    )


def test_the_same_figures_from_the_same_seed():
    assert to_bytes(payload()) == to_bytes(payload())
