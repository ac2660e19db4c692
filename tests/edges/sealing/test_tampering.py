"""Whatever is done to sealed facts behind the program's back is found, and what it was done to is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edges.sealing.chained import ANNA, AWAY, BEN, HOME, NATION, Chained, made, open_chained
from yidi.edges.exchange.identity import make_key
from yidi.edges.sealing.digests import fact_digest, head_after
from yidi.edges.sealing.findings import Finding
from yidi.edges.sealing.proving import PAGE
from yidi.edges.sealing.records import ChainLink
from yidi.processes.settlement.records import AccumulatorEntry, Settlement

_OF_ANNA = (
    "SELECT jurisdiction, chain, number, kind, fact, digest, head, linked_at FROM chain_link"
    " WHERE kind = 'settlement' AND fact <> '[\"9\"]' ORDER BY number"
)


def named(findings: list[Finding]) -> set[tuple[str, str, str]]:
    return {(finding.what, finding.kind, finding.fact) for finding in findings}


async def links_of_anna(chained: Chained) -> list[ChainLink]:
    return [ChainLink._make(row) for row in await chained.engine.fetch(_OF_ANNA)]


async def test_untouched_facts_prove_whole(chained: Chained) -> None:
    assert await chained.findings() == []


@pytest.mark.parametrize(
    ("table", "where", "change", "fact"),
    [
        ("settlement", "settlement_id = '2'", "fund_fen = 701", '["2"]'),
        ("settlement", "settlement_id = '2'", "explanation = explanation || '.'", '["2"]'),
        ("settlement_answered", "settlement_id = '3'", "person_fen = 1", '["3"]'),
        ("returned", "settlement_id = '1'", "insured = '140000'", '["c1",""]'),
        ("clearing_line", "scheme = '390'", "fund_fen = 1", f'["2026-10",1,"{AWAY}","{HOME}","390",""]'),
        ("clearing_signature", "month = '2026-10'", "signed_by = 'me'", f'["2026-10","{HOME}",""]'),
    ],
)
async def test_a_changed_fact_is_named(
    chained: Chained, table: str, where: str, change: str, fact: str
) -> None:
    await chained.tamper(table, f"UPDATE {table} SET {change} WHERE {where}")
    assert named(await chained.findings()) == {("changed", table, fact)}


async def test_a_changed_counter_of_a_person_is_named(chained: Chained) -> None:
    entry = made(AccumulatorEntry, jurisdiction=HOME, settlement_id="1", person_no=ANNA, counter="pool.paid")
    await chained.write(entry)
    await chained.tamper("accumulator_entry", "UPDATE accumulator_entry SET amount = amount - 1")
    assert named(await chained.findings()) == {("changed", "accumulator_entry", '["1","pool.paid"]')}


async def test_an_altered_ciphertext_is_named(chained: Chained) -> None:
    put = "UPDATE settlement_answered SET statement = 'enc:1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'"
    await chained.tamper("settlement_answered", f"{put} WHERE settlement_id = '3'")
    assert named(await chained.findings()) == {("unreadable", "settlement_answered", '["3"]')}


async def test_a_statement_moved_to_another_settlement_is_named(chained: Chained) -> None:
    other = "(SELECT t.statement FROM settlement_answered t WHERE t.settlement_id = '9')"
    await chained.write(
        made(Settlement, jurisdiction=HOME, settlement_id="x", person_no=ANNA),
    )
    await chained.tamper(
        "settlement_answered",
        f"UPDATE settlement_answered SET statement = {other}, total_fen = 2 WHERE settlement_id = '3'",
    )
    assert named(await chained.findings()) == {("changed", "settlement_answered", '["3"]')}


async def test_a_removed_fact_is_named(chained: Chained) -> None:
    await chained.tamper("settlement", "DELETE FROM settlement WHERE settlement_id = '2'")
    assert named(await chained.findings()) == {("removed", "settlement", '["2"]')}


async def test_the_newest_fact_removed_with_its_link_is_named_by_its_seal(chained: Chained) -> None:
    await chained.tamper("settlement", "DELETE FROM settlement WHERE settlement_id = '3'")
    await chained.tamper(
        "chain_link", "DELETE FROM chain_link WHERE kind = 'settlement' AND fact = '[\"3\"]'"
    )
    assert named(await chained.findings()) == {("removed", "settlement", '["3"]')}


async def test_a_middle_fact_removed_with_its_link_leaves_a_gap_with_its_neighbours(chained: Chained) -> None:
    await chained.book("4", ANNA)
    await chained.tamper("settlement", "DELETE FROM settlement WHERE settlement_id = '3'")
    await chained.tamper(
        "chain_link", "DELETE FROM chain_link WHERE kind = 'settlement' AND fact = '[\"3\"]'"
    )
    findings = await chained.findings()
    gap = next(finding for finding in findings if finding.kind == "chain_link")
    assert (gap.what, gap.fact) == ("removed", "3-3")
    assert '["2"]' in gap.place
    assert '["4"]' in gap.place
    assert ("removed", "settlement", '["3"]') in named(findings)


async def test_two_facts_that_changed_places_are_both_named(chained: Chained) -> None:
    await chained.tamper(
        "settlement",
        "UPDATE settlement SET settlement_id = 'aside' WHERE settlement_id = '1'",
        "UPDATE settlement SET settlement_id = '1' WHERE settlement_id = '2'",
        "UPDATE settlement SET settlement_id = '2' WHERE settlement_id = 'aside'",
    )
    assert named(await chained.findings()) == {
        ("changed", "settlement", '["1"]'),
        ("changed", "settlement", '["2"]'),
    }


async def test_two_links_that_changed_places_are_both_named(chained: Chained) -> None:
    place = "kind = 'settlement' AND fact ="
    await chained.tamper(
        "chain_link",
        f"UPDATE chain_link SET number = 100 WHERE {place} '[\"1\"]'",
        f"UPDATE chain_link SET number = 1 WHERE {place} '[\"2\"]'",
        f"UPDATE chain_link SET number = 2 WHERE {place} '[\"1\"]'",
    )
    findings = named(await chained.findings())
    assert {("reordered", "settlement", '["1"]'), ("reordered", "settlement", '["2"]')} <= findings


async def test_a_fact_added_behind_the_chain_is_named(chained: Chained) -> None:
    chained.engine.chaining = type(chained.engine.chaining).__new__(Unlinked)
    await chained.write(made(Settlement, jurisdiction=HOME, settlement_id='5"', person_no=ANNA))
    assert named(await chained.findings()) == {("added", "settlement", '["5\\""]')}


async def test_a_second_link_of_an_honest_fact_does_not_make_up_for_a_false_one(chained: Chained) -> None:
    """The formula of heads is no secret: a link in a chain of its own agrees with itself, without any key."""
    chained.engine.chaining = type(chained.engine.chaining).__new__(Unlinked)
    await chained.write(made(Settlement, jurisdiction=HOME, settlement_id="false", person_no=ANNA))
    honest = (await links_of_anna(chained))[0]
    second = honest._replace(chain="zzz", number=1)
    await chained.tamper("chain_link")
    await chained.write(second._replace(head=head_after("", second)))
    assert named(await chained.findings()) == {
        ("added", "settlement", '["1"]'),
        ("added", "settlement", '["false"]'),
    }


async def test_a_fact_put_beside_a_linked_one_under_the_same_key_is_named(chained: Chained) -> None:
    """Another person's counter under a settlement's number, and one more of the nation's copies."""
    entry = made(AccumulatorEntry, jurisdiction=HOME, settlement_id="1", person_no=ANNA, counter="pool.paid")
    await chained.write(entry)
    chained.engine.chaining = type(chained.engine.chaining).__new__(Unlinked)
    for person_no in (BEN, "person-0"):
        await chained.write(entry._replace(person_no=person_no, amount=-70_000))
    await chained.tamper("returned", "INSERT INTO returned SELECT * FROM returned WHERE settlement_id = '1'")
    assert named(await chained.findings()) == {
        ("added", "accumulator_entry", '["1","pool.paid"]'),
        ("added", "returned", '["c1",""]'),
    }


