from __future__ import annotations

from pathlib import Path

import pytest

from kalshi_exp.tasks.bench.peers import Peer, PeerError, peers_folder


def test_a_missing_environment_names_the_script_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(PeerError, match=r"bash scripts/peers\.sh"):
        Peer(tmp_path, "hftbacktest_replay.py")


def test_a_folder_elsewhere_is_taken_as_it_is(tmp_path: Path) -> None:
    assert peers_folder(str(tmp_path)) == tmp_path
    assert peers_folder("no-such-folder").name == "no-such-folder"
