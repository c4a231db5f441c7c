"""The prices an order may have: Kalshi's price structures and `price_ranges`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, final

import numpy as np

from kalshi_exp.market.units import PRICE_ONE

_TICKS = {"whole": 100, "half": 50, "quint": 20, "deci": 10, "centi": 1}


def _tapered(edge: int, center: int, boundary: int = 1_000) -> tuple[tuple[int, int, int], ...]:
    top = PRICE_ONE - boundary
    return ((0, boundary, edge), (boundary, top, center), (top, PRICE_ONE, edge))


def _centered(center: str, edge: str, boundary: int = 1_000) -> tuple[tuple[int, int, int], ...]:
    return _tapered(_TICKS[edge], _TICKS[center], boundary)


STRUCTURES: dict[str, tuple[tuple[int, int, int], ...]] = {
    "linear_cent": ((0, PRICE_ONE, 100),),
    "deci_cent": ((0, PRICE_ONE, 10),),
    "tapered_deci_cent": _tapered(10, 100),
    "center_whole_edge_half_cent": _centered("whole", "half"),
    "center_whole_edge_quint_cent": _centered("whole", "quint"),
    "center_half_edge_half_cent": _centered("half", "half"),
    "center_half_edge_quint_cent": _centered("half", "quint"),
    "center_half_edge_deci_cent": _centered("half", "deci"),
    "center_quint_edge_quint_cent": _centered("quint", "quint"),
    "center_quint_edge_deci_cent": _centered("quint", "deci"),
    "center_centi_edge_centi_cent": _centered("centi", "centi"),
    "center_deci_edge_centi_cent": _centered("deci", "centi", boundary=100),
}
"""(start, end, step) bands of each named structure, 1e-4 dollars.

