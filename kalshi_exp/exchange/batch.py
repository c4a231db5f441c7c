"""Many exchanges side by side: every array of `Exchange` with one more axis in front.

All have the same shapes, and so room for as much; where one runs out of it, all are grown at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed
from numba.extending import intrinsic
from numba.np import arrayobj

from kalshi_exp.exchange.exchange import Exchange, make_room, needs, spare
from kalshi_exp.market.jit import kernel

_WRITTEN_FIRST = ("events", "belief", "labels", "log")
"""Fields of which nothing is read before it is written: a fresh exchange need not clear them."""


def _mapped(function: Any, *trees: Any) -> Any:
    """The tuple whose arrays are `function` of the arrays at the same place of `trees`."""
    if isinstance(trees[0], tuple):
        return type(trees[0])(*(_mapped(function, *parts) for parts in zip(*trees, strict=True)))
    return function(*trees)


def new_batch(template: Exchange, count: int) -> Exchange:
    """So many exchanges without content: `put_blank` before the first use.

    Args:
        template: says shapes.
        count: the length of the axis in front.
    """
    return _mapped(lambda array: np.zeros((count, *array.shape), array.dtype), template)


def put_blank(batch: Exchange, template: Exchange, chosen: np.ndarray) -> None:
    """Make the chosen exchanges (bool[E]) copies of a blank one of the same shapes."""
    for to, blank in zip(_arrays(batch), _arrays(template), strict=True):
        if to is not None:
            to[chosen] = blank


def _arrays(tree: Any) -> list[np.ndarray | None]:
    out: list[np.ndarray | None] = []
    for name, part in zip(tree._fields, tree, strict=True):
        if isinstance(part, tuple):
            out += _arrays(part)
        else:
            out.append(None if name in _WRITTEN_FIRST else part)
    return out


def one_of(batch: Exchange, number: int) -> Exchange:
    """One exchange of a batch, from Python: views."""
    return _mapped(lambda array: array[number], batch)


def _view_type(batch: Any) -> Any:
    if isinstance(batch, types.NamedTuple):  # type: ignore[attr-defined]
        return types.NamedTuple(tuple(map(_view_type, batch)), batch.instance_class)  # type: ignore[attr-defined]
    return batch.copy(ndim=batch.ndim - 1)  # type: ignore[attr-defined]


@intrinsic
def view(typing: Any, batch: Any, number: Any) -> Any:
    """One exchange of a batch, within a kernel: views, whatever fields `Exchange` has."""
    if not isinstance(number, types.Integer):
        return None

    def pick(context: Any, builder: Any, tree: Any, value: Any, at: Any) -> Any:
        if isinstance(tree, types.NamedTuple):  # type: ignore[attr-defined]
            parts = [
                pick(context, builder, kind, builder.extract_value(value, place), at)
                for place, kind in enumerate(tree)
            ]
            return context.make_tuple(builder, _view_type(tree), parts)
        array = context.make_array(tree)(context, builder, value)
        row = context.make_array(_view_type(tree))(context, builder)
        shape, strides = (
            cgutils.unpack_tuple(builder, part, tree.ndim) for part in (array.shape, array.strides)
        )
        arrayobj.populate_array(
            row,
            data=cgutils.pointer_add(builder, array.data, builder.mul(at, strides[0])),
            shape=shape[1:],
            strides=strides[1:],
            itemsize=array.itemsize,
            meminfo=array.meminfo,
            parent=array.parent,
        )
        return row._getvalue()

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        at = context.cast(builder, arguments[1], number, types.intp)
        views = pick(context, builder, batch, arguments[0], at)
        return impl_ret_borrowed(context, builder, signature.return_type, views)

    return _view_type(batch)(batch, number), generate


@kernel
def short_of(batch, number):
    """What one exchange of a batch has room for and what any one event may need of it."""
    exchange = view(batch, number)
    return spare(exchange), needs(exchange)


def grown(batch: Exchange, template: Exchange, number: int) -> tuple[Exchange, Exchange]:
    """The batch and its blank, with more room of each kind that exchange `number` lacks.

    What stands in the exchanges, and in which slots, stays.
    """
    had, needed = short_of(batch, np.int64(number))
    left = [short_of(batch, np.int64(e))[0] for e in range(len(batch.clock))] + [spare(template)]
    most = [max(each[kind] for each in left) for kind in range(len(had))]
    # More than any of them has left makes all of them grow, and by the same.
    more = [np.int64(m + n if h < n else 0) for h, n, m in zip(had, needed, most, strict=True)]
    parts = [make_room(one_of(batch, e), *more) for e in range(len(batch.clock))]

    def joined(old: np.ndarray, *arrays: np.ndarray) -> np.ndarray:
        return old if arrays[0].shape == old.shape[1:] else np.stack(arrays)

    return _mapped(joined, batch, *parts), make_room(template, *more)
