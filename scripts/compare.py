"""Compare finished runs: `python scripts/compare.py outputs/RUN outputs/RUN [--out FILE]`.

Prints one table of figures a run, paired differences on the sessions the runs share, and the
calls that reached each fill model; writes the same as a page and as JSON beside it. Runs that
differ in their seed only are brought together. A sweep (`run.py -m`) writes the same by itself.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # so that it also runs without an install


def main(argv: list[str] | None = None) -> int:
    """Run the comparison; returns the exit status."""
    parser = argparse.ArgumentParser(description="Compare finished runs, paired by session.")
    parser.add_argument("runs", nargs="+", type=Path, metavar="DIR", help="run directories")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("comparison.html"),
        help="page to write; the figures go beside it as .json (default: %(default)s)",
    )
    given = parser.parse_args(argv)
    if given.out.suffix != ".html":
        parser.error(f"--out {given.out} must end in .html")
    if not given.out.absolute().parent.is_dir():
        parser.error(f"--out {given.out}: there is no directory {given.out.parent}")

    from rich.console import Console

    from kalshi_exp.metrics import NoOverlapError, to_bytes
    from kalshi_exp.report import NotAFinishedRun, compare_directories, write_comparison
    from kalshi_exp.report.comparison.console import console_tables

    try:
        # A sweep's folder holds Hydra's own record beside the runs.
        runs = [run for run in given.runs if run.name != "multirun.yaml"]
        payload = compare_directories(runs)
    except (NotAFinishedRun, NoOverlapError) as error:
        print(f"compare: {error}", file=sys.stderr)
        return 2
    write_comparison(payload, given.out)
    beside = given.out.with_suffix(".json")
    beside.write_bytes(to_bytes(payload))
    console = Console(highlight=False)
    if console.width < 200:
        console = Console(highlight=False, width=200)
    console.print(payload["headline"])
    for note in payload["notes"]:
        console.print(note, style="dim")
    for table in console_tables(payload):
        console.print()
        console.print(table)
    console.print(f"\nwrote {given.out} and {beside}", soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
