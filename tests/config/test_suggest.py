"""The guess at what was meant."""

from __future__ import annotations

from kalshi_exp.config.suggest import did_you_mean, one_line, unknown_key


def test_the_nearest_word_is_offered() -> None:
    assert did_you_mean("quue", ["old", "queue", "depth"]) == "did you mean 'queue'?"


def test_without_a_near_word_all_are_listed_in_order() -> None:
    assert did_you_mean("xyz", ["old", "depth"]) == "there is depth, old"
    assert did_you_mean("xyz", []) == "nothing can stand there"


def test_a_key_of_two_tasks_names_both() -> None:
    assert unknown_key("resume", ()).startswith(
        "'resume' is a key of task=train or task=realism or task=calibrate"
    )


def test_one_line_keeps_the_first() -> None:
    assert one_line("\n  a   b\nc") == "a b"
    assert one_line("  ") == "it can't be composed"
