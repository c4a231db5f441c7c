"""`logger=`: where curves go while a run is learning."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, final

from kalshi_exp.config.checks import refuse_base


@dataclass
class Logger:
    """Base of every logger; never used itself."""

    def __post_init__(self) -> None:
        refuse_base(self, Logger, "logger")


@final
@dataclass
class CsvLogger(Logger):
    """Plain files in the run directory."""


class WandbMode(Enum):
    """`auto` is online when an API key is present, else offline."""

    auto = "auto"
    online = "online"
    offline = "offline"
    disabled = "disabled"


@final
@dataclass
class WandbLogger(Logger):
    """Weights & Biases."""

    project: str = "kalshi_exp"
    mode: WandbMode = WandbMode.auto
    group: str | None = None


SCHEMAS: dict[str, Any] = {"csv": CsvLogger, "wandb": WandbLogger}
