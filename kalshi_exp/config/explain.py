"""Make one sentence, with a suggestion, of what Hydra says about a mistake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, OmegaConfBaseException
from yaml import YAMLError

from kalshi_exp.config.experiment import SETS
from kalshi_exp.config.schemas import SCHEMAS
from kalshi_exp.config.suggest import did_you_mean, one_line, unknown_key

COMPOSING = (HydraException, OmegaConfBaseException, YAMLError)
"""What can be raised while a configuration is composed."""

_MESSAGES: tuple[tuple[str, str], ...] = (
    (
        r"Could not override 'experiment'",
        "an experiment is added, not overridden; write +experiment=NAME with the plus sign",
    ),
    (
        r"Could not delete (?:from config\. )?'([^']+)'",
        "there is no '{0}' to remove; ~GROUP.NAME removes a chosen option of a set",
    ),
    (
        r"Multiple values for (\w+)",
        "'{0}' is chosen twice; choose it once, or as a list where it is a set",
    ),
    (
        r"(?:Ambiguous value for argument|Sweep parameters) '([^']+)'",
        "'{0}' is a sweep; add -m for one run of each, or brackets where a set is meant",
    ),
    (r"Error parsing override '([^']+)'", "'{0}' can't be read; write it as key=value"),
)


def explain(error: Exception) -> str:
    """Say in one sentence what is wrong, where, and what was probably meant.

    Args:
        error: one of `COMPOSING`, raised while Hydra composed the tree.
    """
    if isinstance(error, YAMLError):
        return f"a configuration file is not YAML: {' '.join(str(error).split())}"
    if isinstance(error, MissingConfigException) and error.missing_cfg_file:
        return _no_option(error)
    if isinstance(error, OverrideParseException):
        return f"'{error.override}' can't be read; write it as key=value, quoted if it has blanks"
    for cause in _causes(error):
        if isinstance(cause, OmegaConfBaseException):
            return _place(error) + _bad_value(error, cause)
    for pattern, sentence in _MESSAGES:
        match = re.search(pattern, str(error))
        if match:
            return sentence.format(*match.groups())
    match = re.search(r"Could not override '([^'@]+)'", str(error))
    return _place(error) + unknown_key(match[1], ()) if match else one_line(str(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _no_option(error: MissingConfigException) -> str:
    group, _, option = str(error.missing_cfg_file).rpartition("/")
    if not group:
        return f"{_place(error)}there is no file conf/{option}.yaml"
    options: Iterable[str] = error.options or SCHEMAS.get(group) or ()
    return f"{_place(error)}{group} has no option '{option}'; {did_you_mean(option, options)}"


def _bad_value(error: Exception, cause: OmegaConfBaseException) -> str:
    full = str(cause.full_key or cause.key)
    if isinstance(cause, ConfigKeyError | ConfigAttributeError):
        schema = cause.object_type
        return unknown_key(full, [f.name for f in fields(schema)] if is_dataclass(schema) else ())
    text = one_line(cause.msg or str(cause))
    override = re.search(r"Error merging override \+*(\w+)\.(\w+)", str(error))
    if "is not a subclass" in text and override and override[1] in SETS:
        return unknown_key(f"{override[1]}.{override[2]}", ())
    choice = re.search(r"Invalid value '([^']*)', expected one of \[(.*)\]", text)
    if choice:
        text = f"there is no '{choice[1]}'; {did_you_mean(choice[1], choice[2].split(', '))}"
    return f"'{full}': {text}"


def _place(error: Exception) -> str:
    """Name the file in which Hydra found the mistake, unless it was the command line."""
    match = re.match(r"In '([^']+)'", str(error))
    return f"in {match[1]}.yaml: " if match and match[1] != "config" else ""