class Unlinked:
    """Links nothing, as a hand on the database."""

    async def linked(self, engine: object, records: object) -> object:
        return records


async def test_a_chain_rewritten_without_the_key_is_found_by_its_seals(chained: Chained) -> None:
    """Who changes a fact and recomputes every link after it still cannot sign the new head."""
    await chained.tamper("settlement", "UPDATE settlement SET fund_fen = 1 WHERE settlement_id = '2'")
    row = await chained.engine.fetch("SELECT * FROM settlement WHERE settlement_id = '2'")
    digest = fact_digest("settlement", row[0])
    first, second, third = await links_of_anna(chained)
    second = second._replace(digest=digest)
    second = second._replace(head=head_after(first.head, second))
    third = third._replace(head=head_after(second.head, third))
    changes = [
        f"UPDATE chain_link SET digest = '{link.digest}', head = '{link.head}'"
        f" WHERE chain = '{link.chain}' AND number = {link.number}"
        for link in (second, third)
    ]
    await chained.tamper("chain_link", *changes)
    assert named(await chained.findings()) == {
        ("rewritten", "settlement", '["2"]'),
        ("rewritten", "settlement", '["3"]'),
    }


async def test_a_middle_seal_removed_is_found(chained: Chained) -> None:
    await chained.tamper("chain_seal", f"DELETE FROM chain_seal WHERE number = 1 AND jurisdiction = '{HOME}'")
    findings = await chained.findings(witnesses=())
    assert ("seal_removed", "chain_seal", "1") in named(findings)


