"""Kernels whose code is optimised once, together with the kernel that Python calls.

Numba makes machine code of every kernel that another one calls, with an entry for Python, and
optimises it anew in each caller and each caller's caller: with kernels nested ten deep, half of
what compiling costs. Here a called kernel stays intermediate code until it is linked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, final

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.registry import CPUDispatcher


@final
class Kernel(CPUDispatcher):  # type: ignore[misc]
    """A function that Python calls as machine code, and other kernels as a part of theirs.

    One that calls itself can't be a part: Numba refuses to compile its caller.
    """

    def __init__(
        self,
        py_func: Callable[..., Any],
        locals: dict[str, Any] | None = None,
        targetoptions: dict[str, Any] | None = None,
        pipeline_class: type[Compiler] | None = None,
    ) -> None:
        """Take what Numba's own dispatcher takes.

        Args:
            py_func: the function.
            locals: types of its variables by name, where they are not to be inferred.
            targetoptions: Numba's options.
            pipeline_class: the compiler, when not this module's.
        """
        super().__init__(py_func, locals, targetoptions, pipeline_class or _Whole)

    @cached_property
    def _part(self) -> _PartDispatcher:
        options = {**self.targetoptions, "no_cpython_wrapper": True}
        return _PartDispatcher(self.py_func, self.locals, options, _Part)

    def get_call_template(self, args: Any, kws: Any) -> Any:
        """What Numba asks when it types a call from a kernel."""
        return self._part.get_call_template(args, kws)

    def get_overload(self, sig: Any) -> Any:
        """What Numba asks when it makes the code of a call from a kernel."""
        return self._part.get_overload(sig)


@final
class _PartDispatcher(CPUDispatcher):  # type: ignore[misc]
    """The same function as its callers see it."""

    def add_overload(self, cres: Any) -> None:
        # Not shown to the side that answers Python: there is nothing to call.
        self.overloads[tuple(cres.signature.args)] = cres


@final
class _Whole(Compiler):  # type: ignore[misc]
    def compile_extra(self, func: Callable[..., Any]) -> Any:
        result = super().compile_extra(func)
        # The parts' environments, which the messages of raised errors need, have their place in
        # memory only now.
        for environment in result._find_referenced_environments():
            result.codegen.set_env(environment.env_name, environment)
        return result


@final
class _Part(Compiler):  # type: ignore[misc]
    def compile_extra(self, func: Callable[..., Any]) -> Any:
        context = self.state.targetctx
        self.state.flags.no_compile = True
        self.state.library = library = _Unlinked(context.codegen(), func.__qualname__)
        result = super().compile_extra(func)
        # Callers find the code under the entry point, which is never called.
        context.insert_user_function(library, result.fndesc, [library])
        return result._replace(entry_point=library)


@final
class _Unlinked(JITCodeLibrary):  # type: ignore[misc]
    """Intermediate code that no engine knows: its callers optimise it and make it run."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True