Source: docs.kalshi.com/getting_started/fixed_point_migration. A market's own `price_ranges`
outrank its structure's name.
"""


class OffGridError(ValueError):
    """A price that the market does not allow."""


@final
@dataclass(frozen=True, eq=False)
class PriceGrid:
    """Ascending YES prices an order may have; the place in it is the ladder index, or level.

    Attributes:
        name: Kalshi's structure name, or "custom"; no rule depends on it.
        prices: int32[n], 1e-4 dollars, strictly ascending, inside (0, PRICE_ONE), read-only.
        lookup: int32[PRICE_ONE + 1], level of a price, -1 off the grid, read-only.
    """

    name: str
    prices: np.ndarray
    lookup: np.ndarray = field(init=False, repr=False)

    def __post_init__(self) -> None:
        prices = np.array(self.prices, dtype=np.int64)
        if prices.ndim != 1 or len(prices) == 0:
            raise ValueError(f"price grid {self.name!r} has no prices: give at least one")
        if prices[0] <= 0 or prices[-1] >= PRICE_ONE or np.any(np.diff(prices) <= 0):
            raise ValueError(
                f"price grid {self.name!r} must rise strictly inside (0, {PRICE_ONE}) "
                f"in 1e-4 dollars; it runs from {prices[0]} to {prices[-1]}"
            )
        lookup = np.full(PRICE_ONE + 1, -1, np.int32)
        lookup[prices] = np.arange(len(prices), dtype=np.int32)
        fixed = prices.astype(np.int32)
        fixed.flags.writeable = lookup.flags.writeable = False
        object.__setattr__(self, "prices", fixed)
        object.__setattr__(self, "lookup", lookup)

    @property
    def n(self) -> int:
        """Number of levels."""
        return len(self.prices)

    def contains(self, price: int) -> bool:
        """Whether an order may have this price (1e-4 dollars)."""
        return 0 < price < PRICE_ONE and bool(self.lookup[price] >= 0)

    def index(self, price: int) -> int:
        """Level of a price.

        Raises:
            OffGridError: the price (1e-4 dollars) is not on the grid.
        """
        if not self.contains(price):
            raise OffGridError(
                f"price {price} (1e-4 dollars) is not on the grid {self.name!r}: "
                f"{self._neighbours(price)}"
            )
        return int(self.lookup[price])

    def _neighbours(self, price: int) -> str:
        place = int(np.searchsorted(self.prices, price))
        around = self.prices[max(0, place - 1) : place + 1].tolist()
        return "use " + " or ".join(str(p) for p in around)

    def mask_in(self, ladder: PriceGrid) -> np.ndarray:
        """Which levels of a wider ladder this grid allows.

        Returns:
            bool[ladder.n].

        Raises:
            OffGridError: the ladder lacks one of this grid's prices.
        """
        levels = ladder.lookup[self.prices]
        if np.any(levels < 0):
            missing = int(self.prices[levels < 0][0])
            raise OffGridError(
                f"ladder {ladder.name!r} lacks price {missing} of grid {self.name!r}: "
                "build the ladder with PriceGrid.union"
            )
        mask = np.zeros(ladder.n, np.bool_)
        mask[levels] = True
        return mask

    @classmethod
    def structure(cls, name: str) -> PriceGrid:
        """Grid of one of Kalshi's named structures.

        Raises:
            ValueError: the name is not known.
        """
        if name not in STRUCTURES:
            raise ValueError(
                f"price structure {name!r} is not known: use the market's price_ranges, "
                f"or one of {', '.join(STRUCTURES)}"
            )
        return cls(name, _expand(STRUCTURES[name]))

    @classmethod
    def from_ranges(cls, ranges: Sequence[Mapping[str, str]], name: str = "custom") -> PriceGrid:
        """Grid of a market's `price_ranges`.

        Args:
            ranges: bands {"start", "end", "step"} of dollar strings with up to four decimals; both
                ends belong to a band when a step reaches them.
            name: the market's `price_level_structure`, kept as a label.

        Raises:
            ValueError: a band is malformed, or no price remains.
        """
        bands = []
        for band in ranges:
            start, end, step = (_units(band, key) for key in ("start", "end", "step"))
            if not (0 <= start < end <= PRICE_ONE and step > 0):
                raise ValueError(
                    f"price range {dict(band)} is not usable: it needs "
                    "0 <= start < end <= 1 and a positive step"
                )
            bands.append((start, end, step))
        return cls(name, _expand(bands))

    @classmethod
    def union(cls, grids: Iterable[PriceGrid]) -> PriceGrid:
        """Ladder that holds every price of some grids: for a market whose grid changes in life.

        Raises:
            ValueError: no grid was given.
        """
        members = list(grids)
        if not members:
            raise ValueError("union of no price grids: give at least one")
        if all(grid == members[0] for grid in members):
            return members[0]
        name = "+".join(dict.fromkeys(grid.name for grid in members))
        return cls(name, np.unique(np.concatenate([grid.prices for grid in members])))

    def to_json(self) -> str:
        """Text that `from_json` reads back: the name and runs of [first, last, step]."""
        return json.dumps({"name": self.name, "runs": _runs(self.prices)}, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> PriceGrid:
        """Read what `to_json` wrote.

        Raises:
            ValueError: the text is not a price grid.
        """
        try:
            fields: dict[str, Any] = json.loads(text)
            runs = [(int(first), int(last), int(step)) for first, last, step in fields["runs"]]
            name = str(fields["name"])
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"not a price grid's JSON ({error}): {text[:80]!r}") from error
        return cls(name, _expand(runs))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PriceGrid):
            return NotImplemented
        return np.array_equal(self.prices, other.prices)

    def __hash__(self) -> int:
        return hash(self.prices.tobytes())


def _units(band: Mapping[str, str], key: str) -> int:
    """A dollar string as exact 1e-4 dollars."""
    try:
        units = Decimal(band[key]).scaleb(4)
        if units != units.to_integral_value():
            raise ValueError
        return int(units)
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise ValueError(
            f"price range {dict(band)} needs {key!r} as dollars with up to four decimals"
        ) from error


def _expand(bands: Iterable[tuple[int, int, int]]) -> np.ndarray:
    prices = {price for start, end, step in bands for price in range(start, end + 1, step)}
    return np.array(sorted(prices - {0, PRICE_ONE}), dtype=np.int64)


def _runs(prices: np.ndarray) -> list[list[int]]:
    """Split into arithmetic runs [first, last, step]."""
    values = prices.tolist()
    runs, first = [], 0
    while first < len(values):
        last = min(first + 1, len(values) - 1)
        step = max(1, values[last] - values[first])
        while last + 1 < len(values) and values[last + 1] - values[last] == step:
            last += 1
        runs.append([values[first], values[last], step])
        first = last + 1
    return runs
