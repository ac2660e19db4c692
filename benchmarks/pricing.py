"""Two hundred fee lines: priced by the catalogue, and read from a message. `python -m benchmarks.pricing`."""

from __future__ import annotations

import asyncio
from decimal import ROUND_HALF_UP, Decimal

import msgspec

from benchmarks.figures import Figure, show
from benchmarks.gauge import AREA, INSTITUTION, gauge_seconds
from benchmarks.timing import best_seconds
from yidi.domain.catalogue.catalogue import Catalogue
from yidi.domain.catalogue.item import PriceLevel
from yidi.domain.catalogue.pricing import Approval, FeeLine, price_lines
from yidi.edges.clock import system_clock
from yidi.edges.national.answering import Answering
from yidi.edges.national.client import NationalClient
from yidi.edges.national.envelope import check_envelope, read_envelope
from yidi.edges.national.library import Library
from yidi.edges.national.reading import read_input
from yidi.edges.national.tables import SERVED
from yidi.edges.packs.catalogue import read_catalogues
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import read_dictionaries
from yidi.processes.ports.deciding import Command, Reply
from yidi.processes.visit.commands import UploadLines

THEME = "Two hundred fee lines"
LINES, MESSAGES_AT_ONCE = 200, 10
PRICING_TARGET_MS, READING_TARGET_MS = 2.0, 0.7
NUMBER, DAY, PLACE = "2204", "2026-11-22", "330000"
PRICES = ("10", "18.5", "6.3", "220", "0.125", "99.999", "7.9", "1360", "12.2", "48")


def codes_of(catalogue: Catalogue) -> list[str]:
    """Take items of the sample catalogue, spread over drugs, services and consumables."""
    items = catalogue.items(DAY)
    return [items[n * len(items) // LINES].code for n in range(LINES)]


def lines_of(catalogue: Catalogue) -> list[FeeLine]:
    """Make the lines as the domain prices them."""
    made = []
    for number, code in enumerate(codes_of(catalogue)):
        quantity, price = number % 7 + 1, Decimal(PRICES[number % len(PRICES)])
        total = int((quantity * price * 100).quantize(Decimal(1), ROUND_HALF_UP))
        made.append(
            FeeLine(
                f"{number:018d}",
                code,
                DAY,
                quantity * 10_000,
                int(price * 1_000_000),
                total,
                Approval.APPROVED,
            )
        )
    return made


def message_of(catalogue: Catalogue) -> bytes:
    """Make the upload message as a hospital sends it."""
    rows = [
        {
            "feedetl_sn": line.number,
            "mdtrt_id": "1795329681678043001",
            "psn_no": "61010000000000000001",
            "chrg_bchno": "B202611221000000000010001",
            "dise_codg": "",
            "rx_circ_flag": "0",
            "fee_ocur_time": f"{DAY} 10:00:00",
            "med_list_codg": line.item_code,
            "medins_list_codg": line.item_code,
            "det_item_fee_sumamt": line.total_fen / 100,
            "cnt": line.quantity_e4 // 10_000,
            "pric": line.unit_price_micro / 1_000_000,
            "sin_dos_dscr": "10mg",
            "used_frqu_dscr": "tid",
            "bilg_dept_codg": "A03",
            "bilg_dept_name": "内科",
            "bilg_dr_codg": "D330102000001",
            "bilg_dr_name": "示例医师",
            "hosp_appr_flag": "1",
        }
        for line in lines_of(catalogue)
    ]
    client = NationalClient(
        "http://127.0.0.1",
        institution_code=INSTITUTION,
        institution_name="示例中心医院",
        area=AREA,
        secret="",
    )
    return msgspec.json.encode(client.envelope(NUMBER, {"feedetail": rows}, "610100"))


class Taken(BaseException):
    """Ends a message where its command would be asked; carries the command."""

    def __init__(self, command: Command) -> None:
        super().__init__()
        self.command = command


async def take(command: Command) -> Reply:
    """Stand where the journal stands. Raises Taken."""
    raise Taken(command)


def decoding_seconds(body: bytes) -> float:
    """Time a message from its bytes to checked fields: envelope, every field's type and length."""

    def work() -> None:
        envelope = read_envelope(body)
        assert not isinstance(envelope, list)
        assert not check_envelope(envelope)
        assert not isinstance(read_input(SERVED[NUMBER], bytes(envelope.input)), list)

    return best_seconds(work)


def reading_seconds(body: bytes) -> float:
    """Time a message from its bytes to its command: envelope, fields, lengths, codes, amounts, times."""
    answering = Answering(
        take, read_dictionaries(packs_folder()), Library(lambda care: None, {}, {}), system_clock
    )

    async def read() -> Command:
        try:
            await answering.answer(body, INSTITUTION)
        except Taken as taken:
            return taken.command
        raise AssertionError("the message was refused before it became a command")

    async def read_many() -> Command:
        for _ in range(MESSAGES_AT_ONCE - 1):
            await read()
        return await read()

    loop = asyncio.new_event_loop()
    try:
        command = loop.run_until_complete(read())
        assert isinstance(command, UploadLines)
        assert len(command.lines) == LINES
        return best_seconds(lambda: loop.run_until_complete(read_many())) / MESSAGES_AT_ONCE
    finally:
        loop.close()


def measure() -> list[Figure]:
    """Measure both."""
    catalogue = read_catalogues([PLACE], packs_folder())[PLACE]
    lines = lines_of(catalogue)
    priced = price_lines(catalogue, lines, PriceLevel.THIRD)
    assert not priced.refusals
    assert len(priced.lines) == LINES
    gauge = gauge_seconds()
    pricing = best_seconds(lambda: price_lines(catalogue, lines, PriceLevel.THIRD))
    body = message_of(catalogue)
    decoding, reading = decoding_seconds(body), reading_seconds(body)
    size = f"{len(body) // 1024} KB"
    more = "also codes, amounts and times, and what is kept beside; to the command that asks the journal"
    return [
        Figure(THEME, "pricing", pricing * 1e3, "ms", PRICING_TARGET_MS, gauges=pricing / gauge),
        Figure(
            THEME,
            "decoding and validating",
            decoding * 1e3,
            "ms",
            READING_TARGET_MS,
            False,
            decoding / gauge,
            size,
        ),
        Figure(THEME, "the same, translated", reading * 1e3, "ms", gauges=reading / gauge, note=more),
    ]


if __name__ == "__main__":
    show(measure())
