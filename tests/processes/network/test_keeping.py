"""Files come back to those who sent them; own items are mapped to one national item at a time."""

from __future__ import annotations

import base64

import pytest

from tests.builders import AWAY, HOSPITAL, OTHER_HOSPITAL, designate
from tests.world import World, codes_in
from yidi.processes.network.commands import (
    FetchFile,
    FileFetched,
    FileStored,
    MapItems,
    Mapped,
    StoreFile,
    WithdrawMapping,
)
from yidi.processes.network.decide import handlers
from yidi.processes.network.records import ItemMapping, StoredFile
from yidi.processes.network.refusals import (
    FILE_BROKEN,
    FILE_TOO_LARGE,
    FILE_UNKNOWN,
    INSTITUTION_UNKNOWN,
    MAPPING_INVALID,
    MAPPING_OVERLAPS,
    MAPPING_UNKNOWN,
)
from yidi.processes.network.views import mapped_to
from yidi.processes.ports.deciding import Done, Reply

GREATEST = 1000
OWN, DRUG, OTHER_DRUG = "own-1", "XJ01CAA040A001010102699", "XJ01CAA040A001010102700"


@pytest.fixture
def world() -> World:
    """A world with one hospital, where files have at most a thousand bytes."""
    world = World(handlers(GREATEST))
    world.ask(designate())
    return world


def store(world: World, content: bytes, size_bytes: int | None = None, sender: str = HOSPITAL) -> Reply:
    """Upload a file of this content."""
    return world.ask(
        StoreFile(
            jurisdiction=AWAY,
            sender=sender,
            msgid=world.next_msgid(),
            name="a.txt",
            content=base64.b64encode(content).decode(),
            size_bytes=len(content) if size_bytes is None else size_bytes,
        )
    )


def fetch(world: World, file_no: str, sender: str = HOSPITAL) -> Reply:
    """Fetch a file."""
    return world.ask(FetchFile(jurisdiction=AWAY, sender=sender, msgid=world.next_msgid(), file_no=file_no))


def map_items(world: World, *items: Mapped, sender: str = HOSPITAL) -> Reply:
    """Map own items."""
    return world.ask(MapItems(jurisdiction=AWAY, sender=sender, msgid=world.next_msgid(), items=items))


def withdraw(world: World, item_code: str = DRUG) -> Reply:
    """Withdraw the mapping of the own item."""
    return world.ask(
        WithdrawMapping(
            jurisdiction=AWAY, sender=HOSPITAL, msgid=world.next_msgid(), own_code=OWN, item_code=item_code
        )
    )


def mapped(
    item_code: str = DRUG, start: str = "2026-01-01", end: str = "9999-12-31", own: str = OWN
) -> Mapped:
    """A mapping of the own item."""
    return Mapped(own, "阿莫西林", item_code, "101", start, end)


def test_a_file_comes_back_as_it_was_sent(world: World) -> None:
    stored = store(world, b"a" * GREATEST)
    assert isinstance(stored, FileStored)
    fetched = fetch(world, stored.file_no)
    assert isinstance(fetched, FileFetched)
    assert base64.b64decode(fetched.content) == b"a" * GREATEST


def test_a_file_is_nobody_elses(world: World) -> None:
    stored = store(world, b"mine")
    assert isinstance(stored, FileStored)
    assert codes_in(fetch(world, stored.file_no, OTHER_HOSPITAL)) == {FILE_UNKNOWN.code}
    assert codes_in(fetch(world, "r99999999")) == {FILE_UNKNOWN.code}


@pytest.mark.parametrize(("content", "size_bytes"), [(b"a" * 1001, None), (b"a", 1001), (b"a" * 2000, 1)])
def test_a_file_beyond_the_limit_is_refused_whatever_size_it_claims(
    world: World, content: bytes, size_bytes: int | None
) -> None:
    assert codes_in(store(world, content, size_bytes)) == {FILE_TOO_LARGE.code}
    assert not world.records(StoredFile)


def test_a_broken_file_is_refused(world: World) -> None:
    assert codes_in(store(world, b"")) == {FILE_BROKEN.code}
    assert codes_in(store(world, b"abc", 2)) == {FILE_BROKEN.code}
    for content in ("not base64!", "abc", "日本"):
        command = StoreFile(
            jurisdiction=AWAY,
            sender=HOSPITAL,
            msgid=world.next_msgid(),
            name="a",
            content=content,
            size_bytes=3,
        )
        assert codes_in(world.ask(command)) == {FILE_BROKEN.code}


def test_only_institutions_of_the_network_keep_files_and_mappings(world: World) -> None:
    assert codes_in(store(world, b"a", sender=OTHER_HOSPITAL)) == {INSTITUTION_UNKNOWN.code}
    assert codes_in(map_items(world, mapped(), sender=OTHER_HOSPITAL)) == {INSTITUTION_UNKNOWN.code}


def test_a_mapping_holds_on_its_days_and_the_same_again_adds_nothing(world: World) -> None:
    assert map_items(world, mapped()) == map_items(world, mapped()) == Done()
    rows = world.records(ItemMapping)
    assert len(rows) == 1
    assert mapped_to(rows, "2026-01-01") == rows[0]
    assert mapped_to(rows, "2025-12-31") is None


def test_one_own_item_is_one_national_item_at_a_time(world: World) -> None:
    assert codes_in(map_items(world, mapped(), mapped(OTHER_DRUG))) == {MAPPING_OVERLAPS.code}
    assert not world.records(ItemMapping)
    map_items(world, mapped(end="2026-02-01"), mapped(OTHER_DRUG, "2026-02-01"))
    found = [mapped_to(world.records(ItemMapping), day) for day in ("2026-01-31", "2026-02-01")]
    assert [row and row.item_code for row in found] == [DRUG, OTHER_DRUG]


def test_a_withdrawn_mapping_makes_room_for_another(world: World) -> None:
    map_items(world, mapped())
    assert withdraw(world) == Done()
    assert codes_in(withdraw(world)) == {MAPPING_UNKNOWN.code}
    assert map_items(world, mapped(OTHER_DRUG)) == Done()


@pytest.mark.parametrize(
    "item", [mapped(""), mapped(own=" "), mapped(start="2026-02-30"), mapped(end="2026-01-01")]
)
def test_a_mapping_without_codes_or_days_is_refused(world: World, item: Mapped) -> None:
    assert codes_in(map_items(world, item)) == {MAPPING_INVALID.code}
