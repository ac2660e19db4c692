"""Flat runs of integers that compiled code walks as the kernel walks its tuples. Needs the extra `[batch]`.

The kernel's source says `for end, rate in bands`, `for part in looks_at`, `if cost_caps`. Here numba learns
what that means where bands, parts and caps are a stretch of one flat table of 64-bit integers: a `Run` is
an address and a count, and yields integers (width 1) or pairs (width 2). Nothing is copied, and nothing is
counted: an array handed from function to function costs numba two locked additions each time, which was
four fifths of a visit, so the walk works on bare addresses (`address`, `beyond`) its caller keeps alive.
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
    overload_method,
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


@intrinsic
def address(typing: Any, array: Any) -> Any:
    """Return where an array's items lie; flags must come as bytes."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return context.make_array(signature.args[0])(context, builder, given[0]).data

    return types.CPointer(array.dtype)(array), code


@intrinsic
def beyond(typing: Any, place: Any, items: Any) -> Any:
    """Return the address so many items further."""

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        return builder.gep(given[0], [given[1]])

    return place(place, types.intp), code


def _maker(width: int) -> Any:
    """Make the function that says: so many items from here on."""

    @intrinsic
    def run(typing: Any, place: Any, count: Any) -> Any:
        kind = Run(width)

        def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
            made = cgutils.create_struct_proxy(kind)(context, builder)
            made.data, made.count = given
            return impl_ret_borrowed(context, builder, kind, made._getvalue())

        return kind(place, types.intp), code

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


(
    L_PLACES,
    L_PLACES_N,
    L_STANDARD,
    L_DEDUCTIBLE_SLOT,
    L_GROSS,
    L_AXIS,
    L_BANDS,
    L_BANDS_N,
    L_COST,
    L_COST_N,
    L_PAY,
    L_PAY_N,
    L_CASCADES,
    L_FUND,
    L_MORE,
    L_ONLY,
) = range(16)
"""The columns of a layer in its table; where a run begins is counted in the table of cells."""
LAYER_WIDTH = 16
_ROW = (L_PLACES, L_STANDARD, L_DEDUCTIBLE_SLOT, L_GROSS, L_AXIS, L_BANDS, L_COST, L_PAY, L_CASCADES)
_WIDTHS = {L_PLACES: 1, L_BANDS: 2, L_COST: 2, L_PAY: 2}
_ROW_TYPE = types.Tuple([Run(_WIDTHS[at]) if at in _WIDTHS else INTEGER for at in _ROW])
_PAY_TYPE = types.Tuple([_ROW_TYPE, INTEGER, INTEGER, INTEGER])


class Layers(types.SimpleIterableType):
    """The layers of a plan, as the kernel's `pay` walks them."""

    def __init__(self) -> None:
        super().__init__("Layers", LayersIterator())


class LayersIterator(types.SimpleIteratorType):
    """Walks the layers of a plan."""

    def __init__(self) -> None:
        super().__init__("LayersIterator", _PAY_TYPE)


_ADDRESSES = [("rows", types.CPointer(INTEGER)), ("cells", types.CPointer(INTEGER)), ("count", types.intp)]


@register_model(Layers)
class _LayersModel(models.StructModel):
    def __init__(self, manager: Any, kind: Layers) -> None:
        super().__init__(manager, kind, _ADDRESSES)


@register_model(LayersIterator)
class _LayersIteratorModel(models.StructModel):
    def __init__(self, manager: Any, kind: LayersIterator) -> None:
        super().__init__(manager, kind, [*_ADDRESSES, ("index", types.EphemeralPointer(types.intp))])


@intrinsic
def layers(typing: Any, rows: Any, cells: Any, count: Any) -> Any:
    """Say: so many layers from here on, their runs in these cells."""
    kind = Layers()

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        made = cgutils.create_struct_proxy(kind)(context, builder)
        made.rows, made.cells, made.count = given
        return impl_ret_borrowed(context, builder, kind, made._getvalue())

    return kind(rows, cells, types.intp), code


@lower_builtin("getiter", Layers)
def _begin_layers(context: Any, builder: Any, signature: Any, given: Any) -> Any:
    (kind,), (value,) = signature.args, given
    all_of = cgutils.create_struct_proxy(kind)(context, builder, value=value)
    made = cgutils.create_struct_proxy(signature.return_type)(context, builder)
    made.rows, made.cells, made.count = all_of.rows, all_of.cells, all_of.count
    made.index = cgutils.alloca_once_value(builder, context.get_constant(types.intp, 0))
    return impl_ret_borrowed(context, builder, signature.return_type, made._getvalue())


@lower_builtin("iternext", LayersIterator)
@iternext_impl(RefType.UNTRACKED)
def _next_layer(context: Any, builder: Any, signature: Any, given: Any, result: Any) -> None:
    (kind,), (value,) = signature.args, given
    walk = cgutils.create_struct_proxy(kind)(context, builder, value=value)
    index = builder.load(walk.index)
    valid = builder.icmp_signed("<", index, walk.count)
    result.set_valid(valid)
    with builder.if_then(valid):
        row = builder.gep(walk.rows, [builder.mul(index, context.get_constant(types.intp, LAYER_WIDTH))])

        def cell(at: int) -> Any:
            return builder.load(builder.gep(row, [context.get_constant(types.intp, at)]))

        def item(at: int) -> Any:
            if at not in _WIDTHS:
                return cell(at)
            made = cgutils.create_struct_proxy(Run(_WIDTHS[at]))(context, builder)
            made.data, made.count = builder.gep(walk.cells, [cell(at)]), cell(at + 1)
            return made._getvalue()

        plain = context.make_tuple(builder, _ROW_TYPE, [item(at) for at in _ROW])
        result.yield_(
            context.make_tuple(builder, _PAY_TYPE, [plain, cell(L_FUND), cell(L_MORE), cell(L_ONLY)])
        )
        builder.store(builder.add(index, context.get_constant(types.intp, 1)), walk.index)


class Book(types.Type):
    """What the kernel appends to: pairs of payer and amount are added up, other things are let go."""

    def __init__(self) -> None:
        super().__init__("Book")


@register_model(Book)
class _BookModel(models.StructModel):
    def __init__(self, manager: Any, kind: Book) -> None:
        super().__init__(manager, kind, [("paid", types.CPointer(INTEGER))])


make_attribute_wrapper(Book, "paid", "paid")


@intrinsic
def book(typing: Any, paid: Any) -> Any:
    """Say: the amounts of a visit stand here, one a payer."""
    kind = Book()

    def code(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        made = cgutils.create_struct_proxy(kind)(context, builder)
        (made.paid,) = given
        return impl_ret_borrowed(context, builder, kind, made._getvalue())

    return kind(paid), code


@overload_method(Book, "append", jit_options={"forceinline": True})
def _append(made: Any, item: Any) -> Any:
    def add(made: Any, item: Any) -> None:
        made.paid[item[0]] += item[1]

    def let_go(made: Any, item: Any) -> None:
        return None

    return add if isinstance(item, types.UniTuple) and item.count == len(("payer", "amount")) else let_go
