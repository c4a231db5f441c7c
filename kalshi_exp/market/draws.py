"""Counter-based randomness: a draw is a pure function of what it is for.

Nothing is consumed, so the draw does not depend on the batch it is made in, and two fill models
meet the same luck. Mixing: splitmix64 (Steele, Lea, Flood 2014), one round for each key.
"""

from __future__ import annotations

import numpy as np

from kalshi_exp.market.jit import kernel

# What a draw is for. The fourth key is the decision's number, but that of the order for
# CHECK_HAZARD, and for CHECK_QUEUE and CHECK_PICK_OFF that of the message within its market.
CHECK_FILL = 0  # plus the slot number
CHECK_LATENCY = 100  # plus the side
CHECK_ACTION = 300
CHECK_START = 400
CHECK_DECIDE = 500
CHECK_PROBE = 600
CHECK_HAZARD = 700
CHECK_QUEUE = 800
CHECK_PICK_OFF = 900

_GAMMA = np.uint64(0x9E3779B97F4A7C15)
_MULTIPLY_1 = np.uint64(0xBF58476D1CE4E5B9)
_MULTIPLY_2 = np.uint64(0x94D049BB133111EB)
_S11, _S27, _S30 = np.uint64(11), np.uint64(27), np.uint64(30)
_S31, _S32 = np.uint64(31), np.uint64(32)


@kernel
def _absorb(state: np.uint64, key: np.int64) -> np.uint64:
    # A different pre-add in each round keeps (a, b) and (b, a) apart.
    z = (state ^ np.uint64(key)) + _GAMMA
    z = (z ^ (z >> _S30)) * _MULTIPLY_1
    z = (z ^ (z >> _S27)) * _MULTIPLY_2
    return z ^ (z >> _S31)


@kernel
def mix(seed: int, session_key: int, market: int, decision: int, check: int) -> np.uint64:
    """uint64 keyed by five int64: seed, session key, market ordinal, decision, purpose."""
    return _absorb(decision_key(seed, session_key, market, decision), np.int64(check))


@kernel
def decision_key(seed: int, session_key: int, market: int, decision: int) -> np.uint64:
    """What the draws of one decision have in common, uint64; see `uniform_of`."""
    state = _absorb(np.uint64(0), np.int64(seed))
    state = _absorb(state, np.int64(session_key))
    state = _absorb(state, np.int64(market))
    return _absorb(state, np.int64(decision))


@kernel
def uniform_of(key: np.uint64, check: int) -> float:
    """The draw of `uniform` for one purpose, given its decision's `decision_key`."""
    return np.float64(_absorb(key, np.int64(check)) >> _S11) * (2.0**-53)


@kernel
def uniform(seed: int, session_key: int, market: int, decision: int, check: int) -> float:
    """float64 in [0, 1), a multiple of 2**-53, keyed as `mix`."""
    return uniform_of(decision_key(seed, session_key, market, decision), check)


@kernel
def integer(
    seed: int, session_key: int, market: int, decision: int, check: int, n: int
) -> np.int64:
    """int64 in [0, n) for 1 <= n <= 2**31, keyed as `mix`; bias below n / 2**32."""
    high = mix(seed, session_key, market, decision, check) >> _S32
    return np.int64((high * np.uint64(n)) >> _S32)
