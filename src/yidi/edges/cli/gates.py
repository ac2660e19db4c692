"""What each command needs of whoever types it: a role's reading or duty, or the machine's account.

One table for all commands (a test of the house asks that none is missing). A command that shows somebody's
data is recorded before it runs; under `yidi --user` what the role may not read, and what is only for the
machine's account, is refused. What a command has decided the table of duties allows or refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import typer

from yidi.edges.access.refusals import MACHINE_ONLY
from yidi.edges.access.roles import Purpose, Reading
from yidi.edges.cli.acting import named_user, refused, seen
from yidi.edges.cli.settings import load
from yidi.processes.ports.deciding import NATION

SUMS = (Reading.MONEY, Reading.SETTLEMENT)
"""Sums between provinces: for whoever reads sums, and for who may see the settlements below them."""
WHOLE_NODE = "*"
"""Instead of an option: it is about all a node has, the nation's where a node serves several."""


class Gate(NamedTuple):
    """What a command needs.

    `reads` are the readings of which one lets in; with `recorded` it shows facts of single settlements or
    persons. `decides` are the commands it has decided. `machine` says why no role has it, `free` why anybody
    may. `itself`: it records what it shows by itself, since only then it knows whose data that is.
    `owner` and `subject` name options: whose data, and what it is about.
    """

    reads: tuple[Reading, ...] = ()
    recorded: bool = False
    decides: tuple[str, ...] = ()
    machine: str = ""
    free: str = ""
    itself: bool = False
    owner: tuple[str, ...] = ("province",)
    subject: tuple[str, ...] = ()
    purpose: Purpose = Purpose.OPERATION


def _machine(why: str) -> Gate:
    return Gate(machine=why)


def _free(why: str) -> Gate:
    return Gate(free=why)


def _decides(*commands: str, reads: tuple[Reading, ...] = (), recorded: bool = False) -> Gate:
    return Gate(decides=commands, reads=reads, recorded=recorded)


def _sums(*owner: str) -> Gate:
    return Gate(reads=SUMS, owner=owner or ("province",))


def _items(*subject: str, owner: tuple[str, ...] = ("province",)) -> Gate:
    return Gate(reads=SUMS, recorded=True, subject=subject, owner=owner, purpose=Purpose.RECONCILIATION)


_PROCESS = _machine("starts or asks processes of this machine")
_KEYS = _machine("works on files of keys")
_DATABASE = _machine("works on the database itself")
_FILES = _machine("works on files of facts that were taken out")
_USERS = _machine("users are managed by whoever may open the database")
_PACKS = _free("packs and files of cases, nobody's data")
_MADE_UP = _free("people who do not exist")
_OWN = Gate(itself=True)

