from __future__ import annotations

from kalshi_exp.metrics.realism import CEILING, named, summarise_fills
from tests.metrics.realism.trials import profits, strategies, trial

CENTS = profits()
TRUTH = trial("truth", CENTS)


def told(*contestants) -> str:
    found = summarise_fills(strategies(), TRUTH, contestants, bootstrap=200, seed=0)
    said: str = named(found)["headline"]
    return said


def test_it_names_the_best_model_its_figures_and_its_lead() -> None:
    far, near = CENTS[::-1] + 3.0, CENTS + 0.01
    said = told(trial(CEILING, CENTS), trial("old", far), trial("queue", near))
    assert said.startswith("'queue' comes nearest to the exchange (passive: Pearson 1.00 [")
    assert "; aggressive: Pearson 1.00 [" in said and "overstatement +" in said
    assert "its P&L error is" in said and said.endswith("c] a contract below that of 'old'.")


def test_it_does_not_claim_what_is_not_shown() -> None:
    same = trial("old", CENTS + 0.3, 2)
    said = told(same, trial("queue", CENTS + 0.3, 2))
    assert said.startswith("'old' comes nearest") and said.endswith(").")
    worse = profits(8) * 0.01
    said = told(trial("old", CENTS + worse), trial("queue", CENTS + 0.9 * worse[::-1]))
    assert "is not shown" in said or said.startswith("'old'")


def test_too_few_sessions_are_told_without_an_interval() -> None:
    few = CENTS[:, :3]
    found = summarise_fills(
        strategies(), trial("t", few), [trial("old", few)], bootstrap=100, seed=0
    )
    assert named(found)["headline"] == (
        "'old' comes nearest to the exchange (passive: Pearson 1.00, overstatement 0.00 %; "
        "aggressive: Pearson 1.00, overstatement 0.00 %)."
    )
