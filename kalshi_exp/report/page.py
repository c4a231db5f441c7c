"""The page around a report: one file, plotly inside it once, nothing asked of the network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from plotly.offline import get_plotlyjs

from kalshi_exp.report.chart import Chart


def page(title: str, body: Iterable[str], charts: Iterable[Chart]) -> str:
    """A whole HTML document.

    The content security policy allows the page's own scripts by hash and nothing else.

    Args:
        title: of the document.
        body: HTML, already escaped.
        charts: pictures whose figures stand in `body`.

    Returns:
        The document's text.
    """
    specs = [chart.spec() for chart in charts]
    scripts = [_plotly(), resource("page.js")] if specs else []
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src " + (" ".join(map(_hash, scripts)) or "'none'"),
            "style-src 'unsafe-inline'",  # plotly writes its own style sheet into the page
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    return "".join(
        (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n',
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
            '<meta name="color-scheme" content="light dark">\n',
            '<link rel="icon" href="data:,">\n',
            f"<title>{escape(title)}</title>\n<style>{resource('page.css')}</style></head>\n",
            f"<body><main>{''.join(body)}</main>\n",
            f'<script type="application/json" id="charts">{embed(specs)}</script>\n',
            *(f"<script>{script}</script>\n" for script in scripts),
            "</body></html>\n",
        )
    )


def embed(data: Any) -> str:
    """JSON that may stand in a script element: it can close neither the element nor a comment."""
    text = json.dumps(data, sort_keys=True, allow_nan=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def resource(name: str) -> str:
    """Text of a file that lies beside this module."""
    return (files("kalshi_exp.report") / name).read_text(encoding="utf-8")


@cache
def _plotly() -> str:
    script = str(get_plotlyjs())
    if "</script" in script.lower():
        raise RuntimeError("this plotly.js cannot stand in a page: it holds a closing script tag")
    return script


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
