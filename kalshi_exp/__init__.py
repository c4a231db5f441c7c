"""Reinforcement-learning experiments on Kalshi whose simulated performance should survive in reality."""

__version__ = "0.1.0"
