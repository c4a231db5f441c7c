"""Final figures and the report into a Weights & Biases run, online or offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kalshi_exp.metrics import flat, leader, named_figures

if TYPE_CHECKING:
    import wandb


def flat_metrics(metrics: dict[str, Any]) -> dict[str, float | int | str]:
    """Figures under flat keys, as dashboards sort them.

    Args:
        metrics: the payload of metrics.json.

    Returns:
        `judge/<policy>/<figure>` with `/lo` and `/hi`; `judge/<policy>/versus/<baseline>` (the
        difference) and `.../verdict`; `calls/<policy>/<counter>`; `money/<figure>` of the policy
        that the headline speaks of; `headline`; and the figures that bear a name with a slash, as
        `exploit/success`. Figures that were not formed are left out, and so is what a payload of
        no judged policies lacks.
    """
    out: dict[str, float | int | str] = {**named_figures(metrics)}
    if "headline" in metrics:
        out["headline"] = metrics["headline"]
    if "policies" not in metrics:
        return out
    formed = flat(metrics)
    out |= {f"judge/{key}": value for key, value in formed.items()}
    for row in metrics["differences"]:
        key = f"judge/{row['policy']}/versus/{row['baseline']}"
        out[f"{key}/verdict"] = row["verdict"]
        if row["value"] is not None:
            out[key] = row["value"]
    for policy, calls in metrics["calls"].items():
        out |= {f"calls/{policy}/{name}": count for name, count in calls.items()}
    first = leader(metrics)
    if first is not None:
        prefix = f"{first}/"
        out |= {
            f"money/{key.removeprefix(prefix)}": value
            for key, value in formed.items()
            if key.startswith(prefix)
        }
    return out


def log_to_wandb(run: wandb.Run, metrics: dict[str, Any], report: Path | None = None) -> None:
    """Write final figures to the run's summary, and the report as a page and as an artifact.

    Args:
        run: an open run of any mode; offline and disabled runs ask nothing of the network.
        metrics: the payload of metrics.json.
        report: `report.html`; left out when None.

    Raises:
        FileNotFoundError: the report is not there.
    """
    import wandb

    if report is not None and not report.is_file():
        raise FileNotFoundError(f"there is no report at {report}; write it before logging it")
    run.summary.update(flat_metrics(metrics))
    if report is None:
        return
    run.log({"report": wandb.Html(str(report), inject=False)})
    artifact = wandb.Artifact(f"report-{run.id}", type="report")
    artifact.add_file(str(report))
    run.log_artifact(artifact)
