from __future__ import annotations

import numpy as np
import pytest

from kalshi_exp.market.units import SECOND
from kalshi_exp.metrics.detection import BINS, Sampling, active, calibration, reliability
from tests.metrics.detection.tables import episodes

SAMPLING = Sampling(300, 1)


def test_active_holds_the_start_and_not_the_end() -> None:
    times = np.arange(10) * SECOND
    true = episodes((2, 4), (3.5, 5.5))
    found = active(true, times, 2)
    assert found[:, 0].nonzero()[0].tolist() == [2, 3, 4, 5]
    assert not found[:, 1].any()


def test_sums_stand_in_the_bin_of_what_was_told() -> None:
    told = np.array([0.0, 0.05, 0.95, 1.0, 0.5], np.float32)
    truth = np.array([False, True, True, True, False])
    sums = reliability(told, truth)
    assert sums.shape == (BINS, 4)
    assert sums[0].tolist() == pytest.approx([2, 0.05, 1, 0.95**2])
    assert sums[9].tolist() == pytest.approx([2, 1.95, 2, 0.05**2])
    assert sums[5].tolist() == pytest.approx([1, 0.5, 0, 0.25])
    assert sums[:, 0].sum() == 5


@pytest.mark.parametrize("bad", [np.nan, -0.01, 1.01, np.inf])
def test_what_is_no_probability_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="probability"):
        reliability(np.array([0.5, bad]), np.zeros(2, np.bool_))
    with pytest.raises(ValueError, match="give one for each"):
        reliability(np.zeros(3), np.zeros(2, np.bool_))


def drawn(tell: float, true: float) -> list[np.ndarray]:
    rng = np.random.Generator(np.random.PCG64(4))
    return [reliability(np.full(2_000, tell), rng.random(2_000) < true) for _ in range(10)]


def test_a_true_probability_is_calibrated_and_another_is_off_by_the_difference() -> None:
    good, bad = (calibration(drawn(tell, 0.3), SAMPLING) for tell in (0.3, 0.7))
    assert good["calibration_error"]["value"] < 0.02
    assert bad["calibration_error"]["value"] == pytest.approx(0.4, abs=0.02)
    assert bad["calibration_error"]["lo"] > 0.37
    assert good["brier"]["value"] == pytest.approx(0.21, abs=0.01)
    assert good["brier"]["value"] >= good["brier"]["baseline"]["value"] - 1e-3
    assert bad["brier"]["value"] > bad["brier"]["baseline"]["value"] + 0.1
    assert bad["bins"][6]["seconds"] + bad["bins"][7]["seconds"] == 20_000
    assert bad["bins"][0] == {"told": None, "true": None, "seconds": 0.0}


def test_certainty_that_is_right_has_no_error_and_beats_the_base_rate() -> None:
    truth = np.arange(100) < 20
    found = calibration([reliability(truth.astype(float), truth)] * 8, SAMPLING)
    assert found["brier"]["value"] == found["calibration_error"]["value"] == 0.0
    assert found["brier"]["baseline"]["value"] == pytest.approx(0.16)


def test_no_second_is_no_figure() -> None:
    nothing = reliability(np.zeros(0), np.zeros(0, np.bool_))
    found = calibration([nothing], SAMPLING)
    assert found["brier"]["value"] is None
    assert found["brier"]["reason"] == "no second was watched"
