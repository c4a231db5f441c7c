from __future__ import annotations

import pytest

from kalshi_exp.config import ConfigError, PatternReward, recompose


def test_pattern_terms_compose_beside_money() -> None:
    terms = "[portfolio,anchor_timing,volatility_position,cross_market,risk_adjusted]"
    reward = recompose([f"reward={terms}", "reward.cross_market.toll_cents=3"]).reward
    assert list(reward) == terms[1:-1].split(",")
    shaping = [term for term in reward.values() if isinstance(term, PatternReward)]
    # Half a cent a contract: churning for it would cost more in fees than it brings.
    assert [term.weight / term.scale for term in shaping] == [0.005] * 3


@pytest.mark.parametrize(
    "override",
    [
        "reward.anchor_timing.least=0",
        "reward.anchor_timing.scale=0",
        "reward.anchor_timing.memory=0",
        "reward.risk_adjusted.floor=0",
        "reward.risk_adjusted.decay=1",
        "reward.cross_market.full_cents=0",
    ],
)
def test_impossible_parameters_are_refused(override: str) -> None:
    term = override.split(".")[1]
    with pytest.raises(ConfigError, match=f"reward.*{override.split('.')[2].split('=')[0]}"):
        recompose([f"reward=[portfolio,{term}]", override])
