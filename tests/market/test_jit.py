from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kalshi_exp.market import jit

PACKAGE = Path(jit.__file__).parents[1]

INNER = """
from kalshi_exp.market.constants import STEP
from kalshi_exp.market.jit import kernel


@kernel
def inner(x):
    return x + STEP
"""
OUTER = """
from kalshi_exp.market.inner import inner
from kalshi_exp.market.jit import kernel


@kernel
def outer(x):
    return inner(x) * 10
"""
PROBE = """
import numba
from kalshi_exp.market import jit
from kalshi_exp.market.outer import outer

print(outer(1), sum(outer.stats.cache_hits.values()), jit.source_hash())
print(numba.config.CACHE_DIR)
"""


@pytest.fixture
def package(tmp_path):
    """A package of the same name with a kernel that uses a kernel that uses a constant."""
    market = tmp_path / "kalshi_exp" / "market"
    market.mkdir(parents=True)
    (tmp_path / "kalshi_exp" / "__init__.py").touch()
    (market / "__init__.py").touch()
    for name in ("jit.py", "linking.py"):
        (market / name).write_bytes(Path(jit.__file__).with_name(name).read_bytes())
    (market / "constants.py").write_text("STEP = 1\n")
    (market / "inner.py").write_text(INNER)
    (market / "outer.py").write_text(OUTER)
    (tmp_path / "kalshi_exp" / "unrelated.py").write_text("COLOUR = 'red'\n")
    return tmp_path


def probe(package, **environment):
    """Value, cache hits, source hash and cache folder of a fresh process."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KALSHI_EXP", "NUMBA", "XDG"))}
    run = subprocess.run(
        [sys.executable, "-c", PROBE],
        env=kept | {"PYTHONPATH": str(package)} | environment,
        capture_output=True,
        text=True,
        cwd=package,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    first, folder = run.stdout.splitlines()
    value, hits, digest = first.split()
    return int(value), int(hits), digest, Path(folder)


def compiled(folder):
    return {path.name.split(".")[0] for path in folder.rglob("*.nbi")}


def test_kernels_are_cached_in_our_folder_and_follow_every_source(package, tmp_path):
    root = tmp_path / "cache"
    chosen = {"KALSHI_EXP_CACHE": str(root)}
    value, hits, digest, folder = probe(package, **chosen)
    assert (value, hits, folder) == (20, 0, root / "kernels" / digest)
    assert compiled(folder) == {"outer"}
    assert not list(package.joinpath("kalshi_exp").rglob("*.nbi"))

    # Nothing that a kernel reads: the same machine code.
    (package / "kalshi_exp" / "unrelated.py").write_text("COLOUR = 'blue'\n")
    assert probe(package, **chosen) == (20, 1, digest, folder)

    # The trap: numba alone would serve the outer kernel with the old inner one.
    (package / "kalshi_exp" / "market" / "inner.py").write_text(INNER.replace("+", "-"))
    value, hits, changed, other = probe(package, **chosen)
    assert (value, hits) == (0, 0) and changed != digest and other != folder

    (package / "kalshi_exp" / "market" / "constants.py").write_text("STEP = 5\n")
    value, hits, again, _ = probe(package, **chosen)
    assert (value, hits) == (-40, 0) and again not in (digest, changed)


def test_numba_alone_would_serve_stale_code(package, tmp_path):
    """The reason for the key; when this fails, numba has learned to follow imports."""
    fixed = f"numba.config.CACHE_DIR = {str(tmp_path / 'one')!r}"
    source = (package / "kalshi_exp" / "market" / "jit.py").read_text()
    line = "    numba.config.CACHE_DIR = str(_CACHE)"
    assert line in source
    (package / "kalshi_exp" / "market" / "jit.py").write_text(source.replace(line, "    " + fixed))
    assert probe(package, KALSHI_EXP_CACHE=str(tmp_path / "cache"))[0] == 20
    (package / "kalshi_exp" / "market" / "inner.py").write_text(INNER.replace("+", "-"))
    assert probe(package, KALSHI_EXP_CACHE=str(tmp_path / "cache"))[0] == 20


def test_folder_that_cannot_be_written_falls_back(package, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    unwritable = {"KALSHI_EXP_CACHE": str(blocked), "TMPDIR": str(temporary)}
    value, hits, _, folder = probe(package, **unwritable)
    assert (value, hits) == (20, 0)
    assert folder.is_relative_to(temporary) and compiled(folder) == {"outer"}
    assert folder.parents[1].stat().st_mode & 0o077 == 0
    assert probe(package, **unwritable)[1] == 1
    assert not list(package.joinpath("kalshi_exp").rglob("*.nbi"))


def test_no_folder_at_all_still_compiles(package, tmp_path):
    blocked = tmp_path / "blocked"
    blocked.write_text("")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (temporary / f"kalshi_exp-{os.getuid()}").write_text("a file here too")
    value, hits, _, _ = probe(package, KALSHI_EXP_CACHE=str(blocked), TMPDIR=str(temporary))
    assert (value, hits) == (20, 0)
    assert not list(tmp_path.rglob("*.nbi"))


def test_root_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KALSHI_EXP_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert jit.cache_root() == tmp_path / "home" / ".cache" / "kalshi_exp"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert jit.cache_root() == tmp_path / "xdg" / "kalshi_exp"
    monkeypatch.setenv("KALSHI_EXP_CACHE", "~/mine")
    assert jit.cache_root() == tmp_path / "home" / "mine"


def test_sources_hold_every_kernel_and_what_it_imports():
    sources = jit.kernel_sources()
    defining = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if "@kernel" in path.read_text()
    }
    assert defining <= set(sources)
    assert {"market/units.py", "market/orders.py", "config/fill/models.py"} <= set(sources)


def test_kernels_hold_the_projects_options():
    options = jit.kernel(lambda x: x).targetoptions
    assert options["nopython"] and options["nogil"]
    assert not options.get("parallel") and not options.get("fastmath")
