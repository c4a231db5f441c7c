from __future__ import annotations

from kalshi_exp.env import FACTS, turn
from kalshi_exp.env.state import EPISODE, ROW


def test_the_kernel_s_columns_are_the_facts() -> None:
    columns = {
        name: getattr(turn, name.upper())
        for name in FACTS
        if isinstance(getattr(turn, name.upper(), None), int)
    }
    assert columns == {name: column for column, name in enumerate(FACTS)}


ESTIMATES = {"hazard", "rate", "push"}  # of what the market would do: no price, size or money


def test_records_hold_integers_only() -> None:
    """No float enters the ledger."""
    for record in (ROW, EPISODE):
        for name in record.names:
            fields = record[name].base.fields or {name: (record[name], 0)}
            for field, (kind, *_) in fields.items():
                for inner, one in (kind.base.fields or {field: (kind,)}).items():
                    assert one[0].base.kind == "i" or inner in ESTIMATES, (name, field, inner)
