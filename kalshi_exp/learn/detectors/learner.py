"""One network under Lightning: minibatches, early stopping, the best weights kept in memory."""

from __future__ import annotations

import copy
import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, final

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import EarlyStopping
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

Losses = Callable[..., Tensor]
"""What is lowered, one number, from (outputs, *targets)."""

Told = Callable[[int, float], None]
"""Called with (passes done, validation loss) after each pass."""


@final
@dataclass(frozen=True)
class Course:
    """How a network is trained.

    Attributes:
        passes: over the training examples, at most.
        size: rows of a minibatch of validation.
        rate: highest learning rate.
        patience: passes without a better validation loss after which it ends.
        device: cpu, or what torch calls another one.
    """

    passes: int
    size: int
    rate: float
    patience: int
    device: str = "cpu"


@final
class Minibatches(IterableDataset[tuple[Tensor, ...]]):
    """Rows of some tensors, in an order drawn anew for each pass by a generator of its own."""

    def __init__(self, tensors: tuple[Tensor, ...], size: int, seed: int | None) -> None:
        """Say what and how.

        Args:
            tensors: of equal length.
            size: rows of a minibatch.
            seed: of the order; None: as they lie.
        """
        self._tensors, self._size = tensors, size
        self._draws = None if seed is None else torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        """Minibatches in one pass; the last one may be smaller."""
        return -(-len(self._tensors[0]) // self._size)

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        """One pass."""
        rows = len(self._tensors[0])
        order = torch.arange(rows)
        if self._draws is not None:
            order = torch.randperm(rows, generator=self._draws)
        for chosen in order.split(self._size):
            yield tuple(tensor[chosen] for tensor in self._tensors)


@final
class Rounds(IterableDataset[tuple[Tensor, ...]]):
    """Rows that are made anew every few passes, so that none is learned by heart.

    The next round's rows are made while this one's are learned, and only those two are in memory;
    each round has as many.
    """

    def __init__(
        self,
        first: tuple[Tensor, ...],
        more: Callable[[int], tuple[Tensor, ...]],
        rounds: int,
        passes: int,
        size: int,
        seed: int,
    ) -> None:
        """Say what and how.

        Args:
            first: the first round's tensors, of equal length.
            more: makes those of round 1, 2 and so on, in another thread.
            rounds: how many.
            passes: over each round.
            size: rows of a minibatch.
            seed: of the order.
        """
        self._held, self._more, self._rounds, self._passes = first, more, rounds, passes
        self._rows, self._size, self._seed = len(first[0]), size, seed
        self._begun = 0
        self._next: Future[tuple[Tensor, ...]] | None = None

    def __len__(self) -> int:
        """Minibatches in one pass."""
        return -(-self._rows // self._size)

    def __iter__(self) -> Iterator[tuple[Tensor, ...]]:
        """The next pass."""
        begun = self._begun
        self._begun += 1
        number, passed = divmod(begun, self._passes)
        if passed == 0:
            if self._next is not None:
                self._held = ()
                self._held = self._next.result()
            self._next = self._ahead(number + 1) if number + 1 < self._rounds else None
        yield from Minibatches(self._held, self._size, self._seed + begun)

    def _ahead(self, number: int) -> Future[tuple[Tensor, ...]]:
        made: Future[tuple[Tensor, ...]] = Future()

        def make() -> None:
            try:
                made.set_result(self._more(number))
            except BaseException as error:
                made.set_exception(error)

        # An executor's threads would keep an interrupted program waiting for the round.
        threading.Thread(target=make, daemon=True).start()
        return made


@final
class Learner(pl.LightningModule):
    """AdamW under one cycle of the rate; validation after each pass."""

    def __init__(
        self, network: nn.Module, losses: Losses, course: Course, steps: int, told: Told
    ) -> None:
        """Say what is learned.

        Args:
            network: changed in place.
            losses: what is lowered.
            course: how.
            steps: minibatches in all.
            told: called after each pass.
        """
        super().__init__()
        self.network = network
        self._losses, self._course, self._steps, self._told = losses, course, steps, told
        self._sum, self._rows, self._passes = 0.0, 0, 0
        self.best = float("inf")
        self.kept = copy.deepcopy(network.state_dict())

    def training_step(self, batch: tuple[Tensor, ...], index: int) -> Tensor:
        """Loss of one minibatch."""
        inputs, *targets = batch
        return self._losses(self.network(inputs), *targets)

    def validation_step(self, batch: tuple[Tensor, ...], index: int) -> None:
        """Loss of one minibatch of validation."""
        inputs, *targets = batch
        self._sum += float(self._losses(self.network(inputs), *targets)) * len(inputs)
        self._rows += len(inputs)

    def on_validation_epoch_end(self) -> None:
        """Keep the weights when they are the best so far."""
        loss = self._sum / self._rows
        self._sum, self._rows = 0.0, 0
        self._passes += 1
        self.log("validation", loss)
        if loss < self.best:
            self.best, self.kept = loss, copy.deepcopy(self.network.state_dict())
        self._told(self._passes, loss)

    def configure_optimizers(self) -> Any:
        """AdamW under one cycle."""
        rate = self._course.rate
        optimizer = torch.optim.AdamW(self.parameters(), lr=rate, weight_decay=1e-3)
        cycle = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, rate, total_steps=self._steps + 1, pct_start=0.1
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": cycle, "interval": "step"}}


def learn(
    network: nn.Module,
    losses: Losses,
    training: Minibatches | Rounds,
    validation: tuple[Tensor, ...],
    course: Course,
    told: Told,
) -> float:
    """Train a network, and leave the weights in it that did best on validation.

    Args:
        network: changed in place.
        losses: what is lowered, from (outputs, *targets).
        training: minibatches of inputs, then targets.
        validation: inputs, then targets, of other sessions.
        course: how.
        told: called after each pass.

    Returns:
        The least validation loss.

    Raises:
        KeyboardInterrupt: it was interrupted.
    """
    learner = Learner(network, losses, course, course.passes * len(training), told)
    logging.getLogger("pytorch_lightning").setLevel(logging.WARNING)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*does not have many workers.*")
        warnings.filterwarnings("ignore", ".*GPU available but not used.*")
        warnings.filterwarnings("ignore", ".*LeafSpec.*is deprecated.*")
        warnings.filterwarnings("ignore", ".*IterableDataset.*has `__len__` defined.*")
        trainer = pl.Trainer(
            accelerator="cpu" if course.device == "cpu" else "gpu",
            devices=1,
            max_epochs=course.passes,
            gradient_clip_val=1.0,
            callbacks=[EarlyStopping("validation", patience=course.patience)],
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
        )
        try:
            trainer.fit(
                learner,
                DataLoader(training, batch_size=None),
                DataLoader(Minibatches(validation, course.size, None), batch_size=None),
            )
        except SystemExit as leaving:  # what Lightning makes of an interrupt
            raise KeyboardInterrupt from leaving
    network.load_state_dict(learner.kept)
    network.eval()
    return learner.best
