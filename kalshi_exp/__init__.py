"""Experiments on Kalshi: agents whose simulated performance should survive in reality."""

import os

__version__ = "0.1.0"

# Before anything loads OpenMP: threads that wait by spinning made learning fifty times slower on
# a machine with other work to do, and no faster on an idle one.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
