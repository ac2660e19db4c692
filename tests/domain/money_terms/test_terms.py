"""Terms of money: dated, sourced, complete; what is not set for a day is refused, never guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from yidi.domain.money_terms.refusals import TERM_NOT_SET
from yidi.domain.money_terms.terms import MoneyTerms, Terms
from yidi.domain.refusal import Refusal
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.money import read_money_terms
from yidi.edges.packs.national import PackError


@pytest.fixture(scope="module")
def shipped() -> MoneyTerms:
    return read_money_terms()


def on(terms: MoneyTerms, day: str) -> Terms:
    found = terms.on(day)
    assert isinstance(found, Terms)
    return found


def test_the_shipped_terms_are_those_of_the_regulation(shipped: MoneyTerms) -> None:
    prepayment = on(shipped, "2026-01-20").prepayment
    assert (prepayment.multiple, prepayment.base_first_month, prepayment.base_months) == (2, 10, 3)
    assert (prepayment.yellow_bp, prepayment.red_bp) == (7000, 9000)
    clearing = on(shipped, "2026-01-20").clearing
    assert (clearing.declare_by_day, clearing.build_on_day, clearing.sign_by_day) == (20, 21, 25)


def test_a_new_rule_holds_from_its_day_and_the_old_one_until_then(shipped: MoneyTerms) -> None:
    assert on(shipped, "2024-12-31").institution.pay_working_days == 30
    assert on(shipped, "2025-01-01").institution.pay_working_days == 20


def test_a_day_before_the_first_rule_is_refused_with_the_term(shipped: MoneyTerms) -> None:
    found = shipped.on("2022-12-31")
    assert isinstance(found, Refusal)
    assert found.code == TERM_NOT_SET.code
    assert "prepayment.multiple" in found.cause_zh


def test_every_term_says_its_source_and_how_sure_it_is(shipped: MoneyTerms) -> None:
    found = shipped.source_of("prepayment.paid_by_month", "2026-02-01")
    assert found is not None
    assert found.sure_pct == 50
    assert "February" in found.source
    assert shipped.source_of("prepayment.nothing", "2026-02-01") is None


def broken(change: Callable[[dict[str, Any]], object]) -> str:
    """Read the shipped file with a change in it."""
    text = (packs_folder() / "national" / "money.yaml").read_text("utf-8")
    read = yaml.safe_load(text)
    change(read["terms"])
    return yaml.safe_dump(read, allow_unicode=True)


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda terms: terms["prepayment"].pop("red_bp"), "red_bp"),
        (lambda terms: terms["prepayment"].update(blue_bp=terms["prepayment"]["red_bp"]), "blue_bp"),
        (lambda terms: terms["clearing"]["sign_by_day"][0].update(value=32), "not a day of a month"),
        (lambda terms: terms["prepayment"]["red_bp"][0].update(value=10001), "basis points"),
        (lambda terms: terms["prepayment"]["paid_by_month"][0].update(value=13), "not a month"),
        (lambda terms: terms["institution"]["declare_by_day"].reverse(), "later than the one before"),
        (lambda terms: terms["clearing"]["sign_by_day"][0].update(source=" "), "source"),
        (lambda terms: terms["clearing"].update(sign_by_day=[]), "no value"),
        (lambda terms: terms["institution"]["declare_by_day"][0].update(value="x"), "one kind"),
        (lambda terms: terms["prepayment"]["rounding"][0].update(value="sideways"), "sideways"),
        (lambda terms: terms["clearing"]["sign_by_day"][0].update({"from": "2023"}), "days"),
    ],
)
def test_a_file_of_terms_that_cannot_be_right_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], finding: str
) -> None:
    (tmp_path / "national").mkdir()
    (tmp_path / "national" / "money.yaml").write_text(broken(change), "utf-8")
    with pytest.raises(PackError, match=finding):
        read_money_terms(tmp_path)


def test_terms_are_plain_values(shipped: MoneyTerms) -> None:
    assert msgspec.convert(msgspec.to_builtins(on(shipped, "2026-01-20")), Terms) == on(shipped, "2026-01-20")
