"""A headless browser that tells what a page said and asked for."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import final

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@final
@dataclass(frozen=True)
class Visit:
    """What opening a page brought.

    Attributes:
        dom: the document after its scripts ran.
        console: lines that the page wrote to the console, errors among them.
        requests: http and https addresses that the page asked for.
    """

    dom: str
    console: list[str]
    requests: set[str]


def visit(page: Path, folder: Path) -> Visit:
    """Open a page headless; nothing it asks for leaves the machine.

    Skips the test where there is no browser.
    """
    browser = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip("no Chromium: apt-get install chromium, or put one on the PATH")
    log = folder / "net.json"
    done = subprocess.run(
        [
            browser,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-extensions",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={folder / 'profile'}",
            "--window-size=1280,3000",
            "--enable-logging=stderr",
            f"--log-net-log={log}",
            "--virtual-time-budget=6000",
            "--dump-dom",
            page.resolve().as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
    )
    console = [line for line in done.stderr.splitlines() if re.search(r"\bCONSOLE\b", line)]
    return Visit(done.stdout, console, _asked(log))


def _asked(log: Path) -> set[str]:
    # The browser's own errands carry no origin; a page's requests carry its.
    asked = set()
    for event in json.loads(log.read_text())["events"]:
        given = event.get("params") or {}
        own = "initiator" in given and given["initiator"] != "not an origin"
        if own and str(given.get("url", "")).startswith("http"):
            asked.add(given["url"])
    return asked
