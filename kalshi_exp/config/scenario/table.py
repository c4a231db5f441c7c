"""Every trader's parameters as one table, for the docs."""

from dataclasses import fields

from kalshi_exp.config.scenario import Scenario
from kalshi_exp.config.scenario.parameter import Traits


def _number(value: float) -> str:
    return f"{value:,g}"


def trader_table_markdown() -> str:
    """The table as the docs print it: one part for each kind of trader, one row a parameter."""
    lines: list[str] = []
    for one in fields(Scenario):
        kind = one.default_factory
        if not (isinstance(kind, type) and issubclass(kind, Traits)):
            continue
        lines += [
            f"## {one.name}",
            "",
            " ".join((kind.__doc__ or "").split()),
            "",
            "| parameter | `plain` | unit | allowed | meaning | source |",
            "|---|---|---|---|---|---|",
        ]
        for parameter in fields(kind):
            told = parameter.metadata
            low, high = _number(told["low"]), _number(told["high"])
            allowed = f"[{low}, {high}]" if high != "inf" else f"at least {low}"
            lines.append(
                f"| `{one.name}.{parameter.name}` | {parameter.default} | {told['unit']} "
                f"| {allowed} | {told['meaning']} | {told['source'] or 'our choice'} |"
            )
        lines.append("")
    return "\n".join(lines)
