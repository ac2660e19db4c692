"""Flat runs of integers that compiled code walks as the kernel walks its tuples. Needs the extra `[batch]`.

The kernel's source says `for end, rate in bands`, `for part in looks_at`, `if cost_caps`. Here numba learns
what that means where bands, parts and caps are a stretch of one flat table of 64-bit integers: a `Run` is
an address and a count, and yields integers (width 1) or pairs (width 2). Nothing is copied.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import cgutils
from numba.core.imputils import RefType, impl_ret_borrowed, iternext_impl
from numba.extending import (
    intrinsic,
    lower_builtin,
    make_attribute_wrapper,
    models,
    overload,
    register_model,
)

INTEGER = types.int64


class Run(types.SimpleIterableType):
    """A stretch of a flat table, `width` integers an item."""

    def __init__(self, width: int) -> None:
        self.width = width
        super().__init__(f"Run({width})", RunIterator(width))


class RunIterator(types.SimpleIteratorType):
    """Walks a run."""

    def __init__(self, width: int) -> None:
        self.width = width
        item = INTEGER if width == 1 else types.UniTuple(INTEGER, width)
        super().__init__(f"RunIterator({width})", item)


@register_model(Run)
class _RunModel(models.StructModel):
    def __init__(self, manager: Any, kind: Run) -> None:
        super().__init__(manager, kind, [("data", types.CPointer(INTEGER)), ("count", types.intp)])


@register_model(RunIterator)
class _IteratorModel(models.StructModel):
    def __init__(self, manager: Any, kind: RunIterator) -> None:
        members = [
            ("data", types.CPointer(INTEGER)),
            ("count", types.intp),
            ("index", types.EphemeralPointer(types.intp)),
        ]
        super().__init__(manager, kind, members)


make_attribute_wrapper(Run, "count", "count")


def _maker(width: int) -> Any:
    """Make the function that points at `count` items of a table, the first at `first`."""

    @intrinsic
    def run(typing: Any, table: Any, first: Any, count: Any) -> Any:
        kind = Run(width)

        def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            array = context.make_array(signature.args[0])(context, builder, given[0])
            made = cgutils.create_struct_proxy(kind)(context, builder)
            made.data = builder.gep(array.data, [given[1]])
            made.count = given[2]
            return impl_ret_borrowed(context, builder, kind, made._getvalue())

        return kind(table, types.intp, types.intp), code

    return run


integers = _maker(1)
pairs = _maker(2)


@overload(bool)
def _says(run: Any) -> Any:
    def holds_any(run: Any) -> Any:
        return run.count > 0

    return holds_any if isinstance(run, Run) else None


@lower_builtin("getiter", Run)
def _begin(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    (kind,), (value,) = signature.args, given
    run = cgutils.create_struct_proxy(kind)(context, builder, value=value)
    made = cgutils.create_struct_proxy(signature.return_type)(context, builder)
    made.data, made.count = run.data, run.count
    made.index = cgutils.alloca_once_value(builder, context.get_constant(types.intp, 0))
    return impl_ret_borrowed(context, builder, signature.return_type, made._getvalue())


@lower_builtin("iternext", RunIterator)
@iternext_impl(RefType.UNTRACKED)
def _next(context: Any, builder: Any, signature: Any, given: Any, result: Any) -> None:
    (kind,), (value,) = signature.args, given
    walk = cgutils.create_struct_proxy(kind)(context, builder, value=value)
    index = builder.load(walk.index)
    valid = builder.icmp_signed("<", index, walk.count)
    result.set_valid(valid)
    with builder.if_then(valid):
        width = context.get_constant(types.intp, kind.width)
        at = builder.gep(walk.data, [builder.mul(index, width)])
        cells = [
            builder.load(builder.gep(at, [context.get_constant(types.intp, number)]))
            for number in range(kind.width)
        ]
        result.yield_(cells[0] if kind.width == 1 else context.make_tuple(builder, kind.yield_type, cells))
        builder.store(builder.add(index, context.get_constant(types.intp, 1)), walk.index)
