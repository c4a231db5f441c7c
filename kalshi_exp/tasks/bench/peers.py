"""Peers: other people's programs, in an environment of their own, measured on our word."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self, final

ROOT = Path(__file__).resolve().parents[3]
"""The checkout: peers' scripts are not part of the package."""


class PeerError(RuntimeError):
    """A peer can't be had."""


def peers_folder(path: str) -> Path:
    """The peers' environment: as named, or below the checkout when it isn't where we stand."""
    folder = Path(path)
    return folder if folder.is_dir() else ROOT / folder


@final
class Peer:
    """A script of scripts/peers/ that waits, ready and warm, and measures whenever it is asked.

    It reads a line "measure" and answers with a line of JSON, {"rate": units a second}; what it
    prints before its first {"ready": true} is ignored. It ends when its input is closed.
    """

    def __init__(self, environment: Path, script: str, *arguments: str, threads: int = 1) -> None:
        """Start the script.

        Args:
            environment: the peers' virtual environment.
            script: file name below scripts/peers/.
            arguments: of the script.
            threads: it may use.

        Raises:
            PeerError: there is no environment, or the script does not start.
        """
        self._script = script
        python = environment / "bin" / "python"
        if not python.is_file():
            raise PeerError(
                f"there is no environment for peers in {environment}: make it by "
                f"bash scripts/peers.sh {environment}"
            )
        # A pipe that nobody reads would fill up; the file lives as long as the peer.
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            [python, ROOT / "scripts" / "peers" / script, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=_environment(os.environ, environment, threads),
        )
        self._answer("ready")

    def rate(self) -> float:
        """Measure once.

        Raises:
            PeerError: the script died.
        """
        assert self._process.stdin is not None
        try:
            self._process.stdin.write("measure\n")
            self._process.stdin.flush()
        except OSError:
            pass  # its last words are more telling
        return self._answer("rate")

    def _answer(self, key: str) -> float:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                return float(json.loads(line)[key])
            except (ValueError, KeyError, TypeError):
                continue  # libraries like to chat
        self._process.wait()
        self._errors.seek(0)
        last = self._errors.read().strip().splitlines()[-1:] or ["without a word"]
        raise PeerError(
            f"scripts/peers/{self._script} ended: {last[0]}; if something is missing, "
            "make its environment again by bash scripts/peers.sh"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the script."""
        try:
            self._process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._errors.close()


def _environment(own: Mapping[str, str], folder: Path, threads: int) -> dict[str, str]:
    """The variables a peer runs under: our package beside its own, and kernels of its own."""
    return {
        **own,
        "PYTHONPATH": str(ROOT),
        "KALSHI_EXP_CACHE": str(folder / "cache"),
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        "NUMBA_NUM_THREADS": "1",
        "PYTHONWARNINGS": "ignore",
    }
