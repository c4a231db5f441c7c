"""Names of price grids a scenario may have, and whether a price of whole hundredths is on one."""

GRIDS = (
    "linear_cent",
    "deci_cent",
    "tapered_deci_cent",
    "center_whole_edge_half_cent",
    "center_whole_edge_quint_cent",
    "center_half_edge_half_cent",
    "center_half_edge_quint_cent",
    "center_half_edge_deci_cent",
    "center_quint_edge_quint_cent",
    "center_quint_edge_deci_cent",
    "center_centi_edge_centi_cent",
    "center_deci_edge_centi_cent",
)
"""Kalshi's structures; a test holds them against `market.grid`, which is too heavy to load here."""


def known_grid(name: str) -> None:
    """Refuse a grid that Kalshi doesn't have.

    Raises:
        ValueError: the name is none of `GRIDS`.
    """
    if name not in GRIDS:
        raise ValueError(f"scenario.grid is {name!r}; choose one of {', '.join(GRIDS)}")
