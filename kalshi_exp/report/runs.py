"""Finished runs as comparisons need them, and what to call each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from omegaconf import OmegaConf

from kalshi_exp.config import SCHEMAS, SETS
from kalshi_exp.metrics import Records, RecordsError

_APART = ("name", "logger", "task")


class NotAFinishedRun(ValueError):
    """A directory is not a run that ended with figures."""


@final
@dataclass(frozen=True, eq=False)
class FinishedRun:
    """A run directory, read.

    Attributes:
        path: the directory.
        config: the resolved configuration.
        manifest: what made the run.
        metrics: the payload of metrics.json.
        records: of the judged sessions.
    """

    path: Path
    config: dict[str, Any]
    manifest: dict[str, Any]
    metrics: dict[str, Any]
    records: Records


def read_run(path: Path) -> FinishedRun:
    """Read a run directory.

    Raises:
        NotAFinishedRun: it is none, or it has not ended.
    """
    if not path.is_dir():
        raise NotAFinishedRun(f"{path} is not a directory; name run directories under outputs/")
    for name, what in (
        ("manifest.json", "it is not a run directory"),
        ("config.yaml", "it is not a run directory"),
        ("metrics.json", f"the run has not ended; go on with it by resume={path}"),
    ):
        if not (path / name).is_file():
            raise NotAFinishedRun(f"{path} holds no {name}: {what}")
    try:
        return FinishedRun(
            path,
            _config(path / "config.yaml"),
            json.loads((path / "manifest.json").read_bytes()),
            json.loads((path / "metrics.json").read_bytes()),
            Records.read(path),
        )
    except RecordsError as error:
        raise NotAFinishedRun(str(error)) from error
    except Exception as error:  # whatever a YAML, JSON or Parquet reader says of a broken file
        raise NotAFinishedRun(
            f"{path} holds a file that cannot be read ({type(error).__name__}: {error}); "
            "judge it again by task=evaluate"
        ) from error


def _config(path: Path) -> dict[str, Any]:
    config = OmegaConf.to_container(OmegaConf.load(path))
    if not isinstance(config, dict):
        raise ValueError(f"{path.name} holds no mapping")
    return {str(name): one for name, one in config.items()}


def labels(runs: Sequence[FinishedRun], apart: Sequence[str] = ()) -> list[str]:
    """What differs in each run's configuration; directory names where nothing does.

    Where every run was told its option of a group and that alone sets them apart there, the option
    is named as it was (`fill=queue_power`). Else a group's option is named by its schema
    (`fill=queue`), and a value where it differs among the runs of one (`fill.position=optimistic`).

    Args:
        runs: to be told apart.
        apart: keys at the top that are not named.
    """
    flats = [
        {key: value for key, value in _flat(run.config) if key.split(".")[0] not in apart}
        for run in runs
    ]
    told = _told(runs)
    found = [", ".join(_parts(k, flats, runs, told)) for k in range(len(runs))]
    # Two runs of one configuration are told apart by their directories.
    return [
        label if label and found.count(label) == 1 else _joined(label, run.path)
        for label, run in zip(found, runs, strict=True)
    ]


def _joined(label: str, path: Path) -> str:
    # Two levels, because the runs of a sweep are numbered directories of one.
    name = "/".join(path.resolve().parts[-2:])
    return f"{label} ({name})" if label else name


def _told(runs: Sequence[FinishedRun]) -> dict[str, list[str]]:
    """By group, each run's option as its command line chose it, where that says all there is."""
    words = [
        dict(word.split("=", 1) for word in run.manifest.get("overrides", ()) if "=" in word)
        for run in runs
    ]
    out = {}
    for group in sorted(set(SCHEMAS).difference(SETS).intersection(*words)):
        names = [one[group] for one in words]
        configs = [json.dumps(run.config.get(group)) for run in runs]
        if len(set(names)) == len(set(configs)) == len(set(zip(names, configs, strict=True))):
            out[group] = names
    return out


def _parts(
    k: int,
    flats: list[dict[str, Any]],
    runs: Sequence[FinishedRun],
    told: dict[str, list[str]],
) -> Iterator[str]:
    mine = flats[k]
    for group, names in told.items():
        if group not in _APART and len(set(names)) > 1:
            yield f"{group}={names[k]}"
    for group in SETS:
        members = [tuple(run.config.get(group) or ()) for run in runs]
        if group not in _APART and len(set(members)) > 1:
            yield f"{group}=[{','.join(members[k])}]"
    for key, value in mine.items():
        root = key.split(".")[0]
        if root in _APART or root in told or key == "trainer.progress":
            continue
        if key.endswith(".kind"):
            if len({flat.get(key) for flat in flats if key in flat}) > 1:
                yield f"{key.removesuffix('.kind')}={_option(root, value)}"
            continue
        kind = key.rsplit(".", 1)[0] + ".kind" if "." in key else ""
        top = f"{root}.kind"
        peers = [
            flat
            for flat in flats
            if key in flat and flat.get(kind) == mine.get(kind) and flat.get(top) == mine.get(top)
        ]
        if len({json.dumps(flat[key]) for flat in peers}) > 1:
            yield f"{key}={value}"


def _flat(node: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict) and node:
        for name, one in node.items():
            yield from _flat(one, f"{prefix}.{name}" if prefix else str(name))
    else:
        yield prefix, node


def _option(group: str, kind: str) -> str:
    for option, schema in SCHEMAS.get(group, {}).items():
        if schema.__name__ == kind:
            return option
    return kind
