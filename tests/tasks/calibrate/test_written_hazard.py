"""What is said of a fit that lacks something."""

from __future__ import annotations

from kalshi_exp.metrics.hazard import HORIZONS_S, NAMES
from kalshi_exp.tasks.calibrate.written_hazard import hazard_lines, hazard_yaml

NONE = {"observed": None, "predicted": None, "sure": None, "difference": {}, "orders": 0}
ONE = {
    "observed": 0.25, "predicted": 0.5, "sure": 0.125,
    "difference": {"value": 0.25, "lo": None, "hi": None, "n": 3}, "orders": 4,
}  # fmt: skip


def payload(gain):
    known = {"value": -0.5, "lo": -1.0, "hi": 0.0}
    unknown = {"value": 0.0, "lo": None, "hi": None}
    return {
        "data_hash": "ab" * 32,
        "windows": {"fitted": ["a"], "judged": ["b", "c"], "recorded": 3},
        "orders": {"contracts": 1, "every_s": 5, "patience_s": 60},
        "coefficients": {name: unknown if name == "behind" else known for name in NAMES},
        "fit": {"waits": 9, "fills": 4, "sessions": 1, "likelihood": -0.4},
        "judged": {
            "likelihood": {"gain": gain, "model": -0.25, "constant": -0.5},
            "odds": {
                "touch": {str(h): ONE if h == 1 else NONE for h in HORIZONS_S},
                "behind": {str(h): NONE for h in HORIZONS_S},
            },
        },
    }


def test_what_is_there_is_said_and_what_is_not_left_away():
    lines = list(hazard_lines(payload({"value": 0.25, "lo": None, "hi": None})))
    assert lines[:2] == [
        "2 judging windows: log likelihood a wait -0.2500, of a constant hazard -0.5000,",
        "gain 0.2500.",
    ]
    assert lines[3:] == ["touch    1 s   25.0  50.0  +25.00   12.5"]


def test_without_a_wait_the_reason_is_given():
    told = payload({"value": None, "lo": None, "hi": None, "reason": "no trade came"})
    assert next(iter(hazard_lines(told))) == "2 judging windows: no likelihood (no trade came)."
    text = hazard_yaml(told, "mine")
    assert text.startswith("# mine: ") and "# no trade" not in text
    assert "  behind: 0.000000       # never varied\n" in text
    assert "  ahead: -0.500000       # 95 % [-1.000, 0.000]\n" in text
