from __future__ import annotations

import numpy as np

from kalshi_exp.patterns.strength.measured import NOTHING, Measured, together


def test_markets_of_a_session_are_drawn_together():
    first = Measured(1.0, 2.0, np.array([0.5, 0.25, 9.0]), np.array([1.0, 1.0, 1.0]))
    second = Measured(3.0, 1.0, np.array([0.5, 0.75]), np.array([2.0, 0.0]))
    both = together([first, NOTHING, second])
    assert (both.above, both.below) == (4.0, 3.0)
    assert both.null_above.tolist() == [1.0, 1.0] and both.null_below.tolist() == [3.0, 1.0]
    assert both.bears and not together([]).bears and not NOTHING.bears
