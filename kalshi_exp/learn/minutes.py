"""The minutes of a judged player: sessions, fills, equity, opportunities, while it plays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, final

import numpy as np
import polars as pl

from kalshi_exp.learn.arena import Arena
from kalshi_exp.learn.opportunities import Watch
from kalshi_exp.market.orders import FILL
from kalshi_exp.metrics import EQUITY, FILLS, OPPORTUNITIES, SESSIONS, Records

if TYPE_CHECKING:
    from kalshi_exp.learn.play import Table

_CALLS = ("take_calls", "rest_calls", "checks", "violations")


@final
class Minutes:
    """Collects the rows of `Records` for one player."""

    def __init__(self, arena: Arena, table: Table, policy: str, fold: int) -> None:
        """Open the minutes.

        Args:
            arena: the sessions.
            table: where they are judged.
            policy: the player's name.
            fold: the fold's number.
        """
        self._arena = arena
        self._label = {"fold": fold, "policy": policy}
        self._names = np.array([session.name for session in arena.sessions])
        self._closes = np.array([max(m.close_ts for m in one.markets) for one in arena.sessions])
        self._watch = Watch(arena, table)
        self._opportunities: list[pl.DataFrame] = []
        self._open: list[tuple[np.ndarray, np.ndarray]] = []  # fills of sessions under way
        self._fills: list[dict[str, np.ndarray]] = []
        self._equity: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._sessions: list[dict[str, Any]] = []

    def note_decision(self, table: Table) -> None:
        """Keep what the detectors say at the decision at hand."""
        self._watch.note(table, table.session >= 0)

    def note_fills(self, table: Table) -> None:
        """Keep the fills of the step just made, each with its row."""
        log = table.world.fills()
        if len(log.fills):
            self._open.append((log.fills.copy(), log.rows.copy()))

    def _close_fills(self, table: Table, ended: np.ndarray) -> None:
        """Look up what followed the fills of sessions that have just ended, and their occasion."""
        parts = [(np.zeros(0, FILL), np.zeros(0, np.int64)), *self._open]
        fills, rows = (np.concatenate(part) for part in zip(*parts, strict=True))
        environments = rows // table.world.slots
        for environment in np.flatnonzero(ended):
            mine = environments == environment
            done, ordinals = fills[mine], rows[mine] % table.world.slots
            self._close_opportunities(table, int(environment), done, ordinals)
            if mine.any():
                self._fills.append(
                    {
                        "fills": done,
                        "ordinals": ordinals,
                        "sessions": np.full(len(done), table.session[environment]),
                        "mids": self._arena.mids(
                            table.world, int(environment), ordinals, done["ts"].copy()
                        ),
                    }
                )
        left = ~ended[environments]
        self._open = [(fills[left], rows[left])]

    def _close_opportunities(
        self, table: Table, environment: int, fills: np.ndarray, ordinals: np.ndarray
    ) -> None:
        number = int(table.session[environment])
        ends = int(self._closes[number])
        columns = self._watch.close(table, environment, ends, fills, ordinals)
        if len(columns["start"]):
            count = len(columns["start"])
            columns["session"] = np.full(count, self._names[number]).astype(object)
            self._opportunities.append(self._frame(columns, OPPORTUNITIES))

    def note_equity(self, table: Table, where: np.ndarray) -> None:
        """Keep a point of the equity curves of some environments (bool[E])."""
        if not where.any():
            return
        episodes, session = table.world.episodes[where], table.session[where]
        # What filled between the last decision and the close, and settlement, belong to the close.
        ts = np.where(episodes["done"] == 1, self._closes[session], episodes["now"])
        self._equity.append((session, ts, episodes["equity"].copy()))

    def note_sessions(self, table: Table, ended: np.ndarray) -> None:
        """Keep the result of sessions that have just ended (bool[E])."""
        world = table.world
        self._close_fills(table, ended)
        rows = world.rows.reshape(world.environments, world.slots)
        for environment in np.flatnonzero(ended):
            episode, number = world.episodes[environment], table.session[environment]
            live = rows[environment][rows[environment]["market"] >= 0]
            counted = world.counters[environment], table.counted[environment]
            session = self._arena.sessions[number]
            self._sessions.append(
                self._label
                | {
                    "session": session.name,
                    "start_ts": session.start_ts,
                    "markets": len(session.markets),
                    "decisions": int(table.actions[environment].sum()),
                    "pnl": int(episode["equity"] - episode["initial"]),
                    "fees": int(live["fees"].sum()),
                    "cash": int(episode["initial"]),
                    "final_equity": int(episode["equity"]),
                    "peak": int(episode["peak"]),
                    "max_drawdown": int(episode["drawdown"]),
                    "turnover": int(episode["turnover"]),
                    "passive_placed": int(table.placed[environment, 0]),
                    "aggressive_placed": int(table.placed[environment, 1]),
                    "settled": bool((live["settled"] == 1).all()),
                    "actions": table.actions[environment].tolist(),
                }
                | {name: int(counted[0][name] - counted[1][name]) for name in _CALLS}
            )

    def records(self) -> Records:
        """Everything kept, as records."""
        fills = self._fill_frame()
        filled = fills.group_by("session").agg(
            passive_filled=pl.col("size").filter("passive").sum(),
            aggressive_filled=pl.col("size").filter(~pl.col("passive")).sum(),
        )
        names = pl.DataFrame(self._sessions, infer_schema_length=None)
        sessions = names.join(filled, on="session", how="left").with_columns(
            pl.col("passive_filled", "aggressive_filled").fill_null(0)
        )
        return Records(
            sessions.select(pl.col(name).cast(kind) for name, kind in SESSIONS.items()),
            fills,
            self._equity_frame(),
            pl.concat([pl.DataFrame(schema=OPPORTUNITIES), *self._opportunities]),
        )

    def _fill_frame(self) -> pl.DataFrame:
        fills = self._joined("fills", np.zeros(0, FILL))
        mids = self._joined("mids", np.zeros((0, 4), np.int32))
        columns = {
            "session": self._names[self._joined("sessions", np.zeros(0, np.int64))].astype(object),
            "market": self._joined("ordinals", np.zeros(0, np.int64)),
            "passive": fills["passive"] == 1,
            "mid": mids[:, 0],
            "mid_1s": mids[:, 1],
            "mid_10s": mids[:, 2],
            "mid_60s": mids[:, 3],
        }
        for name in ("ts", "side", "price", "size", "flow", "fee", "action"):
            columns[name] = np.ascontiguousarray(fills[name])
        return self._frame(columns, FILLS).sort("session", "market", "ts", maintain_order=True)

    def _joined(self, name: str, none: np.ndarray) -> np.ndarray:
        return np.concatenate([none, *(part[name] for part in self._fills)])

    def _equity_frame(self) -> pl.DataFrame:
        session, ts, equity = (np.concatenate(part) for part in zip(*self._equity, strict=True))
        columns = {"session": self._names[session].astype(object), "ts": ts, "equity": equity}
        return self._frame(columns, EQUITY)

    def _frame(self, columns: dict[str, np.ndarray], schema: pl.Schema) -> pl.DataFrame:
        series = [pl.Series(name, one.tolist(), schema[name]) for name, one in columns.items()]
        label = (pl.lit(value).alias(name) for name, value in self._label.items())
        frame = pl.DataFrame(series).with_columns(label)
        return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())
