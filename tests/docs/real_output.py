"""What a demonstration really prints, sends and keeps of one visit, cut to what a page shows.

`python -m tests.docs.real_output` writes it into the pages anew; the test compares, ids and times aside.
"""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from yidi.edges.cli.main import app
from yidi.wiring import PARTS

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "docs" / "concepts" / "one-settlement.md", ROOT / "README.md")
CASE, TITLE = "referred_inpatient", "Referred, inpatient"
BLOCK = re.compile(r"(?<=<!-- real: )([a-z-]+)( -->\n\n?```[a-z]*\n)(.*?)(?=```)", re.DOTALL)
ENVELOPE = ("infno", "msgid", "mdtrtarea_admvs", "insuplc_admdvs", "fixmedins_code", "inf_time")
LINE = ("feedetl_sn", "med_list_codg", "cnt", "pric", "det_item_fee_sumamt")
BILL = ("psn_no", "insutype", "mdtrt_id", "medfee_sumamt", "acct_used_flag")
HEAD = (
    *("mdtrt_id", "setl_id", "medfee_sumamt", "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt"),
    *("inscp_scp_amt", "act_pay_dedc", "fund_pay_sumamt", "hifp_pay", "psn_part_amt", "acct_pay"),
    "psn_cash_pay",
)
KEPT = {
    "settlement_asked": "jurisdiction settlement_id institution_code insured covers total_fen full_self_fen "
    "over_limit_fen first_self_fen in_scope_fen asked_at",
    "relayed": "jurisdiction question care insured total_fen relayed_at",
    "settlement": "jurisdiction settlement_id standing filing_id pack_id in_scope_fen deductible_fen "
    "fund_fen person_fen account_fen cash_fen booked_at",
    "accumulator_entry": "jurisdiction year counter amount",
    "posting": "jurisdiction account counterpart amount_fen",
    "returned": "jurisdiction question outcome fund_fen person_fen returned_at",
    "settlement_answered": "jurisdiction settlement_id outcome fund_fen account_fen cash_fen answered_at",
}
"""Table -> the columns shown."""


def typed(*words: object) -> str:
    """Type `yidi` and these words on a hundred columns; return what it printed."""
    result = CliRunner().invoke(app, [str(word) for word in words], obj=PARTS, env={"COLUMNS": "100"})
    assert result.exit_code == 0, result.output
    return result.stdout


def picked(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Keep some fields."""
    return {name: given[name] for name in names}


def written(value: object) -> str:
    """Write JSON as people read it: a field a line, short lists in one."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def messages(told: Mapping[str, Any]) -> dict[str, str]:
    """Cut the messages of the visit to what matters."""
    by_number = {message["request"]["infno"]: message for message in told["messages"]}
    lines, settled = by_number["2301"]["request"], by_number["2304"]
    rows = lines["input"]["feedetail"]
    shown = [picked(rows[0], LINE), picked(rows[6], LINE), f"... {len(rows)} lines"]
    request, output = settled["request"], settled["answer"]["output"]
    answer = {"infcode": settled["answer"]["infcode"]}
    answer["output"] = {"setlinfo": picked(output["setlinfo"], HEAD), "setldetail": output["setldetail"]}
    return {
        "lines": written(picked(lines, ENVELOPE) | {"input": {"feedetail": shown}}),
        "request": written(
            picked(request, ENVELOPE) | {"input": {"data": picked(request["input"]["data"], BILL)}}
        ),
        "answer": written(answer),
    }


def records(database: Path, number: str) -> dict[str, str]:
    """Write the rows that each link keeps of the settlement, a table a block."""
    connection = sqlite3.connect(database)
    connection.row_factory = sqlite3.Row
    case_id = connection.execute(
        "SELECT case_id FROM settlement WHERE settlement_id = ?", (number,)
    ).fetchone()[0]
    found = {}
    for table, shown in KEPT.items():
        columns = shown.split()
        where, value = "settlement_id = ?", number
        if table == "posting":
            where, value = "entry_id LIKE ?", f"%{number}"
        if table in ("relayed", "returned"):
            where, value = "question = 'BookSettlement' AND case_id = ?", case_id
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE {where}", (value,))
        found[table.replace("_", "-")] = as_text([{name: row[name] for name in columns} for row in rows])
    connection.close()
    return found


def as_text(rows: list[dict[str, Any]]) -> str:
    """Write one row a field a line, several rows a row a line."""
    if len(rows) == 1:
        return "".join(f"{name:<18}{value}\n" for name, value in rows[0].items())
    return "".join(sorted("  ".join(f"{name}={value}" for name, value in row.items()) + "\n" for row in rows))


def statement() -> str:
    """Return the visit as `yidi demo --once` prints it."""
    printed = typed("demo", "--once")
    visits = re.split(r"\n\n(?=\S)", printed)
    (found,) = (visit for visit in visits if TITLE in visit.splitlines()[0])
    return "\n".join(line.rstrip() for line in found.splitlines()) + "\n"


def blocks() -> dict[str, str]:
    """Run the demonstration and return every block of the pages by its name."""
    with tempfile.TemporaryDirectory() as folder:
        objects = [
            json.loads(line) for line in typed("demo", "--once", "--json", "--data", folder).splitlines()
        ]
        (told,) = (one for one in objects if one["case"] == CASE)
        number = told["statements"][0]["settlement_id"]
        database, config = Path(folder) / "demo.sqlite", Path(folder) / "node.toml"
        config.write_text(f'database = "sqlite:{database}"\nkeys = "none"\n', "utf-8")
        shown = typed("settlement", "show", number, "--config", config).splitlines()
        path = "\n".join(line for line in shown if re.match(r"\d [^ ]+ [A-Z]", line)) + "\n"
        return messages(told) | records(database, number) | {"path": path, "statement": statement()}


def masked(text: str) -> str:
    """Hide what differs between runs: ids, instants, days, the port."""
    text = re.sub(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d:\d\d(\.\d+)?Z?)?", "TIME", text)
    text = re.sub(r"\byear=\d{4}\b", "year=YEAR", text)
    return re.sub(r"[HP]?\d{14,}|127\.0\.0\.1:\d+", "ID", text)


def on_pages() -> dict[tuple[str, str], str]:
    """Return the blocks as the pages have them, by page and name."""
    return {
        (page.name, name): text for page in PAGES for name, _, text in BLOCK.findall(page.read_text("utf-8"))
    }


def write() -> None:
    """Put what really happens into the pages."""
    real = blocks()
    for page in PAGES:
        text = page.read_text("utf-8")
        page.write_text(BLOCK.sub(lambda m: f"{m[1]}{m[2]}{real[m[1]]}", text), "utf-8")


if __name__ == "__main__":
    write()
