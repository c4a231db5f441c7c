"""The anchor group by its definition, slowly."""

from __future__ import annotations

from kalshi_exp.config import AnchorFeatures
from tests.features.reference_orders import at_level, usual_touch
from tests.features.reference_seconds import (
    Seen,
    forgetting,
    mid_of,
    sampled_mids,
    share,
    shown_mid,
    soft,
    spread_of,
    two_sided,
)


def slow_anchor(seen: Seen, config: AnchorFeatures) -> dict[str, float]:
    """The eight features at `seen.now`."""
    levels = [config.low_cents, config.middle_cents, config.high_cents]
    mid = shown_mid(seen.book)
    mids = sampled_mids(seen.seconds)

    def near(m: float | None) -> bool:
        return m is not None and min(abs(m - level) for level in levels) <= config.near_cents

    spell: list[float] = []  # spreads while near, since it came near
    usual: list[float] = []  # spreads away
    for book in seen.seconds:
        if two_sided(book) and near(mid_of(book)):
            spell.append(spread_of(book))
        elif two_sided(book):
            spell = []
            usual.append(spread_of(book))
    out = {
        f"anchor_{name}": soft((mid - level) / 5)
        for name, level in zip(("low", "middle", "high"), levels, strict=True)
    } | {
        "anchor_spread": 0.0,
        "anchor_volume": 0.0,
        "anchor_dwell": forgetting([float(near(m)) for m in mids], share(config.dwell_s), 0.0),
        "anchor_approach": 0.0,
        "anchor_refill": 0.0,
    }
    if not two_sided(seen.book) or not near(mid):
        return out
    level = min(levels, key=lambda cents: abs(mid - cents))
    price = round(level * 100)
    if spell and usual:
        out["anchor_spread"] = soft(
            forgetting(usual, share(config.usual_s)) - forgetting(spell, share(config.spread_s))
        )
    standing, retaken = at_level(seen, price, config)
    out["anchor_volume"] = soft(standing / usual_touch(seen))
    out["anchor_refill"] = soft(retaken / usual_touch(seen))
    before = mids[max(len(mids) - 1 - config.approach_s, 0)] if mids else None
    if before is not None:
        out["anchor_approach"] = soft((abs(before - level) - abs(mid - level)) / 2)
    return out
