"""Settings of the environment's tests."""

from __future__ import annotations

import torch

# A thread pool for tensors of a few hundred numbers costs more than the numbers.
torch.set_num_threads(1)
