"""The verdict on each family in words: present, absent, or how much would do to say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, final

from scipy import stats

from kalshi_exp.metrics.bootstrap import FEWEST_FOR_INTERVAL, LEVEL
from kalshi_exp.metrics.comparison import holm
from kalshi_exp.metrics.differences import MOST_SESSIONS, POWER, TOO_LITTLE
from kalshi_exp.metrics.strength.effect import Effect

ALPHA = 1 - LEVEL
PRESENT, ABSENT, NOT_TESTABLE = "present", "absent", "not testable"

RULES = {
    ABSENT: (
        f"the {LEVEL:.0%} interval of the effect lies below the smallest effect of interest, which "
        "was fixed for each family beforehand: three tenths of what the simulated exchange shows "
        "with the pattern at full strength"
    ),
    PRESENT: (
        f"otherwise, if so large an effect has a chance of at most {ALPHA:.0%} under the family's "
        "null, after Holm's correction for the number of families tested"
    ),
    TOO_LITTLE: (
        f"otherwise, with the sessions that would show the smallest effect of interest with "
        f"{POWER:.0%} power, given how much the effect differs between the sessions at hand; none "
        f"is tried with fewer than {FEWEST_FOR_INTERVAL} sessions"
    ),
    NOT_TESTABLE: "no session of the tape says anything of it",
}
"""In the order in which they are tried; metrics.json carries them."""


@final
@dataclass(frozen=True, eq=False)
class Verdict:
    """One family.

    Attributes:
        effect: what the tape says.
        p_holm: p corrected for the families tested; None where it was not tested.
        verdict: the first word of it: one of `RULES`.
        words: the whole of it.
        more: sessions that would do besides those at hand; None where that is not known or needed.
    """

    effect: Effect
    p_holm: float | None
    verdict: str
    words: str
    more: int | None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready."""
        one, estimate = self.effect.hypothesis, self.effect.estimate
        return {
            "family": one.family.value,
            "title": one.title,
            "definition": one.effect,
            "null": one.null,
            "smallest": one.smallest,
            "effect": estimate.value,
            "lo": estimate.lo,
            "hi": estimate.hi,
            "p": self.effect.p,
            "p_holm": self.p_holm,
            "sessions": estimate.n,
            "sessions_more": self.more,
            "spread": self.effect.spread,
            "verdict": self.verdict,
            "words": self.words,
        } | ({"reason": estimate.reason} if estimate.reason else {})


def sessions_more(effect: Effect) -> int | None:
    """Sessions besides those at hand that would settle it.

    As many as show the smallest effect of interest with `POWER`; where that many are at hand
    already, as many as tell the effect found from the farther of nothing and the smallest.

    Returns:
        None where the spread is not known, or more than `MOST_SESSIONS` would be needed.
    """
    spread, value, n = effect.spread, effect.estimate.value, effect.estimate.n
    smallest = effect.hypothesis.smallest
    if spread is None or value is None:
        return None
    z = float(stats.norm.ppf(0.5 + LEVEL / 2) + stats.norm.ppf(POWER))
    needed = math.ceil((z * spread / smallest) ** 2)
    if needed <= n:
        needed = math.ceil((z * spread / max(abs(value), abs(smallest - value))) ** 2)
    return max(needed - n, 1) if needed <= MOST_SESSIONS else None


def verdicts(effects: Sequence[Effect]) -> list[Verdict]:
    """The verdict on each family, corrected for how many were tested.

    Args:
        effects: of all families.
    """
    tests = [k for k, effect in enumerate(effects) if effect.p is not None]
    corrected = dict(
        zip(tests, holm([p for effect in effects if (p := effect.p) is not None]), strict=True)
    )
    return [_judged(effect, corrected.get(k)) for k, effect in enumerate(effects)]


def _judged(effect: Effect, p_holm: float | None) -> Verdict:
    estimate = effect.estimate
    if estimate.n == 0:
        words = f"{NOT_TESTABLE}: {effect.hypothesis.nothing}"
        return Verdict(effect, None, NOT_TESTABLE, words, None)
    if estimate.hi is None or p_holm is None:
        least = FEWEST_FOR_INTERVAL - estimate.n
        if least > 0:
            words = f"{TOO_LITTLE} ({_sessions(least)} at the least)"
        else:
            words = f"{TOO_LITTLE} ({estimate.reason})"
        return Verdict(effect, p_holm, TOO_LITTLE, words, None)
    if estimate.hi < effect.hypothesis.smallest:
        return Verdict(effect, p_holm, ABSENT, ABSENT, None)
    if p_holm <= ALPHA:
        return Verdict(effect, p_holm, PRESENT, PRESENT, None)
    more = sessions_more(effect)
    told = _sessions(more) if more is not None else f"more than {MOST_SESSIONS:,} sessions"
    return Verdict(effect, p_holm, TOO_LITTLE, f"{TOO_LITTLE} ({told} would do)", more)


def _sessions(more: int) -> str:
    return f"{more:,} more session" + ("" if more == 1 else "s")
