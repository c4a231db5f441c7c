from __future__ import annotations

from dataclasses import replace

import pytest

from kalshi_exp.config.scenario import Anchors, Cascades, Maker, Momentum, Scenario
from kalshi_exp.exchange.variations import PLANTED, varied
from kalshi_exp.learn.detectors import CALIBRATION, JUDGING, TRAINING, VALIDATION
from kalshi_exp.learn.detectors.sessions import numbers, scenario_of

FULL = Scenario(anchors=Anchors(strength=1.0), cascades=Cascades(strength=1.0))


def test_no_session_is_of_two_sorts() -> None:
    sorts = [numbers(TRAINING, 20_000), numbers(VALIDATION, 5_000), numbers(CALIBRATION, 5_000)]
    seen = [number for sort in sorts for number in sort]
    assert len(set(seen)) == len(seen) and max(seen) < JUDGING
    for first, count in ((TRAINING, 20_001), (VALIDATION, 5_001), (CALIBRATION, 5_001), (1, 0)):
        with pytest.raises(ValueError, match=r"sessions from number .*: give 1 to"):
            numbers(first, count)


def test_most_sessions_are_as_judged_and_in_some_patterns_are_absent() -> None:
    chosen = [scenario_of(FULL, 3, number) for number in range(TRAINING, TRAINING + 300)]
    assert chosen == [scenario_of(FULL, 3, number) for number in range(TRAINING, TRAINING + 300)]
    whole = sum(one == varied(FULL, 3, TRAINING + k) for k, one in enumerate(chosen))
    bare = sum(all(getattr(one, name).strength == 0.0 for name in PLANTED) for one in chosen)
    alone = sum((one.anchors.strength > 0.0) != (one.cascades.strength > 0.0) for one in chosen)
    assert 180 <= whole <= 240 and 35 <= bare <= 105 and alone >= 10


def test_some_bare_sessions_have_the_traders_of_the_plain_scenario() -> None:
    rich = replace(FULL, markets=3, maker=Maker(count=2), momentum=Momentum(strength=1.0))
    chosen = [scenario_of(rich, 3, number) for number in range(TRAINING, TRAINING + 300)]
    plain = [one for one in chosen if one.maker.count == 1]
    assert 18 <= len(plain) <= 60 and all(one.markets == 3 for one in plain)
    assert all(one.momentum.strength == one.anchors.strength == 0.0 for one in plain)
