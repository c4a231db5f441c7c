"""The house itself: tests mirror rooms, floors hold, no drawer for leftovers, files stay small."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "kalshi_exp"
MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
ROOMS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))
# What only a recording, a whole run, a whole market or a real browser shows.
WHOLE_ROOM = {
    "test_recorded.py", "test_runs.py", "test_plain.py", "test_full.py", "test_browser.py",
}  # fmt: skip
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc"}


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_has_its_tests(room: str) -> None:
    assert list((ROOT / "tests" / room).rglob("test_*.py")), f"no tests in tests/{room}/"


@pytest.mark.parametrize("room", ROOMS)
def test_every_test_file_mirrors_a_module_of_its_room(room: str) -> None:
    for path in (ROOT / "tests" / room).rglob("test_*.py"):
        if path.name in WHOLE_ROOM:
            continue
        mirrored = PACKAGE / path.parent.relative_to(ROOT / "tests") / path.name[len("test_") :]
        assert mirrored.exists() or mirrored.with_suffix("").is_dir(), f"{path} tests no module"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_is_one_thing(path: Path) -> None:
    assert not {*path.parts, path.stem} & DRAWERS, "name it after what is in it"
    assert len((PACKAGE / path).read_text().splitlines()) <= 400, "is it still one thing?"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_lists_what_is_public(room: str) -> None:
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text())
    assert ast.get_docstring(tree), f"say in kalshi_exp/{room}/__init__.py what the room is"
    names = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert "__all__" in names


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    arguments = ["--config", str(folder / "pyproject.toml"), "--no-cache"]
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=folder, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("path", "forbidden", "contract"),
    [
        ("market/units.py", "kalshi_exp.learn", "floors BROKEN"),
        ("fills/spec.py", "kalshi_exp.features", "floors BROKEN"),
        ("config/errors.py", "numpy", "config is data only BROKEN"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(
    path: str, forbidden: str, contract: str, tmp_path: Path
) -> None:
    shutil.copytree(PACKAGE, tmp_path / "kalshi_exp", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    module = tmp_path / "kalshi_exp" / path
    module.write_text(module.read_text() + f"\nimport {forbidden}\n")
    ended = lint_imports(tmp_path)
    assert ended.returncode != 0
    assert contract in ended.stdout, ended.stdout + ended.stderr
