from __future__ import annotations

import pytest

from kalshi_exp.learn import replace_file


def test_a_failed_write_leaves_the_old_file(tmp_path) -> None:
    path = tmp_path / "file"
    replace_file(path, lambda temporary: temporary.write_text("old"))

    def half(temporary) -> None:
        temporary.write_text("ne")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        replace_file(path, half)
    assert path.read_text() == "old"
    replace_file(path, lambda temporary: temporary.write_text("new"))
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
    assert path.read_text() == "new"
