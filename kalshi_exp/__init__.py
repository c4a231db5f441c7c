"""Experiments on Kalshi: agents whose simulated performance should survive in reality."""

__version__ = "0.1.0"
