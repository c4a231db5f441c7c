"""A picture: plotly data and layout as plain data, resolved by the page against its theme."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any, final


@final
@dataclass(frozen=True)
class Chart:
    """One picture of the report.

    Attributes:
        name: unique id on the page.
        title: heading above it.
        caption: what to see in it and how it was formed, plain text.
        data: plotly traces; colours may be `palette.colour` tokens.
        layout: plotly layout.
        narrow: layout keys that take over where the picture is under 560 px wide.
        height: px.
        half: whether it may share a row with the next half picture.
    """

    name: str
    title: str
    caption: str
    data: list[dict[str, Any]]
    layout: dict[str, Any] = field(default_factory=dict)
    narrow: dict[str, Any] = field(default_factory=dict)
    height: int = 380
    half: bool = False

    def html(self) -> str:
        """The figure element that the page draws into."""
        return (
            f'<figure class="chart{" half" if self.half else ""}" id="{escape(self.name)}-figure">'
            f"<h3>{escape(self.title)}</h3>"
            f'<div class="plot" id="{escape(self.name)}" role="img" '
            f'aria-label="{escape(self.title)}" style="height:{self.height}px"></div>'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>"
        )

    def spec(self) -> dict[str, Any]:
        """What the page's script needs to draw it."""
        return {
            "id": self.name,
            "data": self.data,
            "layout": {"height": self.height, **self.layout},
            "narrow": self.narrow,
        }


def plain(text: str) -> str:
    """Text that plotly shows as it is: its labels otherwise read tags and links."""
    return escape(text, quote=False)
