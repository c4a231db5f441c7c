"""How a peer answers the benchmark: a line "measure" in, a line of JSON out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable


def answer(measure: Callable[[], float]) -> None:
    """Say that everything is ready and warm, then measure whenever asked, until input ends."""
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        if line.strip() == "measure":
            print(json.dumps({"rate": measure()}), flush=True)
