"""Which windows of a tape a simulated market is fitted to, and which judge it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

from kalshi_exp.tape import SessionInfo

FIRST_JUDGED_NUMBER = 20_000
"""Simulated sessions that judge have this number or a higher one; fitting uses those below."""


@final
class TooFewWindowsError(ValueError):
    """A tape that can't be divided, in one sentence."""


def fit_and_judge(infos: Sequence[SessionInfo]) -> tuple[list[str], list[str]]:
    """Divide a tape by turns: the first window fits, the second judges, and so on.

    A recording drifts: on the fast series that was at hand, the first half of the windows lies
    outside the second half's own intervals in its spreads, so that no market could agree with
    both. By turns both parts see the same days, and none sees the other's windows.

    Args:
        infos: the tape's sessions.

    Returns:
        Names of the sessions to fit to, and of those to judge by, each by start.

    Raises:
        TooFewWindowsError: fewer than two windows.
    """
    if len(infos) < 2:
        raise TooFewWindowsError(
            f"{len(infos)} recorded windows can't be divided into some that fit and some that "
            "judge: record at least 2"
        )
    names = [info.name for info in sorted(infos, key=lambda info: (info.start_ts, info.name))]
    return names[::2], names[1::2]
