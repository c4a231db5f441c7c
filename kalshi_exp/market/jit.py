"""The one way a kernel is compiled: cached on disk, keyed by every source it could depend on."""

from __future__ import annotations

import gc
import hashlib
import os
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, final

import numba
from numba.core import event

from kalshi_exp.market.linking import Kernel

_PACKAGE = Path(__file__).resolve().parents[1]
_KERNEL = re.compile(rb"@kernel|njit|market\.jit")
_IMPORT = re.compile(
    rb"^[ \t]*(?:from|import)[ \t]+(%s[\w.]*)(?:[ \t]+import[ \t]+(\([^)]*\)|[^\n]*))?"
    % _PACKAGE.name.encode(),
    re.MULTILINE,
)


def kernel_sources() -> dict[str, bytes]:
    """Text of every file that defines a kernel, and of all it imports from this package.

    A kernel freezes the constants, record types and kernels that it imports.

    Returns:
        Path relative to the package -> text, sorted by path.
    """
    texts = {path: path.read_bytes() for path in _PACKAGE.rglob("*.py")}
    pending = [path for path, text in texts.items() if _KERNEL.search(text)]
    found: set[Path] = set()
    while pending:
        path = pending.pop()
        if path in texts and path not in found:
            found.add(path)
            pending.extend(_imported(texts[path]))
    return {path.relative_to(_PACKAGE).as_posix(): texts[path] for path in sorted(found)}


def _imported(text: bytes) -> Iterator[Path]:
    for module, names in _IMPORT.findall(text):
        base = _PACKAGE.joinpath(*module.decode().split(".")[1:])
        for target in (base, *(base / name.decode() for name in re.findall(rb"\w+", names))):
            yield target.with_suffix(".py")
            yield target / "__init__.py"


def source_hash() -> str:
    """Hash of every source that a kernel could depend on.

    Numba's own key sees only the file of the outermost kernel, so a change to an imported one
    would be served as stale machine code.
    """
    digest = hashlib.sha256(numba.__version__.encode())
    for path, text in kernel_sources().items():
        digest.update(f"{path}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()[:16]


def cache_root() -> Path:
    """Folder that holds every generation of compiled kernels.

    `KALSHI_EXP_CACHE` if set, else `kalshi_exp` under `XDG_CACHE_HOME` or `~/.cache`.
    """
    chosen = os.environ.get("KALSHI_EXP_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path("~/.cache").expanduser()) / "kalshi_exp"


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def kernel_cache() -> Path | None:
    """Folder for this generation of sources; None when no folder can be written.

    Where the cache root is not writable, a folder of the user's own in the system's temporary
    folder takes its place. Numba would fall back to `__pycache__`, without our key.
    """
    generation = source_hash()
    folder = cache_root() / "kernels" / generation
    if _writable(folder):
        return folder
    user = os.getuid() if hasattr(os, "getuid") else 0
    private = Path(tempfile.gettempdir()) / f"kalshi_exp-{user}"
    # A cache is unpickled: a folder that somebody else made is not to be trusted.
    if _writable(private) and private.stat().st_uid == user and not private.is_symlink():
        folder = private / "kernels" / generation
        return folder if _writable(folder) else None
    return None


_CACHE = kernel_cache()
if _CACHE is not None:
    numba.config.CACHE_DIR = str(_CACHE)


@final
class _Uncollected(event.Listener):  # type: ignore[misc]
    """Keeps the garbage collector out of compilations: it took a tenth of their time.

    A compiler makes millions of objects that live until it is done, and a collection finds nothing.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._collecting = False

    def on_start(self, event: Any) -> None:
        if self._depth == 0:
            self._collecting = gc.isenabled()
            gc.disable()
        self._depth += 1

    def on_end(self, event: Any) -> None:
        self._depth -= 1
        if self._depth == 0 and self._collecting:
            gc.enable()


event.register("numba:compile", _Uncollected())


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a single-threaded kernel with the project's one set of options."""
    return _compiled(function)


def lean_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a kernel that allocates no array, without reference counting.

    A counted kernel takes and gives back a reference to every array of a `Pack` on each call: a
    hundred nanoseconds, several times the work of a short kernel. Its caller holds the arrays
    anyway. A function that allocates does not compile under this.
    """
    return _compiled(function, _nrt=False)


def inlined_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a lean kernel that melts into its caller.

    Passing a `Pack` and the tracks to a called function copies some two hundred words to the
    stack, at each level of calls: more than the work itself on the step's hot path.
    """
    return _compiled(function, _nrt=False, forceinline=True)


def _compiled(function: Callable[..., Any], **options: bool) -> Callable[..., Any]:
    if numba.config.DISABLE_JIT:
        return function
    common = {"nopython": True, "nogil": True, "boundscheck": None, "no_cfunc_wrapper": True}
    compiled = Kernel(function, targetoptions=common | options)
    if _CACHE is not None:
        compiled.enable_caching()
    return compiled
