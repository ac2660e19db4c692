"""Files an institution keeps with the care place, and the mapping of its own items to national ones."""

from __future__ import annotations

import binascii
from collections.abc import Callable, Iterable, Iterator

from yidi.domain.dates import Span, is_day
from yidi.domain.refusal import Refusal
from yidi.processes.network.commands import (
    FetchFile,
    FileFetched,
    FileStored,
    MapItems,
    Mapped,
    StoreFile,
    WithdrawMapping,
)
from yidi.processes.network.presence import needs_of_sender
from yidi.processes.network.records import (
    INSTITUTION,
    MAPPING,
    STORED_FILE,
    Institution,
    ItemMapping,
    StoredFile,
)
from yidi.processes.network.refusals import (
    FILE_BROKEN,
    FILE_TOO_LARGE,
    FILE_UNKNOWN,
    MAPPING_INVALID,
    MAPPING_OVERLAPS,
    MAPPING_UNKNOWN,
)
from yidi.processes.network.views import MAPPED, UNMAPPED, latest_mappings, may_act
from yidi.processes.ports.deciding import Decision, Done, Facts, Key, Moment, accepted, refused

GREATEST_FILE_BYTES = 8 * 1024 * 1024
"""No national figure is known; ours keeps a file well below the greatest body an edge takes."""


def store_file(greatest_bytes: int) -> Callable[[StoreFile, Facts, Moment], Decision]:
    """Make the decision with the greatest size of a file, in bytes."""

    def decide(command: StoreFile, facts: Facts, moment: Moment) -> Decision:
        place, sender = command.jurisdiction, command.sender
        found = may_act(facts.many(INSTITUTION, place, sender), sender, moment.today.isoformat())
        if not isinstance(found, Institution):
            return refused(command, *found)
        size = max(command.size_bytes, _least_size(command.content))
        if size > greatest_bytes:
            return refused(command, FILE_TOO_LARGE.because("content", size=size, greatest=greatest_bytes))
        if not _holds(command):
            texts = {"name": command.name, "size": command.size_bytes}
            return refused(command, FILE_BROKEN.because("content", **texts))
        row = StoredFile(
            place,
            moment.reference,
            sender,
            command.name,
            command.content,
            command.size_bytes,
            moment.instant,
        )
        return accepted(command, FileStored(file_no=row.file_no, name=row.name), row)

    return decide


def needs_of_file(command: FetchFile, facts: Facts) -> Iterable[Key]:
    """Need the file."""
    yield STORED_FILE.key(command.jurisdiction, command.file_no)


def fetch_file(command: FetchFile, facts: Facts, moment: Moment) -> Decision:
    """Give an institution its own file back; to others it does not exist."""
    row = facts.one(STORED_FILE, command.jurisdiction, command.file_no)
    if row is None or row.institution_code != command.sender:
        return refused(command, FILE_UNKNOWN.because("file_no", file_no=command.file_no))
    return accepted(command, FileFetched(file_no=row.file_no, name=row.name, content=row.content))


def needs_of_mappings(command: MapItems, facts: Facts) -> Iterable[Key]:
    """Need the institution and the mappings of each own item."""
    yield from needs_of_sender(command, facts)
    for code in dict.fromkeys(item.own_code for item in command.items):
        yield MAPPING.key(command.jurisdiction, command.sender, code)


def map_items(command: MapItems, facts: Facts, moment: Moment) -> Decision:
    """Keep each mapping's next version; one own item is one national item at a time."""
    place, sender = command.jurisdiction, command.sender
    found = may_act(facts.many(INSTITUTION, place, sender), sender, moment.today.isoformat())
    if not isinstance(found, Institution):
        return refused(command, *found)
    findings: list[Refusal] = []
    added: list[ItemMapping] = []
    held = {
        code: {row.item_code: row for row in latest_mappings(facts.many(MAPPING, place, sender, code))}
        for code in dict.fromkeys(item.own_code for item in command.items)
    }
    for item in command.items:
        own = held[item.own_code]
        findings.extend(_invalid(item, own.values()))
        row = _next(place, sender, item, own.get(item.item_code), moment)
        if row is not None:
            own[item.item_code] = row
            added.append(row)
    if findings:
        return refused(command, *findings)
    last = {(row.own_code, row.item_code): row for row in added}
    return accepted(command, Done(), *last.values())


def needs_of_mapping(command: WithdrawMapping, facts: Facts) -> Iterable[Key]:
    """Need the mappings of the own item."""
    yield MAPPING.key(command.jurisdiction, command.sender, command.own_code)


def withdraw_mapping(command: WithdrawMapping, facts: Facts, moment: Moment) -> Decision:
    """Withdraw one mapping in force."""
    rows = latest_mappings(facts.many(MAPPING, command.jurisdiction, command.sender, command.own_code))
    held = next((row for row in rows if row.item_code == command.item_code and row.state == MAPPED), None)
    if held is None:
        texts = {"own_code": command.own_code, "item_code": command.item_code}
        return refused(command, MAPPING_UNKNOWN.because("own_code", **texts))
    row = held._replace(version=held.version + 1, state=UNMAPPED, recorded_at=moment.instant)
    return accepted(command, Done(), row)


def _least_size(content: str) -> int:
    """Count the bytes that so much base64 stands for at least, without decoding it."""
    return max(0, len(content) * 3 // 4 - 2)


def _holds(command: StoreFile) -> bool:
    try:
        size = len(binascii.a2b_base64(command.content, strict_mode=True))
    except (binascii.Error, ValueError):
        return False
    return size == command.size_bytes > 0


def _invalid(item: Mapped, held: Iterable[ItemMapping]) -> Iterator[Refusal]:
    span = Span(item.start, item.end)
    codes = item.own_code.strip() and item.item_code.strip()
    if not codes or not is_day(item.start) or not is_day(item.end) or item.start >= item.end:
        yield MAPPING_INVALID.because("items", own_code=item.own_code, start=item.start, end=item.end)
    for row in held:
        another = row.item_code != item.item_code and row.state == MAPPED
        if another and span.meets(Span(row.start, row.end)):
            texts = {"own_code": item.own_code, "item_code": item.item_code, "held": row.item_code}
            yield MAPPING_OVERLAPS.because("items", **texts)


def _next(
    place: str, sender: str, item: Mapped, held: ItemMapping | None, moment: Moment
) -> ItemMapping | None:
    row = ItemMapping(
        place,
        sender,
        item.own_code,
        item.item_code,
        1 if held is None else held.version + 1,
        item.own_name,
        item.list_type,
        MAPPED,
        item.start,
        item.end,
        moment.instant,
    )
    same = held is not None and held._replace(version=row.version, recorded_at=row.recorded_at) == row
    return None if same else row
