"""Hand-made captures: what a recorder would have written, in today's wire form unless told."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kalshi_exp.market.grid import PriceGrid
from kalshi_exp.tape.session import MESSAGE, Kind, MarketTape, Session

T0 = 1_790_000_000_000  # ms


@dataclass
class Recorder:
    """Builds lines frame by frame; `seq` counts per sid as Kalshi's does."""

    envelope: bool = True
    lines: list[str] = field(default_factory=list)
    seqs: dict[int, int] = field(default_factory=dict)
    recv: int = T0

    def frame(self, frame: dict[str, Any], sid: int | None = 1, numbered: bool = True) -> int:
        """Add a frame; -> its line number."""
        if sid is not None:
            frame["sid"] = sid
            if numbered:
                self.seqs[sid] = self.seqs.get(sid, 0) + 1
                frame["seq"] = self.seqs[sid]
        line = {"recv_ms": self.recv, "event": frame} if self.envelope else frame
        return self.raw(json.dumps(line))

    def raw(self, line: str) -> int:
        self.lines.append(line)
        return len(self.lines)

    def snapshot(self, market: str, yes: list, no: list, ms: int = 0, sid: int = 1) -> int:
        self.recv = T0 + ms
        msg: dict[str, Any] = {"market_ticker": market}
        if yes:
            msg["yes_dollars_fp"] = [[f"{p / 100:.4f}", f"{s:.2f}"] for p, s in yes]
        if no:
            msg["no_dollars_fp"] = [[f"{p / 100:.4f}", f"{s:.2f}"] for p, s in no]
        return self.frame({"type": "orderbook_snapshot", "msg": msg}, sid)

    def delta(
        self, market: str, side: str, cents: float, size: float, ms: int, us: int = 0, sid: int = 1
    ) -> int:
        self.recv = T0 + ms + 12
        moment = datetime.fromtimestamp((T0 + ms) // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        fraction = f"{(T0 + ms) % 1000:03d}{us:03d}"
        msg = {
            "market_ticker": market,
            "price_dollars": f"{cents / 100:.4f}",
            "delta_fp": f"{size:.2f}",
            "side": side,
            "ts": f"{moment}.{fraction}Z",
            "ts_ms": T0 + ms,
        }
        return self.frame({"type": "orderbook_delta", "msg": msg}, sid)

    def trade(
        self, market: str, taker: str, yes_cents: float, size: float, ms: int, sid: int = 2
    ) -> int:
        self.recv = T0 + ms + 12
        msg = {
            "trade_id": str(len(self.lines)),
            "market_ticker": market,
            "yes_price_dollars": f"{yes_cents / 100:.4f}",
            "count_fp": f"{size:.2f}",
            "taker_side": taker,
            "taker_outcome_side": taker,
            "taker_book_side": "bid" if taker == "yes" else "ask",
            "ts": (T0 + ms) // 1000,
            "ts_ms": T0 + ms,
        }
        return self.frame({"type": "trade", "msg": msg}, sid)

    def ack(self, sid: int = 1) -> int:
        return self.frame({"type": "ok", "id": 1, "msg": {"market_tickers": []}}, sid)

    def subscribed(self, sid: int) -> int:
        self.seqs[sid] = 0
        return self.frame(
            {"type": "subscribed", "id": 1, "msg": {"channel": "orderbook_delta", "sid": sid}}, None
        )

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def write(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        data = self.text().encode()
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
        return path


def market_record(
    ticker: str, open_ms: int = -1000, close_ms: int = 900_000, **more: Any
) -> dict[str, Any]:
    """A REST record as Kalshi answers it."""

    def iso(ms: int) -> str:
        return datetime.fromtimestamp((T0 + ms) / 1000, UTC).isoformat().replace("+00:00", "Z")

    record = {
        "ticker": ticker,
        "event_ticker": "-".join(ticker.split("-")[:-1]),
        "open_time": iso(open_ms),
        "close_time": iso(close_ms),
        "result": "yes",
        "settlement_value_dollars": "1.0000",
        "price_level_structure": "linear_cent",
        "price_ranges": [{"start": "0.0000", "end": "1.0000", "step": "0.0100"}],
        "status": "finalized",
    }
    record.update(more)
    return {k: v for k, v in record.items() if v is not None}


def write_metadata(folder: Path, *records: dict[str, Any], series: str = "SER") -> None:
    (folder / "metadata").mkdir(parents=True, exist_ok=True)
    for record in records:
        event = {"event_ticker": record["event_ticker"], "series_ticker": series}
        answer = {"fetched_at_ms": 1, "response": {"event": event, "markets": [record]}}
        (folder / "metadata" / f"{record['ticker']}.json").write_text(json.dumps(answer))


def good_session(recorder: Recorder, market: str = "SER-EV-A", steps: int = 40) -> None:
    """A quiet, valid market: 40/60 book, adds, cancels, and trades with their deltas."""
    recorder.snapshot(market, [(40, 100), (39, 50)], [(55, 80), (54, 20)])
    for i in range(steps):
        ms = 1000 + 100 * i
        recorder.delta(market, "yes", 38, 10, ms)
        if i % 4 == 0:
            recorder.delta(market, "no", 55, -1, ms + 5)
            recorder.trade(market, "yes", 45, 1, ms + 5)
        recorder.delta(market, "yes", 38, -10, ms + 50)


def simulated_market(ticker, seed, n=50):
    rng = np.random.default_rng(seed)
    grid = PriceGrid.union([PriceGrid.structure("linear_cent"), PriceGrid.structure("deci_cent")])
    messages = np.zeros(n, MESSAGE)
    messages["ts"] = np.sort(rng.integers(10**18, 10**18 + 10**9, n))
    messages["level"] = rng.integers(0, grid.n, n)
    messages["side"] = rng.integers(0, 2, n)
    messages["kind"] = rng.choice([Kind.ADD, Kind.CANCEL, Kind.GAP], n)
    messages["size"] = np.where(messages["kind"] == Kind.ADD, 5, -5) * (
        messages["kind"] != Kind.GAP
    )
    messages["level"][messages["kind"] == Kind.GAP] = 0
    valid = np.stack([PriceGrid.structure("linear_cent").mask_in(grid), np.ones(grid.n, bool)])
    epochs = np.array([10**18, 10**18 + 5], np.int64)
    return MarketTape(ticker, grid, messages, 10**18 + 10**9, 10_000, epochs, valid)


def simulated_session(name="SER-EV", start=10**18, **more):
    markets = more.pop(
        "markets", (simulated_market("SER-EV-A", 1), simulated_market("SER-EV-B", 2, n=0))
    )
    return Session(name, "SER-EV", "SER", start, 10**18 + 10**9, markets)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def make():
    """The builders above, for tests that need more than one recorder."""

    class Make:
        Recorder = Recorder
        good_session = staticmethod(good_session)
        market_record = staticmethod(market_record)
        write_metadata = staticmethod(write_metadata)
        t0 = T0

    return Make


@pytest.fixture
def simulated():
    """Sessions that no recorder made: `market(ticker, seed)` and `session(name, start)`."""

    class Simulated:
        market = staticmethod(simulated_market)
        session = staticmethod(simulated_session)

    return Simulated
