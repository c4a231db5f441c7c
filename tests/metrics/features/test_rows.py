from __future__ import annotations

import numpy as np

from kalshi_exp.metrics.features import joined
from tests.metrics.features.sample import rows


def test_a_choice_is_more_than_one_legal_action() -> None:
    one = rows(2, 10)
    assert one.choices.tolist() == [k % 5 != 0 for k in range(20)]


def test_parts_are_joined_by_the_names_of_their_sessions() -> None:
    whole = joined([rows(2, 10, first=1), rows(2, 10, first=0)])
    assert whole.names == ("s00", "s01", "s02")
    assert np.bincount(whole.session).tolist() == [10, 20, 10]
    assert whole.session[:10].tolist() == [1] * 10
    assert len(whole.observation) == len(whole.markout) == len(whole.one_sided) == 40
