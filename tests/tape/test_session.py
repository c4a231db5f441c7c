from __future__ import annotations

from kalshi_exp.tape.session import Session, session_key


def test_a_key_depends_on_event_and_start_only():
    a = Session("a", "EV", "S", 5, 9, ())
    assert a.key == Session("other name", "EV", "T", 5, 99, ()).key == session_key("EV", 5)
    assert len({session_key(e, t) for e in ("EV", "EW") for t in (5, 6)}) == 4
    assert 0 <= a.key < 2**63


def test_a_key_never_changes():
    assert session_key("KXGOLD15M-26AUG102045", 1786408242441000000) == 1829770544694441123