GATES: Mapping[str, Gate] = {
    "demo": _MADE_UP,
    "serve": _PROCESS,
    "node run": _PROCESS,
    "node status": _PROCESS,
    "nation up": _PROCESS,
    "message trace": Gate(reads=(Reading.MESSAGE,), owner=(WHOLE_NODE,), subject=("msgid",)),
    "keys make": _KEYS,
    "keys rotate": _KEYS,
    "keys show": _KEYS,
    "settlement show": _OWN,
    "settlement explain": _OWN,
    "claim file": _decides("FileClaim"),
    "claim show": _OWN,
    "claim list": _OWN,
    "filing file": _decides("FileForCare"),
    "filing show": _OWN,
    "filing cancel": _decides("CancelFiling"),
    "institution show": _decides("AskInstitution"),
    "institution traits": _decides("DescribeInstitution"),
    "person renumber": _decides("ReplaceNumber"),
    "estimate": _OWN,
    "policy simulate": _FILES,
    "policy generate": _MADE_UP,
    "policy show": _PACKS,
    "policy check": _PACKS,
    "policy diff": _PACKS,
    "policy schema": _PACKS,
    "policy cases": _PACKS,
    "catalogue import": _PACKS,
    "catalogue show": _PACKS,
    "reconcile": Gate(
        reads=SUMS,
        recorded=True,
        decides=("CloseDay", "RepairDay"),
        subject=("day",),
        purpose=Purpose.RECONCILIATION,
    ),
    "case list": _items("day", owner=("owner",)),
    "case take": _decides("TakeCase"),
    "case close": _decides("CloseCase"),
    "ledger trial-balance": _sums("place"),
    "ledger account": _items("code", owner=("place",)),
    "ledger verify": _items(),
    "prepayment plan": _sums("insured", "care"),
    "prepayment usage": _sums("insured", "care"),
    "prepayment notices": _sums(),
    "prepayment forecast": _sums("insured", "care"),
    "prepayment stress": _sums("insured"),
    "prepayment count": _decides("CountUse"),
    "prepayment fix": _decides("PlanYear"),
    "prepayment rate": _decides("RateMonth"),
    "prepayment acknowledge": _decides("AcknowledgePrepayment"),
    "prepayment hand-over": _decides("HandPrepaymentOver"),
    "prepayment pay": _decides("ReportPrepaymentPaid"),
    "prepayment confirm": _decides("ConfirmPrepaymentReceived"),
    "prepayment count-areas": _decides("CountAreaUse"),
    "prepayment call-areas": _decides("CallAreas"),
    "prepayment area-paid": _decides("AreaPaid"),
    "prepayment request": _decides("RequestTopUp"),
    "prepayment review": _sums(),
    "prepayment decide": _decides("DecideTopUp"),
    "prepayment documents": _sums(),
    "clearing build": _decides("BuildClearing"),
    "clearing show": _sums(),
    "clearing check": _decides("CheckClearing"),
    "clearing sign": _decides("SignClearing"),
    "clearing publish": _decides("PublishNotices"),
    "clearing documents": _sums(),
    "clearing verify-paper": _free("reads a paper and a published key"),
    "clearing dispute": _decides("DisputeItem"),
    "clearing resolve": _decides("ResolveDispute"),
    "clearing disputes": _items("month"),
    "clearing deduct": _decides("AuditDeduction"),
    "clearing refund": _decides("RefundAfterClearing"),
    "clearing adjustments": _items("month"),
    "clearing notices": _sums(),
    "clearing hand-over": _decides("HandToFinance"),
    "clearing pay": _decides("PayNotice"),
    "clearing confirm": _decides("ConfirmReceipt"),
    "clearing urge": _decides("Urge"),
    "clearing close-year": _decides("CloseYear"),
    "payment agree": _decides("AgreePayment"),
    "payment declare": _decides("DeclareMonth"),
    "payment declarations": _decides("AskDeclarations"),
    "payment accept": _decides("AcceptDeclaration"),
    "payment return": _decides("ReturnDeclaration"),
    "payment withdraw": _decides("WithdrawDeclaration"),
    "payment deduct": _decides("Deduct"),
    "payment pay": _decides("AskDeclarations", "PayInstitution"),
    "payment retention": _decides("AskRetention"),
    "payment release": _decides("ReleaseRetention"),
    "finance account": _decides("RegisterBankAccount"),
    "finance import": _decides("ImportStatement"),
    "finance match": _decides("MatchLines"),
    "finance open": Gate(reads=(Reading.MONEY,), recorded=True, purpose=Purpose.PAYMENT),
    "finance explain": _decides("ExplainLine"),
    "finance offset": _decides("OffsetLines"),
    "finance orders": _decides("MakeOrders", reads=(Reading.MONEY,), recorded=True),
    "batch extract": Gate(
        machine="takes facts out of the database",
        reads=(Reading.SETTLEMENT,),
        recorded=True,
        owner=(WHOLE_NODE,),
        subject=("folder",),
    ),
    "batch generate": _MADE_UP,
    "batch run": _FILES,
    "simulate": _MADE_UP,
    "storage init": _DATABASE,
    "storage verify": _DATABASE,
    "retention run": _DATABASE,
    "retention show": _PACKS,
    "audit verify": Gate(
        reads=(Reading.LOG,), recorded=True, owner=(WHOLE_NODE,), subject=("since",), purpose=Purpose.AUDIT
    ),
    "audit seal": _KEYS,
    "audit link": _DATABASE,
    "audit keys": _KEYS,
    "audit rotate": _KEYS,
    "audit encrypt": _DATABASE,
    "audit rewrap": _KEYS,
    "access log": _OWN,
    "access second-factor": _USERS,
    "access user add": _USERS,
    "access user role": _USERS,
    "access user passwd": _USERS,
    "access user close": _USERS,
    "access user list": _USERS,
    "settings show": _machine("shows the settings of this machine's node"),
}
"""The command as it is typed, without `yidi` -> its gate. What is not here, a named user may not."""
NOBODY = Gate(machine="it has no gate yet")


def pass_through(path: str, context: typer.Context) -> None:
    """Let whoever typed a command through its gate, or end with the refusal. Records what is shown."""
    gate = GATES.get(path, NOBODY)
    login = named_user(context)
    if login and gate.machine:
        refused(MACHINE_ONLY.because(what=path))
    if gate.reads and (login or gate.recorded):
        config, said = context.params.get("config"), context.params
        subject = " ".join(str(said[name]) for name in gate.subject if said.get(name))
        owners = _owners(gate, said, config)
        seen(
            context,
            config,
            gate.reads,
            owners,
            "",
            subject,
            "",
            gate.purpose,
            str(said.get("institution") or ""),
            recorded=gate.recorded,
        )


def _owners(gate: Gate, said: Mapping[str, Any], config: Path | None) -> frozenset[str]:
    """Say whose data a command shows: of the options that name a jurisdiction, else the nation's."""
    if WHOLE_NODE in gate.owner:
        here = load(config).jurisdictions
        return frozenset(here) if len(here) == 1 else frozenset({NATION})
    return frozenset(str(said[name]) for name in gate.owner if said.get(name)) or frozenset({NATION})


def behind_gate(path: str, command: Any) -> None:
    """Put a command, or every command of a group, behind its gate."""
    inner = getattr(command, "commands", None)
    if inner is not None:
        for name, one in inner.items():
            behind_gate(f"{path} {name}", one)
        return
    run = command.invoke

    def invoke(context: typer.Context) -> Any:
        pass_through(path, context)
        return run(context)

    command.invoke = invoke
