"""The anchor group by its definition, slowly."""

from __future__ import annotations

import math

from kalshi_exp.config import AnchorFeatures
from kalshi_exp.features.anchor import EVIDENCE
from kalshi_exp.market.units import ASK, BID
from tests.features.reference_orders import at_level, closings, mean_spreads, usual_touch
from tests.features.reference_seconds import (
    Seen,
    forgetting,
    sampled_mids,
    share,
    shown_mid,
    soft,
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
    spreads = mean_spreads(seen)
    for at, spread in zip(mids, spreads, strict=True):
        if spread is not None and near(at):
            spell.append(spread[0])
        elif spread is not None:
            spell = []
            usual.append(spread[0])
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
    orders, touch = at_level(seen, price, config), usual_touch(seen.seconds)
    out["anchor_volume"] = soft(orders.alone / touch)
    out["anchor_refill"] = soft(orders.retaken / touch)
    before = mids[max(len(mids) - 1 - config.approach_s, 0)] if mids else None
    if before is not None:
        out["anchor_approach"] = soft((abs(before - level) - abs(mid - level)) / 2)
    return out


def slow_evidence(seen: Seen, config: AnchorFeatures) -> dict[str, float]:
    """What a detector sees beside them."""
    levels = [config.low_cents, config.middle_cents, config.high_cents]
    mid = shown_mid(seen.book)
    level = min(levels, key=lambda cents: abs(mid - cents))
    out = dict.fromkeys(EVIDENCE, 0.0)
    if not two_sided(seen.book) or abs(mid - level) > config.near_cents:
        return out
    side = BID if mid > level else ASK
    behind = max(seen.book[BID]) - 100 * level if side == BID else 100 * level - min(seen.book[ASK])
    orders, touch = at_level(seen, round(level * 100), config), usual_touch(seen.seconds)
    closing = closings(seen)
    spreads = [one for one in mean_spreads(seen) if one is not None]
    touch_now = touch if any(two_sided(book) for book in seen.seconds) else 0.0
    size = _lasting(seen, config, round(level * 100)) if round(level * 100) in seen.prices else 0.0
    usual = _usual(seen, levels, side, math.floor(behind / 100))
    return {
        "level_alone": soft(orders.alone_now / touch),
        "level_old": soft(orders.old / touch),
        "level_first": soft(orders.first[0] / touch),
        "level_first_age": math.log1p(orders.first[1]) / math.log1p(3600),
        "level_second": soft(orders.second[0] / touch),
        "level_second_age": math.log1p(orders.second[1]) / math.log1p(3600),
        "level_quoted": soft(orders.quoted / touch),
        "level_largest": soft(orders.largest / touch),
        "level_orders": orders.orders / 16,
        "level_left": soft(orders.left / touch),
        "level_closing": soft(closing[side]),
        "level_closing_against": soft(closing[1 - side]),
        "level_lasting": soft(_concentration(seen, config, level)),
        "level_behind": soft(behind / 500),
        "level_size": soft(size / touch),
        "level_usual": soft(usual / touch),
        "level_excess": soft((size - usual) / touch),
        "usual_touch": math.log1p(touch_now) / math.log1p(1e6),
        "spread_3": _cents([one[0] for one in spreads], 3),
        "spread_10": _cents([one[0] for one in spreads], 10),
        "thick_10": _cents([one[1] for one in spreads], 10),
    }


def _cents(spreads: list[float], seconds: float) -> float:
    if not spreads:
        return 0.0
    return min(math.log1p(forgetting(spreads, share(seconds))) / math.log1p(100), 1.0)


def _concentration(seen: Seen, config: AnchorFeatures, level: float) -> float:
    """Lasting size at the level over that of the prices up to 3 cents away on its side."""
    middle = round(level * 100)
    if middle not in seen.prices:
        return 0.0
    below = middle <= max(seen.book[BID])

    others = [
        _lasting(seen, config, price)
        for price in (middle + 100 * step for step in (-3, -2, -1, 1, 2, 3))
        if price in seen.prices
        and (price <= max(seen.book[BID]) if below else price >= min(seen.book[ASK]))
    ]
    if not others:
        return 0.0
    return math.log((_lasting(seen, config, middle) + 1) / (sum(others) / len(others) + 1))


def _lasting(seen: Seen, config: AnchorFeatures, price: int) -> float:
    """Contracts at a price that can be counted on."""
    out = 0.0
    for book in seen.seconds:
        size = (book[BID].get(price, 0) + book[ASK].get(price, 0)) / 100
        out = min(size, out + (size - out) * share(config.persistence_s))
    return out


def _usual(seen: Seen, levels: list[float], side: int, cents: int) -> float:
    """Contracts that usually stand so many cents behind the touch, where no level is."""
    if not 0 <= cents < 10:
        return 0.0
    told = []
    for book in seen.seconds:
        if two_sided(book):
            touch = max(book[BID]) if side == BID else min(book[ASK])
            there = [
                price
                for price in seen.prices
                if 100 * cents <= (touch - price if side == BID else price - touch)
                and (touch - price if side == BID else price - touch) < 100 * (cents + 1)
            ]
            if not any(price == round(100 * level) for price in there for level in levels):
                told.append(sum(book[side].get(price, 0) for price in there) / 100)
    return forgetting(told, share(60)) if told else 0.0
