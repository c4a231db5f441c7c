from __future__ import annotations

from hypothesis import settings

# The first example of a property pays for its kernels' compilation.
settings.register_profile("kernels", deadline=None)
settings.load_profile("kernels")
