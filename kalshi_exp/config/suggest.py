"""Say that a word is unknown, and guess what it was meant to be."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import fields

from kalshi_exp.config.experiment import SETS, TREES
from kalshi_exp.config.schemas import SCHEMAS

_OWNERS = {
    one.name: [name for name, tree in TREES.items() if one.name in {f.name for f in fields(tree)}]
    for tree in TREES.values()
    for one in fields(tree)
}
_TOP = {*SCHEMAS, *_OWNERS, "experiment"}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Say which known word is nearest, or list what there is.

    Args:
        word: what was typed.
        known: what could have been meant.

    Returns:
        The end of a sentence, e.g. ``did you mean 'queue'?``.
    """
    words = sorted(set(known))
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.5)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"there is {', '.join(words)}" if words else "nothing can stand there"


def unknown_key(full_key: str, known: Iterable[str]) -> str:
    """Say that a key is not in the experiment, and what was probably meant.

    Args:
        full_key: the key from the top of the tree, e.g. ``fill.latncy``.
        known: the names that its parent's schema has; unused at the top.
    """
    parent, _, word = full_key.rpartition(".")
    if not parent and word in _OWNERS:
        tasks = " or task=".join(_OWNERS[word])
        return f"'{word}' is a key of task={tasks}, not of the task chosen"
    if parent in SETS:
        hint = did_you_mean(word, SCHEMAS[parent])
        return f"'{word}' is not chosen in {parent}; {hint} (+{parent}=NAME adds an option)"
    return f"there is no '{full_key}'; {did_you_mean(word, known if parent else _TOP)}"


def one_line(text: str) -> str:
    """The first line of a message, without doubled blanks."""
    lines = text.strip().splitlines()
    return " ".join(lines[0].split()) if lines else "it can't be composed"
