"""A file that is no file of visits is refused with its reason, in both languages; nothing is converted."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from yidi.domain.refusal import Refusal
from yidi.edges.batch.policy.simulating import NotSimulated, Sides, Simulation
from yidi.edges.cli.policy import app
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import read_policies

ROWS = 50


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    path = tmp_path_factory.mktemp("population") / "visits.parquet"
    made = CliRunner().invoke(app, ["generate", str(path), "--visits", str(ROWS), "--area", "420100"])
    assert made.exit_code == 0, made.output
    return parquet.read_table(path)


def with_column(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, column)


@cache
def sides() -> Sides:
    policies = read_policies(packs_folder() / "policy")
    return Sides(policies, policies)


def refusals_of(path: Path) -> list[Refusal]:
    with pytest.raises(NotSimulated) as found:
        Simulation(sides(), path).run()
    assert all(each.cause_zh and each.cause_en in str(found.value) for each in found.value.refusals)
    return list(found.value.refusals)


def refused(table: pa.Table, folder: Path) -> list[str]:
    parquet.write_table(table, folder / "wrong.parquet")
    return [each.code for each in refusals_of(folder / "wrong.parquet")]


def test_missing_columns_are_named_all_at_once_with_every_column_of_a_wrong_type(
    table: pa.Table, tmp_path: Path
) -> None:
    wrong = table.drop_columns(["total_fen", "level"])
    wrong = with_column(wrong, "in_scope_fen", wrong["in_scope_fen"].cast(pa.float64()))
    wrong = with_column(wrong, "on", wrong["on"].cast(pa.string()))
    parquet.write_table(wrong, tmp_path / "wrong.parquet")
    found = refusals_of(tmp_path / "wrong.parquet")
    assert [each.code for each in found] == ["POLICY-87", "POLICY-88", "POLICY-88"]
    assert "level, total_fen" in found[0].cause_en
    assert [each.field for each in found[1:]] == ["on", "in_scope_fen"]


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("person", pa.string()),
        ("on", pa.timestamp("ms")),
        ("area", pa.int64()),
        ("level", pa.float32()),
        ("total_fen", pa.float64()),
        ("total_fen", pa.uint64()),
        ("civil_servant", pa.int8()),
        ("account_balance_fen", pa.float64()),
    ],
)
def test_a_column_of_another_type_is_refused_and_never_converted(
    table: pa.Table, tmp_path: Path, column: str, kind: pa.DataType
) -> None:
    values = table[column].combine_chunks()
    plain = values.dictionary_decode() if pa.types.is_dictionary(values.type) else values
    assert refused(with_column(table, column, plain.cast(kind)), tmp_path) == ["POLICY-88"]


def test_an_order_that_breaks_an_unknown_word_and_an_empty_cell_are_refused(
    table: pa.Table, tmp_path: Path
) -> None:
    assert refused(table.take(np.arange(ROWS)[::-1]), tmp_path) == ["POLICY-82"]
    spa = pa.array(["spa"] * ROWS)
    assert refused(with_column(table, "care_kind", spa), tmp_path) == ["POLICY-83"]
    levels = [*table["level"].to_pylist()[:3], None, *table["level"].to_pylist()[4:]]
    parquet.write_table(with_column(table, "level", pa.array(levels, pa.int8())), tmp_path / "hole.parquet")
    (hole,) = refusals_of(tmp_path / "hole.parquet")
    assert (hole.code, hole.field) == ("POLICY-90", "level")
    assert "Row 4 " in hole.cause_en


@pytest.mark.parametrize("amount", [-5, 10**16])
def test_a_balance_out_of_range_is_refused_and_not_taken_for_another(
    table: pa.Table, tmp_path: Path, amount: int
) -> None:
    balances = pa.array([0, None, amount, *[0] * (ROWS - 3)], pa.int64())
    parquet.write_table(with_column(table, "account_balance_fen", balances), tmp_path / "debt.parquet")
    (found,) = refusals_of(tmp_path / "debt.parquet")
    assert found.code == "POLICY-91"
    assert f"Row 3 has a personal account of {amount} fen" in found.cause_en


def test_a_file_without_visits_is_refused(table: pa.Table, tmp_path: Path) -> None:
    assert refused(table.slice(0, 0), tmp_path) == ["POLICY-89"]


def test_what_is_not_parquet_cut_off_or_damaged_is_refused(table: pa.Table, tmp_path: Path) -> None:
    whole = tmp_path / "whole.parquet"
    parquet.write_table(table, whole, compression="zstd", use_dictionary=False)
    content = whole.read_bytes()
    about = parquet.read_metadata(whole).row_group(0).column(0)
    at = about.data_page_offset + about.total_compressed_size // 2
    for name, wrong in (
        ("empty", b""),
        ("text", b"person,on\n"),
        ("cut", content[: len(content) // 2]),
        ("damaged", content[: at - 8] + bytes(b ^ 0x5A for b in content[at - 8 : at]) + content[at:]),
    ):
        path = tmp_path / f"{name}.parquet"
        path.write_bytes(wrong)
        assert [each.code for each in refusals_of(path)] == ["POLICY-81"], name


def test_the_command_tells_findings_in_both_languages_and_ends_with_status_1(
    table: pa.Table, tmp_path: Path
) -> None:
    path = tmp_path / "wrong.parquet"
    parquet.write_table(table.drop_columns(["level"]), path)
    told = CliRunner().invoke(app, ["simulate", "--base", "wuhan", "--reform", "wuhan", str(path)])
    assert told.exit_code == 1
    assert "POLICY-87 wrong.parquet 缺少列：level。" in told.stderr
    assert "wrong.parquet lacks the columns level." in told.stderr
    asked = ["simulate", "--base", "atlantis", "--reform", "wuhan", str(path), "--json"]
    found = json.loads(CliRunner().invoke(app, asked).stdout)
    assert [each["code"] for each in found["refusals"]] == ["POLICY-85"]
