"""Every command of the command line has a gate: a reading, a duty that some role has, or a stated reason."""

from __future__ import annotations

import ast
import inspect
import textwrap
import types
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from tests.house_rules.code_base import demand
from tests.house_rules.test_manual import typed
from yidi.edges.access.roles import DUTIES
from yidi.edges.cli.gates import GATES, Gate
from yidi.edges.cli.main import NOUNS, noun
from yidi.processes.ports.deciding import Ask, Command

TABLE = "GATES in src/yidi/edges/cli/gates.py"
CARRYING = "yidi.processes.relay.commands"
"""Its commands carry others between jurisdictions; nobody types them."""


def leaves(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield every command that does something, with its path."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, one in inner.items():
        yield from leaves(one, f"{path} {name}")


def named_in(run: Any) -> Iterator[Any]:
    """Yield what the names in a function's text stand for, also of what it imports itself."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(run)))
    names = dict(vars(inspect.getmodule(run)))
    nodes = list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            module = import_module(node.module)
            names |= {alias.asname or alias.name: getattr(module, alias.name) for alias in node.names}
    for node in nodes:
        if isinstance(node, ast.Name):
            yield names.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            holder = names.get(node.value.id)
            if isinstance(holder, types.ModuleType):
                yield getattr(holder, node.attr, None)


def sent_by(run: Any, seen: set[Any] | None = None) -> set[str]:
    """Name the commands a function can send: those its text names, and those of the functions it calls."""
    seen = set() if seen is None else seen
    if run in seen:
        return set()
    seen.add(run)
    found: set[str] = set()
    for one in named_in(inspect.unwrap(run)):
        if isinstance(one, type) and issubclass(one, Command):
            if one not in (Command, Ask) and one.__module__ != CARRYING:
                found.add(one.__name__)
        elif isinstance(one, types.FunctionType) and one.__module__.startswith("yidi.edges"):
            found |= sent_by(one, seen)
    return found


def test_every_command_has_a_gate_and_every_gate_its_command() -> None:
    words = {name.removeprefix("yidi ") for name in typed()}
    demand((f"`yidi {name}` has no gate" for name in words - set(GATES)), f"add it to {TABLE}")
    demand((f"`yidi {name}` does not exist" for name in set(GATES) - words), f"strike it from {TABLE}")


def test_a_gate_says_what_it_needs_or_why_it_needs_nothing() -> None:
    empty = [name for name, gate in GATES.items() if not says(gate)]
    demand((f"`yidi {name}`" for name in empty), "name its readings or commands, or say why it has none")


def says(gate: Gate) -> bool:
    """Whether a gate says anything, and not two things at once."""
    ways = [bool(gate.reads or gate.decides or gate.itself), bool(gate.free)]
    return bool(gate.machine) or ways.count(True) == 1


def test_what_a_command_has_decided_is_some_roles_duty_or_the_machines() -> None:
    duties = frozenset[str]().union(*(duty.commands for duty in DUTIES.values()))
    nobodys = [
        f"{one} of `yidi {name}`" for name, gate in GATES.items() for one in gate.decides if one not in duties
    ]
    demand(nobodys, "add it to a role in DUTIES, or make its gate the machine's")


def test_a_gate_names_exactly_the_commands_its_code_can_send() -> None:
    wrong = []
    for name in NOUNS:
        for path, command in leaves(noun(name), name):
            gate = GATES.get(path)
            if gate is None or gate.machine or gate.free or gate.itself:
                continue
            sent = sent_by(command.callback) - SHARED.get(path, set())
            if sent != set(gate.decides):
                wrong.append(f"`yidi {path}` sends {sorted(sent)}, its gate says {sorted(gate.decides)}")
    demand(wrong, f"set it right in {TABLE}")


SHARED = {
    "clearing deduct": {"RefundAfterClearing"},
    "clearing refund": {"AuditDeduction"},
    "clearing pay": {"ConfirmReceipt"},
    "clearing confirm": {"PayNotice"},
}
"""What a function that two commands share can send of the other's."""


def test_the_commands_a_function_sends_are_found_through_its_helpers() -> None:
    assert sent_by(noun("reconcile").callback) == {"CloseDay", "RepairDay"}


def test_no_duty_names_a_command_that_does_not_exist() -> None:
    import_module("yidi.wiring")
    known = {kind.__name__ for kind in kinds(Command)}
    named = frozenset[str]().union(*(duty.commands for duty in DUTIES.values()))
    demand(named - known, "strike it from DUTIES")


def kinds(root: type[Any]) -> Iterator[type[Any]]:
    """Yield every kind below one."""
    for kind in root.__subclasses__():
        yield kind
        yield from kinds(kind)
