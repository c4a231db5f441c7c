"""Held-out figures: near nothing where the model is true, and loud where it is not."""

from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.market.units import NEVER, SECOND
from kalshi_exp.metrics.hazard import HORIZONS_S, fit_hazard, goodness, predicted
from kalshi_exp.metrics.hazard.fit import cumulated
from tests.metrics.hazard.made import TRUE, filled_by, real_waits


@pytest.fixture(scope="module")
def fit():
    return fit_hazard(filled_by(real_waits(), TRUE, 0))


def test_odds_by_hand():
    waits, come = real_waits(), cumulated(real_waits(), TRUE)
    for order in range(0, len(waits.placed), 37):
        for horizon in HORIZONS_S:
            until = waits.placed[order] + horizon * SECOND
            total = come[(waits.order == order) & (waits.ended <= until)].sum()
            sure = waits.sure[order] <= until
            odds = 1.0 if sure else 1.0 - np.exp(-total)
            assert predicted(waits, TRUE, horizon)[order] == pytest.approx(odds)


def test_a_true_model_agrees_with_sessions_that_it_has_not_seen(fit):
    told = goodness(filled_by(real_waits(), TRUE, 77), fit, 24, 500, 0)
    gain = told["likelihood"]["gain"]
    assert gain["lo"] > 0.0
    assert told["likelihood"]["model"] > told["likelihood"]["constant"]
    for horizon in HORIZONS_S:
        one = told["odds"]["touch"][str(horizon)]
        assert abs(one["difference"]["value"]) < 0.03
        assert one["difference"]["value"] == pytest.approx(one["predicted"] - one["observed"])
        assert one["sure"] <= min(one["observed"], one["predicted"])
        assert one["difference"]["lo"] < one["difference"]["hi"] and one["orders"] > 500


def test_a_false_model_is_told(fit):
    waits = filled_by(real_waits(), TRUE + np.array([2.0, 0, 0, 0, 0, 0, 0]), 77)
    told = goodness(waits, fit, 24, 500, 0)
    assert told["odds"]["touch"]["5"]["difference"]["hi"] < 0.0


def test_without_a_wait_it_says_so(fit):
    waits = real_waits()
    nothing = waits._replace(counted=np.zeros_like(waits.counted), seen=waits.got < -NEVER)
    told = goodness(nothing, fit, 24, 500, 0)
    assert told["likelihood"]["gain"]["reason"]
    assert told["odds"]["touch"]["60"]["observed"] is None
