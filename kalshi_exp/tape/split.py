"""Which sessions train, tune and judge: by time, walk-forward, event or series."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import final

from kalshi_exp.config.data import Split, SplitBy
from kalshi_exp.market.units import SECOND
from kalshi_exp.tape.quarantine import TapeError
from kalshi_exp.tape.store import SessionInfo


class EmptySplitError(TapeError):
    """A split that leaves one side without sessions, in one sentence."""


@final
@dataclass(frozen=True)
class Fold:
    """Names of sessions, each side in order of start.

    Attributes:
        train: to learn from.
        tune: to choose a checkpoint with.
        judge: never trained or tuned on in this fold.
    """

    train: list[str]
    tune: list[str]
    judge: list[str]


Group = list[SessionInfo]  # sessions that must stay on one side


def _groups(infos: Iterable[SessionInfo], key: Callable[[SessionInfo], str]) -> list[Group]:
    """Sessions by key, groups in order of their first start."""
    groups: dict[str, Group] = {}
    for info in sorted(infos, key=lambda info: (info.start_ts, info.name)):
        groups.setdefault(key(info), []).append(info)
    return list(groups.values())


def _cut(groups: Sequence[Group], wanted: int) -> int:
    """Index of the last groups that together hold at least `wanted` sessions."""
    cut, held = len(groups), 0
    while cut > 0 and held < wanted:
        cut -= 1
        held += len(groups[cut])
    return cut


def _at_least_one(share: float, n: int) -> int:
    return max(1, round(share * n)) if share > 0 else 0


def _flat(groups: Sequence[Group]) -> Group:
    infos = [info for group in groups for info in group]
    return sorted(infos, key=lambda info: (info.start_ts, info.name))


def _ends_before(side: Group, later: Group, purge: int) -> Group:
    """Those of a side that end the purge before the first of a later side starts."""
    start = min((info.start_ts for info in later), default=None)
    return [info for info in side if start is None or info.end_ts + purge <= start]


def _chronological(before: Sequence[Group], judge: Group, split: Split, tune_share: float) -> Fold:
    purge = round(split.purge_s * SECOND)
    cut = _cut(before, _at_least_one(tune_share, sum(map(len, before))))
    tune = _ends_before(_flat(before[cut:]), judge, purge)
    # Later sides of the training sessions are both others, so neither can leak into them.
    train = _ends_before(_ends_before(_flat(before[:cut]), judge, purge), tune, purge)
    return _fold(train, tune, judge)


def _fold(train: Group, tune: Group, judge: Group) -> Fold:
    return Fold([i.name for i in train], [i.name for i in tune], [i.name for i in judge])


def _apart(side: Group, others: Group, purge: int, embargo: int) -> Group:
    """Those of a side outside the purge before and the embargo after each of the others."""
    return [
        info
        for info in side
        if not any(
            (purge > 0 and info.start_ts < other.start_ts < info.end_ts + purge)
            or (embargo > 0 and other.start_ts <= info.start_ts < other.end_ts + embargo)
            for other in others
        )
    ]


def _shuffled(groups: list[Group], key: Callable[[SessionInfo], str], seed: int) -> list[Group]:
    """Order by a keyed hash, so that a group's place does not depend on the others."""
    return sorted(
        groups, key=lambda group: hashlib.sha256(f"{seed}:{key(group[0])}".encode()).digest()
    )


def split_sessions(infos: Sequence[SessionInfo], split: Split, seed: int) -> list[Fold]:
    """Divide sessions; an event never stands on two sides of a fold.

    time: the earliest sessions train, then some tune, the latest judge. A training session must
    have ended, by the purge, before the first tuning session starts, and both before the first
    judged one; those that have not are left out. walk_forward: the last `judge` share of all
    sessions is judged, cut into `folds` blocks one after another; each fold trains on earlier
    sessions only, the last `tune` share of its own span being its tuning part. event, series:
    whole events or series by a shuffle keyed by the seed; a training or tuning session within the
    purge before, or within the embargo after, a judged one is left out (as is a training one
    near a tuning one). Under time and walk_forward nothing is trained on after a judged session,
    so the embargo holds of itself.

    Args:
        infos: the tape's sessions.
        split: how.
        seed: of the shuffle.

    Returns:
        One fold; `split.folds` folds under walk_forward.

    Raises:
        EmptySplitError: a side has no session.
    """
    if split.by in (SplitBy.event, SplitBy.series):
        folds = [_by_group(infos, split, seed)]
    else:
        groups = _groups(infos, lambda info: info.event)
        cut = _cut(groups, _at_least_one(split.judge, len(infos)))
        if split.by is SplitBy.time:
            share = split.tune / (1.0 - split.judge)
            folds = [_chronological(groups[:cut], _flat(groups[cut:]), split, share)]
        else:
            folds = _walk_forward(groups, cut, split)
    for number, fold in enumerate(folds):
        _refuse_empty(fold, split, number, len(infos))
    return folds


def _walk_forward(groups: list[Group], cut: int, split: Split) -> list[Fold]:
    cut = max(0, min(cut, len(groups) - split.folds))
    judged = len(groups) - cut
    edges = [cut + judged * i // split.folds for i in range(split.folds + 1)]
    return [
        _chronological(groups[:low], _flat(groups[low:high]), split, split.tune)
        for low, high in pairwise(edges)
    ]


def _by_group(infos: Sequence[SessionInfo], split: Split, seed: int) -> Fold:
    def key(info: SessionInfo) -> str:
        return info.series if split.by is SplitBy.series else info.event

    groups = _shuffled(_groups(infos, key), key, seed)
    first = _cut(groups, _at_least_one(split.judge, len(infos)))
    share = split.tune / (1.0 - split.judge)
    rest = groups[:first]
    second = _cut(rest, _at_least_one(share, sum(map(len, rest))))
    judge, tune, train = _flat(groups[first:]), _flat(rest[second:]), _flat(rest[:second])
    purge, embargo = round(split.purge_s * SECOND), round(split.embargo_s * SECOND)
    tune = _apart(tune, judge, purge, embargo)
    return _fold(_apart(_apart(train, judge, purge, embargo), tune, purge, embargo), tune, judge)


def _refuse_empty(fold: Fold, split: Split, number: int, sessions: int) -> None:
    sides = {"training": fold.train, "judging": fold.judge}
    if split.tune > 0:
        sides["tuning"] = fold.tune
    empty = [name for name, side in sides.items() if not side]
    if not empty:
        return
    which = f" in fold {number + 1} of {split.folds}" if split.by is SplitBy.walk_forward else ""
    raise EmptySplitError(
        f"data.split.by={split.by.value} leaves no session for {' and '.join(empty)}{which}: "
        f"{sessions} sessions with tune={split.tune:g}, judge={split.judge:g}, "
        f"purge_s={split.purge_s:g}, embargo_s={split.embargo_s:g}; "
        "give more sessions, other shares or a shorter purge"
    )
