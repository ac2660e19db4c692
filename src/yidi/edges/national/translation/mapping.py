"""Mapping of an institution's own items, and the fund settlement list of a stay."""

from __future__ import annotations

from typing import Any

import msgspec

from yidi.edges.national.amounts import end_day
from yidi.edges.national.call import Call, Output, Values, kept_value, nothing
from yidi.edges.national.translation import Translation
from yidi.processes.network.commands import MapItems, Mapped, WithdrawMapping
from yidi.processes.ports.deciding import Done
from yidi.processes.visit.commands import SubmitSettlementList


async def map_items(call: Call) -> Output:
    """Map items of the institution to national codes."""
    node, rows = call.transaction.asks[0], call.rows()
    values = Values(node, rows[0])
    items = []
    for place, row in enumerate(rows):
        given = Values(node, row, values.findings, f"{node.name}[{place}]")
        items.append(
            Mapped(
                own_code=given.text("fixmedins_hilist_id"),
                own_name=given.text("fixmedins_hilist_name"),
                item_code=given.text("med_list_codg"),
                list_type=given.text("list_type"),
                start=given.day("begndate"),
                end=end_day(given.day("enddate") or "9999-12-31"),
            )
        )
    return await call.tell(values, call.command(MapItems, items=tuple(items)), Done, nothing)


async def withdraw_mapping(call: Call) -> Output:
    """Withdraw one mapping."""
    values = call.values()
    command = call.command(
        WithdrawMapping,
        own_code=values.text("fixmedins_hilist_id"),
        item_code=values.text("med_list_codg"),
        list_type=values.text("list_type"),
    )
    return await call.tell(values, command, Done, nothing)


async def submit_list(call: Call) -> Output:
    """Keep the fund settlement list of a settled visit as it was sent."""
    values, node = call.values(), call.transaction.answer()
    content: dict[str, Any] = {}
    for place, part in enumerate(call.transaction.asks):
        rows = call.rows(place) if part.many else [values.row]
        kept = [
            {field.name: kept_value(getattr(row, field.attribute)) for field in part.fields} for row in rows
        ]
        content[part.name] = kept if part.many else kept[0]
    command = call.command(
        SubmitSettlementList,
        visit_id=values.text("mdtrt_id"),
        settlement_id=values.text("setl_id"),
        person_no=values.text("psn_no"),
        content=msgspec.json.encode(content).decode(),
    )
    return await call.tell(
        values, command, Done, lambda done: {"data": node.row({"setl_list_id": done.reference})}
    )


TRANSLATIONS: dict[str, Translation] = {"3301": map_items, "3302": withdraw_mapping, "4101": submit_list}
