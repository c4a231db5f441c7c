"""A scenario as one flat record that kernels read, in the simulation's units."""

from __future__ import annotations

import numpy as np

from kalshi_exp.config.scenario import Scenario

PARAMETERS = np.dtype(
    [
        (name, np.float64)
        for name in (
            "volatility_cents",
            "jumps_per_hour",
            "jump_cents",
            "opening",
            "rest_gap_s",
            "take_gap_s",
            "noise_median",
            "noise_sigma",
            "lifetime_s",
            "depth_ticks",
            "improve",
            "patience_cents",
            "look_gap_s",
            "edge_cents",
            "informed_median",
            "reaction_s",
            "half_spread_cents",
            "quote_size",
            "lag_s",
            "refresh_s",
            "alert_s",
            "inventory_limit",
            "skew_cents",
        )
    ],
    align=True,
)
"""Meanings and units: the fields of `config.scenario`; gaps are mean waiting times, 0 for never."""


def _gap(rate: float, strength: float) -> float:
    """Mean waiting time of a rate a second; 0 stands for never."""
    return 1.0 / (rate * strength) if rate * strength > 0.0 else 0.0


def make_parameters(scenario: Scenario) -> np.ndarray:
    """PARAMETERS[1] of a scenario."""
    out = np.zeros(1, PARAMETERS)
    row = out[0]
    belief, noise, informed, maker = (
        scenario.belief,
        scenario.noise,
        scenario.informed,
        scenario.maker,
    )
    row["volatility_cents"] = belief.volatility_cents
    row["jumps_per_hour"] = belief.jumps_per_hour
    row["jump_cents"] = belief.jump_cents
    row["opening"] = belief.opening
    row["rest_gap_s"] = _gap(noise.rest_rate, noise.strength)
    row["take_gap_s"] = _gap(noise.take_rate, noise.strength)
    row["noise_median"] = noise.size_median
    row["noise_sigma"] = noise.size_sigma
    row["lifetime_s"] = noise.lifetime_s
    row["depth_ticks"] = noise.depth_ticks
    row["improve"] = noise.improve
    row["patience_cents"] = noise.patience_cents
    row["look_gap_s"] = _gap(informed.rate, informed.strength)
    row["edge_cents"] = informed.edge_cents
    row["informed_median"] = informed.size_median
    row["reaction_s"] = informed.reaction_ms / 1e3
    row["half_spread_cents"] = maker.half_spread_cents
    row["quote_size"] = maker.size * maker.strength
    row["lag_s"] = maker.lag_ms / 1e3
    row["refresh_s"] = maker.refresh_s
    row["alert_s"] = maker.alert_ms / 1e3
    row["inventory_limit"] = maker.inventory_limit
    row["skew_cents"] = maker.skew_cents
    return out
