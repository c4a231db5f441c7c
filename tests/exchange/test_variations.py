"""Every session has its own strengths and parameters; what is absent stays absent."""

from __future__ import annotations

from kalshi_exp.config import compose, typed
from kalshi_exp.exchange.variations import FREE, PLANTED, SPREAD, WEAKEST, varied


def test_strengths_and_parameters_vary_within_their_bounds() -> None:
    full = typed(compose(["scenario=full"])).scenario
    found = [varied(full, 3, number) for number in range(60)]
    for name in PLANTED:
        strengths = [getattr(one, name).strength for one in found]
        assert WEAKEST <= min(strengths) < 0.3 and 0.9 < max(strengths) <= 1.0, name
    for path in FREE:
        name, parameter = path.split(".")
        given = getattr(getattr(full, name), parameter)
        ratios = [getattr(getattr(one, name), parameter) / given for one in found]
        assert len(set(ratios)) > 20 and max(ratios) <= 2.7183**SPREAD + 1e-9, path
    assert {one.cascades.move_cents for one in found} == {5.0}  # a definition is no parameter
    assert varied(full, 3, 7) == found[7] != varied(full, 4, 7)


def test_what_is_absent_stays_absent() -> None:
    plain = varied(typed(compose()).scenario, 0, 1)
    assert all(getattr(plain, name).strength == 0.0 for name in PLANTED)