async def test_the_newest_seal_removed_is_found_by_what_the_key_folder_remembers(chained: Chained) -> None:
    place = f"jurisdiction = '{HOME}'"
    await chained.tamper("chain_seal", f"DELETE FROM chain_seal WHERE number = 2 AND {place}")
    await chained.tamper("sealed_head", f"DELETE FROM sealed_head WHERE seal = 2 AND {place}")
    assert named(await chained.findings()) == {("seal_removed", "chain_seal", "2")}


@pytest.mark.parametrize("change", ["sealed_at = '2020'", "heads = 7", "signature = '00'", "previous = ''"])
async def test_a_seal_that_was_altered_does_not_hold(chained: Chained, change: str) -> None:
    where = f"number = 2 AND jurisdiction = '{NATION}'"
    await chained.tamper("chain_seal", f"UPDATE chain_seal SET {change} WHERE {where}")
    assert ("seal_forged", "chain_seal", "2") in named(await chained.findings())


async def test_a_seal_of_another_key_does_not_hold(chained: Chained) -> None:
    stranger = make_key("ed25519")
    await chained.tamper("chain_seal", f"UPDATE chain_seal SET key_name = '{stranger.id}' WHERE number = 1")
    assert ("seal_forged", "chain_seal", "1") in named(await chained.findings())


async def test_what_lies_before_since_is_not_looked_at(chained: Chained) -> None:
    await chained.tamper("settlement", "UPDATE settlement SET fund_fen = 1 WHERE settlement_id = '1'")
    (instant,) = (await chained.engine.fetch("SELECT linked_at FROM chain_link WHERE fact = '[\"3\"]'"))[0]
    assert await chained.findings(since=instant, witnesses=()) == []
    assert named(await chained.findings(since="2026-01-01", witnesses=())) == {
        ("changed", "settlement", '["1"]')
    }


async def test_a_byte_that_is_no_text_any_more_hides_nothing_on_sqlite(tmp_path: Path) -> None:
    """SQLite takes any byte; the proof names what bears it, and goes on to what was done elsewhere."""
    async with open_chained(f"sqlite:{tmp_path / 'facts.sqlite'}", tmp_path / "keys") as chained:
        for number in "123":
            await chained.book(number, ANNA)
        await chained.seal()
        lost = "CAST(X'C3FF' AS TEXT)"
        await chained.tamper(
            "settlement",
            f"UPDATE settlement SET care = {lost} WHERE settlement_id = '1'",
            f"UPDATE settlement SET settlement_id = {lost} WHERE settlement_id = '2'",
            "UPDATE settlement SET fund_fen = 1 WHERE settlement_id = '3'",
        )
        await chained.tamper(
            "chain_link", f"UPDATE chain_link SET fact = {lost} WHERE kind = 'returned' AND fact LIKE '%c1%'"
        )
        found = named(await chained.findings())
        assert {
            ("changed", "settlement", '["1"]'),
            ("removed", "settlement", '["2"]'),
            ("added", "settlement", '["\U0010ffc3\U0010ffff"]'),
            ("changed", "settlement", '["3"]'),
            ("reordered", "returned", "\U0010ffc3\U0010ffff"),
        } <= found


async def test_a_chain_whose_name_is_no_text_any_more_is_walked_to_its_end(tmp_path: Path) -> None:
    """More links than a page holds, so that the walk must find its place again behind such a name."""
    async with open_chained(f"sqlite:{tmp_path / 'facts.sqlite'}", tmp_path / "keys") as chained:
        lines = [
            made(AccumulatorEntry, jurisdiction=HOME, settlement_id=str(n), person_no=ANNA, counter="pool")
            for n in range(PAGE + 2)
        ]
        await chained.write(*lines)
        await chained.tamper("chain_link", "UPDATE chain_link SET chain = CAST(X'FF' AS TEXT)")
        found = named(await chained.findings())
        assert {("reordered", "accumulator_entry", f'["{n}","pool"]') for n in range(PAGE + 2)} <= found
