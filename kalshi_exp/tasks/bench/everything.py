"""Compile every kernel that a run needs: `python -m kalshi_exp.tasks.bench.everything`.

The benchmark runs it in a process of its own with an empty cache.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from kalshi_exp.config import compose, typed
from kalshi_exp.exchange import simulate_session
from kalshi_exp.learn import compiling_ahead, moment
from kalshi_exp.tape import ingest

_FRAMES = (
    {
        "type": "orderbook_snapshot", "sid": 1, "seq": 1, "sending_ts_ms": 1_790_000_000_000,
        "msg": {"market_ticker": "S-E-A", "yes_dollars_fp": [["0.4000", "5.00"]]},
    },
    {
        "type": "orderbook_delta", "sid": 1, "seq": 2,
        "msg": {
            "market_ticker": "S-E-A", "price_dollars": "0.4000", "delta_fp": "1.00",
            "side": "yes", "ts_ms": 1_790_000_001_000,
        },
    },
)  # fmt: skip


def main() -> None:
    """Record, simulate, train and judge for a moment each."""
    with compiling_ahead(), tempfile.TemporaryDirectory() as folder:
        capture = Path(folder) / "capture.jsonl"
        capture.write_text("".join(json.dumps(frame) + "\n" for frame in _FRAMES))
        ingest(capture, Path(folder) / "tape")
        scenario = replace(typed(compose()).scenario, duration_s=60.0)
        sessions = [simulate_session(scenario, 0, number) for number in range(2)]
    moment(sessions)


if __name__ == "__main__":
    main()
