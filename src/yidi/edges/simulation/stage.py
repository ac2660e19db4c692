"""The stage of every run: a nation and three provinces, a hospital each, a few persons who share caps.

Built once a process, by ordinary commands on quiet nodes; every run starts on copies of its databases.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import NamedTuple

import structlog

from yidi.domain.catalogue.catalogue import Catalogue, build_catalogue
from yidi.domain.catalogue.item import ExpenseClass, Item, ItemClass
from yidi.domain.codes.item import ItemKind
from yidi.domain.codes.resident_id import check_mark
from yidi.domain.policy.policy import Policies
from yidi.edges.exchange.identity import ED25519, make_key
from yidi.edges.journal import Codec
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import read_divisions
from yidi.edges.packs.policy import read_policies
from yidi.edges.simulation.disk import Medium, SimulatedDisk
from yidi.edges.simulation.loop import run_virtually
from yidi.edges.simulation.network import Network
from yidi.edges.simulation.node import Node, Surroundings
from yidi.edges.simulation.plan import CROWD, NODES, PROVINCES
from yidi.edges.storage.migrate import migrate
from yidi.edges.storage.schema import gathered
from yidi.processes.enrolment.commands import EnrolPerson, NewCredential, NewRelation
from yidi.processes.network.commands import DesignateInstitution, Opening
from yidi.processes.ports.deciding import NATION, Command, Handler, Refused, Reply

SCHEME = "310"
PLAIN, COSTLY = "S0000000001", "S0000000002"
"""Items: one wholly in scope; one of which the person bears a tenth first."""
COSTLY_SELF_BP = 1_000
ACCOUNT_FEN = 30_000
SEAL_KEY = make_key(ED25519)
"""Seals every chain of every run; made anew for each process."""
BUILT_AT = datetime(2025, 12, 1, 1, 0, tzinfo=timezone.utc)
Rules = Callable[[Sequence[str], Policies, Mapping[str, Catalogue]], tuple[Handler, ...]]


class Stage(NamedTuple):
    """What every run starts from. `places` are the nation and the provinces, by node number.

    `rules` are the handlers before and after the policy change; `templates` the databases a run starts on,
    by how many nodes share the places, and by node number.
    """

    places: tuple[str, ...]
    engine: SimulatedDisk
    codec: Codec
    rules: tuple[tuple[Handler, ...], tuple[Handler, ...]]
    templates: Mapping[int, tuple[sqlite3.Connection, ...]]


def area_of(province: str) -> str:
    """Return the city where a province's persons and hospital are."""
    return f"{province[:2]}0100"


def hospital_of(province: str) -> str:
    """Return the code of a province's hospital."""
    return f"H{province[:2]}010000001"


def person_no(number: int) -> str:
    """Return a person's number."""
    return f"SIM{number:05d}"


def insured_at(number: int) -> int:
    """Return the number of the province that insures a person."""
    return 1 + number % PROVINCES


def catalogue_of(place: str) -> Catalogue:
    """Make the catalogue of a care place: two items."""
    made, faults = build_catalogue(
        place,
        (
            Item(PLAIN, "模拟诊察", ItemKind.SERVICE, ItemClass.A, ExpenseClass.CONSULTATION),
            Item(
                COSTLY,
                "模拟检查",
                ItemKind.SERVICE,
                ItemClass.B,
                ExpenseClass.EXAMINATION,
                first_self_bp=COSTLY_SELF_BP,
            ),
        ),
    )
    assert not faults, faults
    return made


@contextmanager
def unlogged() -> Iterator[None]:
    """Keep the journals' events to themselves: in a run that is all faults they say nothing."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**before)


def built(rules: Rules) -> Stage:
    """Build the stage. Raises RuntimeError when a command of it is refused."""
    packs = packs_folder()
    provinces = [row.code for row in read_divisions(packs).provinces() if row.insuring][:PROVINCES]
    places = (NATION, *provinces)
    catalogues = {place: catalogue_of(place) for place in provinces}
    first, later = (
        rules(places, read_policies(packs / "simulation" / name), catalogues) for name in ("first", "later")
    )
    engine, codec = SimulatedDisk(gathered()), Codec()
    with unlogged():
        templates = {nodes: run_virtually(_prepared(nodes, places, engine, codec, first)) for nodes in NODES}
    return Stage(places, engine, codec, (first, later), templates)


def places_of(number: int, nodes: int, places: Sequence[str]) -> tuple[str, ...]:
    """Return the places that a node serves, when so many nodes share them."""
    return tuple(places[number::nodes])


async def _prepared(
    shared_by: int, places: Sequence[str], engine: SimulatedDisk, codec: Codec, handlers: tuple[Handler, ...]
) -> tuple[sqlite3.Connection, ...]:
    loop = asyncio.get_running_loop()
    network = Network(loop, 0, shared_by)
    around = Surroundings(loop, network, codec, engine, BUILT_AT, 0, False, _died, sealed=SEAL_KEY)
    nodes = [
        Node(number, places_of(number, shared_by, places), handlers, around, Medium())
        for number in range(shared_by)
    ]
    for node in nodes:
        node.routes = {place: other for other in nodes for place in other.places}
        disk = engine.inserted_into(node.medium)
        await disk.open()
        await migrate(disk, node.clock)
        node.start()
    for command in (*map(designated, places[1:]), *(_person(n, places) for n in range(CROWD))):
        await _insist(nodes[places.index(command.jurisdiction) % shared_by], command)
    await asyncio.sleep(60)
    for node in nodes:
        node.crash()
    return tuple(node.medium.connection for node in nodes)


def _died(number: int, error: BaseException) -> None:
    raise RuntimeError(f"node {number} died on a quiet stage") from error


async def _insist(node: Node, command: Command) -> None:
    reply: Reply = await node.journal.ask(command)
    if isinstance(reply, Refused):
        raise RuntimeError(f"{type(command).__name__}: {reply.refusals[0].cause_en}")


def designated(place: str) -> Command:
    """Return the command that makes a province's hospital known."""
    return DesignateInstitution(
        jurisdiction=place,
        sender="agency",
        msgid="designate",
        institution_code=hospital_of(place),
        name="模拟医院",
        kind="1",
        grade="2",
        character="hospital",
        area=area_of(place),
        start="2023-01-01",
        openings=(Opening("outpatient"), Opening("inpatient")),
    )


def _person(number: int, places: Sequence[str]) -> Command:
    place = places[insured_at(number)]
    certificate = f"99000019600501{number:03d}"
    return EnrolPerson(
        jurisdiction=place,
        sender="agency",
        msgid=f"enrol/{number}",
        person_no=person_no(number),
        certificate_type="01",
        certificate_no=certificate + check_mark(certificate),
        name="模拟人",
        gender="1",
        ethnicity="01",
        born="1960-05-01",
        sample=True,
        credentials=(NewCredential("01", f"V{number}", "2020-01-01"),),
        relations=(NewRelation(scheme=SCHEME, area=area_of(place), person_type="12", start="2015-01-01"),),
        account_fen=ACCOUNT_FEN,
    )
