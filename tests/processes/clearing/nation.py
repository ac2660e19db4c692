"""Provinces with settled months, for tests of clearing: every copy and posting of a settlement is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from tests.world import World, refusals_in
from yidi.domain.dates import SHANGHAI, write_instant
from yidi.domain.ledger.entry import Line, balances
from yidi.domain.ledger.settlement import entry_of_answer, entry_of_booking
from yidi.edges.packs.calendar import read_calendar
from yidi.edges.packs.money import read_money_terms
from yidi.processes.clearing.commands import (
    AuditDeduction,
    BuildClearing,
    CheckClearing,
    ClearingBuilt,
    ClearingChecked,
    ConfirmReceipt,
    Direction,
    DisputeItem,
    DisputeState,
    HandToFinance,
    PayNotice,
    PublishNotices,
    ResolveDispute,
    SignClearing,
    Way,
)
from yidi.processes.clearing.decide import handlers
from yidi.processes.clearing.months import days_of, month_after
from yidi.processes.clearing.records import (
    ClearingDispute,
    ClearingItem,
    ClearingNotice,
    ClearingNoticeLine,
    ClearingRun,
    ClearingYear,
)
from yidi.processes.clearing.selection import Chosen, Known, building, choose, own_items, own_sums
from yidi.processes.clearing.standing import named_of
from yidi.processes.ports.deciding import NATION, Command, Handler, Reply
from yidi.processes.prepayment.decide import handlers as prepayment
from yidi.processes.reconciliation.records import Difference, ReconciliationRun
from yidi.processes.relay.records import Returned
from yidi.processes.settlement.records import Posting, Settlement, SettlementAnswered, SettlementAsked

NORTH, SOUTH, EAST = "140000", "310000", "440000"
PROVINCES = (NORTH, SOUTH, EAST)
EMPLOYEE, RESIDENT = "310", "390"


@cache
def clearing_handlers() -> tuple[Handler, ...]:
    """The handlers of clearing and prepayment with the calendar and the terms that ship."""
    calendar, terms = read_calendar(), read_money_terms()
    return (*handlers(calendar, terms), *prepayment(terms, calendar))


def fields(record: type[Any], **given: Any) -> Any:
    """Make a record: what is not given is empty or nothing."""
    hints = record.__annotations__
    empty = {name: 0 if "int" in str(hints[name]) else "" for name in record._fields}
    return record(**{**empty, **given})


class Nation:
    """The nation and three provinces in the middle of a month, and everybody who clears."""

    def __init__(self, today: str = "2026-09-15", world: World | None = None) -> None:
        noon = datetime.fromisoformat(f"{today}T10:00:00").replace(tzinfo=SHANGHAI)
        self.world = world or World(clearing_handlers(), noon)
        self.delay = 2
        self.count = 0

    def ask(self, kind: type[Command], jurisdiction: str, sender: str = "agency", **given: Any) -> Reply:
        """Send a command."""
        msgid = self.world.next_msgid()
        return self.world.ask(kind(jurisdiction=jurisdiction, sender=sender, msgid=msgid, **given))

    def go_to(self, day: str) -> None:
        """Let time pass until ten o'clock of a day."""
        then = datetime.fromisoformat(f"{day}T10:00:00").replace(tzinfo=SHANGHAI)
        assert then >= self.world.now
        self.world.now = then.astimezone(self.world.now.tzinfo)

    def settle(
        self,
        day: str,
        care: str = SOUTH,
        insured: str = NORTH,
        fund_fen: int = 700_00,
        account_fen: int = 50_00,
        *,
        scheme: str = EMPLOYEE,
        undoes: str = "",
        returned: str = "",
    ) -> str:
        """Have a settlement with all its copies; `returned` is the day on which the nation hears of it."""
        self.count += 1
        case = f"c{undoes or f's{self.count:05d}'}"
        number, total_fen = f"s{self.count:05d}", fund_fen + account_fen + (50_00 if not undoes else -50_00)
        at = write_instant(datetime.fromisoformat(f"{returned or day}T12:00:00").replace(tzinfo=SHANGHAI))
        said = {
            "settlement_id": number,
            "undoes": undoes,
            "scheme": scheme,
            "business_day": day,
            "total_fen": total_fen,
            "fund_fen": fund_fen,
            "account_fen": account_fen,
        }
        self.world.add(
            fields(Returned, jurisdiction=NATION, msgid=number, case_id=case, care=care,
                   insured=insured, outcome="accepted", area=f"{insured[:2]}0100", returned_at=at, **said),
            fields(Settlement, jurisdiction=insured, case_id=case, kind="direct", care=care,
                   area=f"{insured[:2]}0100", pool_fen=fund_fen, booked_at=at, **said),
            fields(SettlementAsked, jurisdiction=care, settlement_id=number, case_id=case, visit_id=case,
                   msgid=number, insured=insured, scheme=scheme, institution_code="H1", undoes=undoes,
                   asked_at=at),
            fields(SettlementAnswered, jurisdiction=care, institution_code="H1", outcome="booked",
                   visit_id=case, answered_at=at, **said),
        )  # fmt: skip
        area = f"{insured[:2]}0100"
        booking = entry_of_booking(f"B{number}", area, scheme, care, [("pool", fund_fen)], account_fen)
        answer = entry_of_answer(f"A{number}", insured, "H1", scheme, fund_fen, account_fen)
        for here, entry in ((insured, booking), (care, answer)):
            self.world.add(
                *(Posting(here, entry.entry_id, n, *line, day, at) for n, line in enumerate(entry.lines))
            )
        return number

    def differs(
        self, number: str, day: str, state: str = "open", version: int = 1, copy: str = "booked", **named: str
    ) -> None:
        """Have the three copies of a settlement differ."""
        usual = {"care": SOUTH, "insured": NORTH, "scheme": EMPLOYEE} | named
        self.world.add(
            fields(Difference, jurisdiction=NATION, difference_id=f"d{number}", version=version, day=day,
                   settlement_id=number, state=state, nation_state=copy, **usual)
        )  # fmt: skip

    def reconcile(self, month: str, *, without: str = "") -> None:
        """Have every day of a month compared, but one."""
        self.world.add(
            *(
                fields(ReconciliationRun, jurisdiction=NATION, day=day, version=1)
                for day in days_of(month)
                if day != without
            )
        )

    def chosen(self, month: str, as_of: str) -> Chosen:
        """Choose from the nation's facts."""
        runs = [row for row in self.world.records(ClearingRun) if row.jurisdiction == NATION]
        cut_offs = {row.month: row.as_of for row in runs} | {month: as_of}
        versions = [row.version for row in runs if row.month == month_after(month, -1)]
        carried = tuple(
            named_of(row)
            for row in self.world.records(ClearingItem)
            if row.jurisdiction == NATION
            and (row.month, row.way) == (month_after(month, -1), "held")
            and row.table_version == versions[-1]
        )
        disputes = tuple(row for row in self.world.records(ClearingDispute) if row.jurisdiction == NATION)
        closed = frozenset(row.year for row in self.world.records(ClearingYear))
        known = Known(carried, disputes, tuple(self.world.records(Difference)), closed)
        return choose(month, self.world.records(Returned), cut_offs, self.delay, known)

    def build_command(self, month: str) -> BuildClearing:
        """Make the command that builds the table as the facts are now."""
        runs = [
            row for row in self.world.records(ClearingRun) if (row.jurisdiction, row.month) == (NATION, month)
        ]
        as_of = runs[0].as_of if runs else write_instant(self.world.now)
        return building(month, as_of, self.chosen(month, as_of), self.world.next_msgid())

    def build(self, month: str) -> ClearingBuilt:
        """Build the table."""
        reply = self.world.ask(self.build_command(month))
        assert isinstance(reply, ClearingBuilt), refusals_in(reply)
        return reply

    def own(self, province: str, month: str) -> CheckClearing:
        """Add up a province's own copies."""
        run = [r for r in self.world.records(ClearingRun) if (r.jurisdiction, r.month) == (province, month)]
        table = [
            named_of(row)
            for row in self.world.records(ClearingItem)
            if (row.jurisdiction, row.month) == (province, month) and row.table_version == run[-1].version
        ]
        mine = [
            [row for row in self.world.records(kind) if row.jurisdiction == province]
            for kind in (Settlement, SettlementAsked, SettlementAnswered)
        ]
        disputes = [row for row in self.world.records(ClearingDispute) if row.jurisdiction == province]
        sums = own_sums(province, month, own_items(*mine), table, disputes)
        return CheckClearing(
            jurisdiction=province,
            sender="agency",
            msgid=self.world.next_msgid(),
            month=month,
            source_month=month,
            sums=sums,
        )

    def check(self, province: str, month: str) -> ClearingChecked:
        """Have a province compare."""
        reply = self.world.ask(self.own(province, month))
        assert isinstance(reply, ClearingChecked), refusals_in(reply)
        return reply

    def sign(self, month: str) -> None:
        """Have every province check and sign."""
        runs = self.world.records(ClearingRun)
        for province in sorted({row.jurisdiction for row in runs if row.month == month} - {NATION}):
            checked = self.check(province, month)
            assert checked.differences == (), (province, checked.differences)
            digest = checked.lines_digest
            reply = self.ask(SignClearing, province, month=month, lines_digest=digest, signed_by="seal")
            assert refusals_in(reply) == ()

    def publish(self, month: str) -> Reply:
        """Publish the notices."""
        return self.ask(PublishNotices, NATION, month=month)

    def notices(self, month: str, direction: Direction) -> list[tuple[ClearingNotice, dict[str, int]]]:
        """Return the provinces' notices of a month with the sum per counterpart."""
        found = []
        for row in self.world.records(ClearingNotice):
            if (row.month, row.direction, row.jurisdiction) == (month, direction, row.province):
                sums: dict[str, int] = {}
                for line in self.world.records(ClearingNoticeLine):
                    if (line.jurisdiction, line.number) == (row.jurisdiction, row.number):
                        sums[line.counterpart] = sums.get(line.counterpart, 0) + line.amount_fen
                found.append((row, sums))
        return found

    def transfer(self, month: str) -> None:
        """Hand over, pay and confirm everything."""
        for notice, sums in self.notices(month, Direction.PAYABLE):
            here, number = notice.province, notice.number
            assert refusals_in(self.ask(HandToFinance, here, number=number)) == ()
            for payee, fen in sums.items():
                said = {"number": number, "counterpart": payee, "amount_fen": fen, "reference": "b1"}
                assert refusals_in(self.ask(PayNotice, here, "finance", **said)) == ()
        for notice, sums in self.notices(month, Direction.RECEIVABLE):
            for payer, fen in sums.items():
                said = {"number": notice.number, "counterpart": payer, "amount_fen": fen, "reference": "b1"}
                assert refusals_in(self.ask(ConfirmReceipt, notice.province, "finance", **said)) == ()

    def clear(self, month: str) -> ClearingBuilt:
        """Build, sign, publish and transfer a reconciled month."""
        built = self.build(month)
        self.sign(month)
        assert refusals_in(self.publish(month)) == ()
        self.transfer(month)
        return built

    def dispute(self, month: str, number: str, province: str = NORTH) -> Reply:
        """Have a province dispute a settlement."""
        return self.ask(DisputeItem, province, month=month, settlement_id=number, reason="重复收费")

    def resolve(self, number: str, outcome: DisputeState, **amounts: int) -> Reply:
        """Have the nation resolve it."""
        return self.ask(
            ResolveDispute, NATION, settlement_id=number, outcome=outcome, reason="核实", **amounts
        )

    def deduct(self, number: str, fen: int, province: str = SOUTH, penalty_fen: int = 0) -> Reply:
        """Have the care place deduct from a settlement."""
        said = {"reason": "超限用药", "finding": "SH-1", "amount_fen": fen, "penalty_fen": penalty_fen}
        return self.ask(AuditDeduction, province, settlement_id=number, **said)

    def ledger(self, province: str) -> dict[tuple[str, str, str], int]:
        """Return a province's balances."""
        rows = [row for row in self.world.records(Posting) if row.jurisdiction == province]
        return balances(Line(row.account, row.counterpart, row.scheme, row.amount_fen) for row in rows)

    def cleared(self) -> dict[str, list[str]]:
        """Return in which month's latest table each settlement stands, from the lists chosen for it."""
        found: dict[str, list[str]] = {}
        runs = {row.month: row for row in self.world.records(ClearingRun) if row.jurisdiction == NATION}
        for month, run in runs.items():
            held = [
                row for row in self.world.records(ClearingItem)
                if (row.jurisdiction, row.month, row.table_version) == (NATION, month, run.version)
            ]  # fmt: skip
            waiting = {row.settlement_id for row in held if row.way == Way.HELD}
            late = {row.settlement_id for row in held if row.way == Way.LATE}
            for row in self.world.records(Returned):
                own = row.business_day[:7] == month and row.returned_at < run.as_of
                if row.settlement_id in late or (own and row.settlement_id not in waiting):
                    found.setdefault(row.settlement_id, []).append(month)
        return found


def day_after(day: str, days: int) -> str:
    """Return the day so many days later."""
    return (datetime.fromisoformat(day) + timedelta(days=days)).date().isoformat()
