"""The embedded default data: simulated sessions as a tape folder, generated once."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import track

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.exchange.simulate import simulate_session
from kalshi_exp.market.jit import cache_root as default_cache_root
from kalshi_exp.market.jit import kernel_sources
from kalshi_exp.tape import Session, Tape, TapeError, open_tape, write_tape
from kalshi_exp.tape.schema import schema_hash

_SOURCES = ("exchange/", "market/", "tape/session.py")


def recipe_hash(scenario: Scenario, sessions: int, seed: int) -> str:
    """Key of a simulated tape: everything that its content is a function of."""
    digest = hashlib.sha256(json.dumps([asdict(scenario), sessions, seed]).encode())
    digest.update(schema_hash().encode())
    for path, text in kernel_sources().items():
        if path.startswith(_SOURCES):
            digest.update(f"{path}\0{len(text)}\0".encode() + text)
    digest.update(Path(__file__).with_name("simulate.py").read_bytes())
    return digest.hexdigest()[:16]


def _progress(scenario: Scenario, sessions: int, seed: int) -> Iterator[Session]:
    numbers = track(
        range(sessions),
        description=f"simulating {sessions} sessions",
        console=Console(stderr=True),
        transient=True,
    )
    for number in numbers:
        yield simulate_session(scenario, seed, number)


def synthetic_tape(
    scenario: Scenario, sessions: int, seed: int, cache_root: Path | None = None
) -> Tape:
    """The first sessions of a simulated market, from the cache or generated into it.

    The folder appears whole or not at all; of two processes that generate it at once, the later
    one keeps the other's, which is the same.

    Args:
        scenario: the market and its traders.
        sessions: how many, numbered from 0.
        seed: of the market.
        cache_root: `tapes/` below it holds the folders; default: where kernels are cached.

    Raises:
        ValueError: `sessions` is not at least 1.
        OSError: the cache can't be written.
    """
    if sessions < 1:
        raise ValueError(f"a simulated tape of {sessions} sessions: ask for at least one")
    root = Path(cache_root) if cache_root is not None else default_cache_root()
    folder = root / "tapes" / f"simulated-{recipe_hash(scenario, sessions, seed)}"
    if folder.exists():
        try:
            return open_tape(folder)
        except TapeError:
            shutil.rmtree(folder)  # a cache that is damaged is made again
    notes = {"scenario": asdict(scenario), "sessions": sessions, "seed": seed}
    try:
        return write_tape(folder, _progress(scenario, sessions, seed), notes)
    except (TapeError, OSError):
        if (folder / "manifest.json").exists():
            return open_tape(folder)
        raise
