"""What a decision records is put where a sort would put it, one record at a time."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from yidi.edges.storage.loading import finish_order, overlay, prepare_places
from yidi.processes.ports.deciding import Many, ManyParts


class Toy(NamedTuple):
    """A record of a list: `at` orders it, `serial` tells equals apart."""

    jurisdiction: str
    name: str
    at: str
    serial: int


class PartOfToy(NamedTuple):
    """What of a toy one view reads, in another order than the toy has it."""

    serial: int
    at: str
    jurisdiction: str
    name: str


IN_ORDER = Many("toys_in_order", Toy, ("jurisdiction", "name"), ("at",))
AS_THEY_COME = Many("toys_as_they_come", Toy, ("jurisdiction", "name"))
IN_PARTS = ManyParts("parts_of_toys", Toy, ("jurisdiction", "name"), ("at",), PartOfToy)
MOMENTS = st.lists(st.sampled_from("abcd"), max_size=12)


@given(loaded=MOMENTS, recorded=MOMENTS)
def test_records_laid_over_a_loaded_list_stand_as_if_all_had_been_sorted(
    loaded: list[str], recorded: list[str]
) -> None:
    toys = [Toy("1", "n", at, serial) for serial, at in enumerate([*loaded, *recorded])]
    before, after = toys[: len(loaded)], toys[len(loaded) :]
    key = IN_ORDER.key("1", "n")
    found: dict[tuple[str, ...], list[Toy]] = {key: list(before)}
    finish_order(IN_ORDER, (key,), found)
    for toy in after:
        overlay(IN_ORDER, key, toy, found)
    assert found[key] == sorted(toys, key=lambda toy: toy.at)


def test_a_list_without_an_order_keeps_the_order_of_writing() -> None:
    key = AS_THEY_COME.key("1", "n")
    found: dict[tuple[str, ...], list[Toy]] = {}
    prepare_places(AS_THEY_COME, [key], found)
    toys = [Toy("1", "n", at, serial) for serial, at in enumerate("cab")]
    for toy in toys:
        overlay(AS_THEY_COME, key, toy, found)
    assert found[key] == toys


def test_a_view_of_parts_takes_of_a_record_laid_over_it_its_part() -> None:
    key = IN_PARTS.key("1", "n")
    found: dict[tuple[str, ...], list[PartOfToy]] = {}
    prepare_places(IN_PARTS, [key], found)
    for at in "ba":
        overlay(IN_PARTS, key, Toy("1", "n", at, 7), found)
    assert found[key] == [PartOfToy(7, "a", "1", "n"), PartOfToy(7, "b", "1", "n")]
    assert {type(part) for part in found[key]} == {PartOfToy}
