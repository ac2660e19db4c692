"""Runs one case through the engine and compares it, figure by figure, with what its source published."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from yidi.domain.benefit.plan import plan_for
from yidi.domain.benefit.planned import Plan
from yidi.domain.benefit.situation import Bill, Situation
from yidi.domain.benefit.wide import counter_names
from yidi.domain.policy.policy import STANDS_IN, Policy, year_of
from yidi.domain.policy.refusals import UNKNOWN_ANSWER, UNKNOWN_FIGURE
from yidi.domain.policy.terms import Pack
from yidi.domain.refusal import Refusal
from yidi.edges.cases.bills import added_up, marked
from yidi.edges.cases.case import Case, Visit, read_case
from yidi.edges.cases.counters import counters_of, meant, narrows, runs_on_days
from yidi.edges.cases.expecting import Expected, value_text
from yidi.edges.cases.figures import Ambiguous, Done, Value, is_figure, own_account
from yidi.edges.cases.given import with_given
from yidi.edges.cases.inline import counter_words, declared_words, layer_ids
from yidi.edges.cases.rest import LEFT_OUT
from yidi.edges.cases.sheet import Sheet
from yidi.edges.cases.shelf import InlineShelf, Shelf, read_inline
from yidi.edges.cases.situations import SHORT, SILENT, WRITTEN, own_words, situation
from yidi.edges.cases.totals import terms, total
from yidi.edges.cases.walk import Walked, heads, walk
from yidi.edges.packs.cases import WrittenCase, read_cases

AGREES, DIFFERS, UNKNOWN_WORDS = "agrees", "differs", "unknown_words"
_INLINE_DAY = "2020-01-01"


class Difference(Struct, frozen=True):
    """A figure that differs from the published one; `why` says why the published one is wrong, if it is."""

    figure: str
    published: str
    computed: str
    why: str = ""
    published_is_wrong: bool = False


class Verdict(Struct, frozen=True):
    """What became of a case. Differences of a case that agrees are published figures shown to be wrong.

    `completed_for_demonstration`: the area's pack used figures that no source gives.
    """

    id: str
    verdict: str
    differences: tuple[Difference, ...] = ()
    unknown_words: tuple[str, ...] = ()
    file: str = ""
    figures: int = 0
    about: str = ""
    completed_for_demonstration: bool = False


class _Stop(Exception):
    """The case cannot be computed; the differences say why."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        self.differences = tuple(differences)
        super().__init__()


def run_files(paths: Sequence[Path], packs: Shelf) -> list[Verdict]:
    """Run every case of these files; `packs` is read only when a case names an area."""
    written = [case for path in paths for case in read_cases(path)]
    return _named_once([run_case(case, number, packs) for number, case in enumerate(written, 1)])


def _named_once(verdicts: list[Verdict]) -> list[Verdict]:
    """Let a case differ whose name stands in its file already: by file and name one verdict is found."""
    taken: set[tuple[str, str]] = set()
    found = []
    for each in verdicts:
        if (each.file, each.id) in taken:
            text = f"the name {each.id} is taken by a case above: give each case of a file its own"
            differences = (*each.differences, Difference("id", "", "", text))
            verdict = DIFFERS if each.verdict == AGREES else each.verdict
            each = replace(each, verdict=verdict, differences=differences)
        taken.add((each.file, each.id))
        found.append(each)
    return found


def run_case(written: WrittenCase, number: int, packs: Shelf) -> Verdict:
    """Run one case. Words it does not know decide the verdict, whatever else is found."""
    sheet = Sheet()
    case = read_case(written, number, sheet)
    differences: list[Difference] = []
    compared = 0
    completed = False
    try:
        done = _Runner(case, sheet, packs).run()
        for visit, each in zip(case.visits, done, strict=True):
            compared += _compare(visit.expected, [each], sheet, differences)
        compared += _compare(case.expected, done, sheet, differences)
        completed = any(each.walked.benefit.completed_for_demonstration for each in done)
        if not compared and not differences and not sheet.unknown:
            sheet.problem("expect", case.line, "the case expects nothing")
    except _Stop as stop:
        differences += stop.differences
        _list_unknown(case, sheet)
    differences += [Difference(p.place, "", "", f"line {p.line}: {p.text}") for p in sheet.problems]
    wrong = [each for each in differences if not each.published_is_wrong]
    verdict = UNKNOWN_WORDS if sheet.unknown else DIFFERS if wrong else AGREES
    return Verdict(
        case.id,
        verdict,
        tuple(differences),
        tuple(sheet.unknown),
        case.file,
        compared,
        case.about,
        completed,
    )


def _list_unknown(case: Case, sheet: Sheet) -> None:
    """List the unknown words of a case that could not be computed, as far as they show without computing."""
    layers = layer_ids(case.policy) if case.policy is not None else ()
    for visit in (*case.before, *case.visits):
        for place in visit.own_words:
            if case.policy is None or place.rpartition(".")[2] not in declared_words(case.policy):
                sheet.unknown_word(place)
    for name in case.earlier:
        if case.policy is not None and name != "stays" and name not in counter_words(case.policy, layers):
            sheet.unknown_word(f"earlier.{name}")
    for each in (*case.expected, *(each for visit in case.visits for each in visit.expected)):
        if case.policy is not None and not all(is_figure(word, layers) for word in terms(each.name)):
            sheet.unknown_word(f"expect.{each.name}")


def _compare(
    expected: Sequence[Expected], done: Sequence[Done], sheet: Sheet, differences: list[Difference]
) -> int:
    """Compare figures with the sum over these visits; returns how many were compared."""
    compared = 0
    for each in expected:
        value = total(each.name, done)
        if value is None:
            sheet.unknown_word(f"expect.{each.name}")
        elif isinstance(value, Ambiguous):
            differences.append(Difference(each.name, each.published.text, "", value.text))
        else:
            compared += 1
            differences += _difference(each, value)
    return compared


def _difference(expected: Expected, value: Value) -> list[Difference]:
    computed = value_text(value)
    published = expected.published.text
    if not expected.agrees(value):
        right = expected.right
        text = f"the case says {right.text} is right: {expected.why}" if right is not None else ""
        return [Difference(expected.name, published, computed, text)]
    if expected.right is None:
        return []
    if expected.published_is_right(value):
        return [Difference(expected.name, published, computed, "said to be wrong, but it is right")]
    return [Difference(expected.name, published, computed, expected.why, published_is_wrong=True)]


class _Runner:
    """Runs the visits of one case in order, with counters and account balance carried."""

    def __init__(self, case: Case, sheet: Sheet, packs: Shelf) -> None:
        self.case, self.sheet = case, sheet
        self.shelf: Shelf | InlineShelf | None = packs
        self.scheme = case.scheme
        if case.policy is not None:
            self.shelf, self.scheme = read_inline(case, sheet)
        self.years: dict[str, dict[str, int]] = {}
        self.balance = case.account_fen
        self.several = len(case.before) + len(case.visits) > 1

    def run(self) -> list[Done]:
        """Compute every visit after the earlier ones; raises _Stop when one cannot be."""
        if self.shelf is None or (self.sheet.problems and not self.case.visits):
            raise _Stop([])
        for visit in self.case.before:
            self._visit(visit)
        return [self._visit(visit) for visit in self.case.visits]

    def _visit(self, visit: Visit) -> Done:
        """Compute one visit and carry what it adds."""
        if self.case.policy is None:
            self._ask_what_a_pack_needs(visit)
        policy = self._policy(dict(visit.words))
        words = own_words(policy, visit.words, visit.own_words, self.sheet)
        day = str(words.get("on") or self.case.on or _INLINE_DAY)
        if not (words.get("on") or self.case.on) and self.several and runs_on_days(policy):
            text = "something is counted by the day, month or quarter: say when, such as on: 2026-11-22"
            raise _Stop([Difference("on", "", "", text)])
        care = str(words.get("care_kind", SILENT["care_kind"]))
        if visit.bill.already_paid:
            policy = with_given(policy, self._pack(policy), visit.bill.already_paid, care)
        first = not self.years
        year = self.years.setdefault(year_of(policy, day), {})
        if first:
            year |= self._earlier(policy, situation(policy, day, words))
        if care == "inpatient" and "stay_number" not in words:
            words["stay_number"] = year.get("stays", 0) + 1
        elif care == "inpatient":
            year["stays"] = max(year.get("stays", 0), words["stay_number"] - 1)
        found = self._ask(policy, words, day, visit.bill.bill, year)
        balance = self.balance
        lines = _Lines(policy, situation(policy, day, words), visit, dict(year))
        alone = _Alone(policy, self._pack(policy), situation(policy, day, words), visit)
        for name, amount in found.benefit.counters:
            year[name] = year.get(name, 0) + amount
        self.balance -= own_account(found.benefit)
        self._check_given(visit, found)
        own = situation(policy, day, words)
        left = heads(policy, self._pack(policy), own, visit.bill.bill)
        return Done(visit.bill, found, balance, visit.prepaid_fen, lines.own, alone.pays, left)

    def _pack(self, policy: Policy) -> Pack:
        assert self.shelf is not None
        return self.shelf.pack(policy)

    def _policy(self, words: dict[str, Any]) -> Policy:
        day = str(words.get("on") or self.case.on or _INLINE_DAY)
        assert self.shelf is not None
        found = self.shelf.find(self.shelf.area_code(self.case.area), self.scheme, day)
        faults = [Difference("packs", "", "", text) for text in self.shelf.faults()[:10]]
        if not isinstance(found, Policy):
            raise _Stop([*map(_refused, found), *faults])
        if found.area == STANDS_IN and faults:  # the area may have a pack of its own that cannot be used
            raise _Stop(faults)
        return found

    def _ask_what_a_pack_needs(self, visit: Visit) -> None:
        """Ask for the day and the kind of care: an area's pack answers for nothing without them."""
        asked = []
        assert self.shelf is not None
        if not self.shelf.area_code(self.case.area):
            self.sheet.unknown_word(f"area: {self.case.area}")
            text = "no place has this division code, and no area with a policy pack this name"
            asked.append(Difference("area", self.case.area, "", text))
        if self._said_wrongly("on"):
            raise _Stop(asked)
        if not (visit.words.get("on") or self.case.on):
            asked.append(Difference("on", "", "", "say the day, such as on: 2026-11-22"))
        if "care_kind" not in visit.words:
            asked.append(Difference("visit.care", "", "", "say which kind of care it was"))
        if asked:
            raise _Stop(asked)

    def _said_wrongly(self, word: str) -> bool:
        """Say whether a word was said, but could not be read: it is a problem already."""
        return any(problem.place.rpartition(".")[2] == word for problem in self.sheet.problems)

    def _earlier(self, policy: Policy, visit: Situation) -> dict[str, int]:
        """Take the counters the case states; one the policy does not have is an unknown word."""
        plan = plan_for(policy, visit)
        filled = {}
        if isinstance(plan, Plan):
            names, _ = counter_names(plan, visit)
            filled = {raw.partition("@")[0]: name for raw, name in zip(plan.counters, names, strict=True)}
        known = counters_of(policy)
        found = {}
        for name, amount in self.case.earlier.items():
            base, _, narrowed = name.partition("@")
            if base not in known:
                base = next(iter(meant(name, policy)), "")
            if not base or (narrowed and not narrows(narrowed, known[base])):
                self.sheet.unknown_word(f"earlier.{name}")
                text = f"the counters of this policy are {', '.join(known)}"
                self.sheet.problem(f"earlier.{name}", self.case.line, text)
            else:
                found[name if narrowed else filled.get(base, base)] = amount
        return found

    def _ask(
        self, policy: Policy, words: dict[str, Any], day: str, bill: Bill, counters: dict[str, int]
    ) -> Walked:
        """Ask the engine; every answer to a silent question must give the same."""
        found = walk(policy, situation(policy, day, words), bill, counters, self.balance)
        if isinstance(found, tuple):
            self._list_answers(found, words)
            raise _Stop([_refused(refusal) for refusal in found])
        for name, answers in _silent(policy, words).items():
            for answer in answers:
                other = {**words, name: answer}
                again = walk(policy, situation(policy, day, other), bill, counters, self.balance)
                if _matters(again, found):
                    word = WRITTEN.get(name, name)
                    text = f"the answer depends on it: say {word}"
                    raise _Stop([Difference(word, "", "", text)])
        return found

    def _list_answers(self, findings: Sequence[Refusal], words: dict[str, Any]) -> None:
        """List the words the policy does not know as answers; a number out of range is no word."""
        said = {**words, **{f"facts.{name}": value for name, value in words.get("facts", ())}}
        for finding in findings:
            if finding.field in ("facts", "amounts", "marks"):
                continue  # listed by its own name already
            word = str(said.get({**SHORT, "person": "person_class"}.get(finding.field, finding.field), ""))
            if finding.code == UNKNOWN_ANSWER.code and word and not word.isdigit():
                self.sheet.unknown_word(f"{finding.field}: {word}")

    def _check_given(self, visit: Visit, found: Walked) -> None:
        for fund, fen in visit.bill.already_paid:
            paid = sum(tier.paid_fen for tier in found.tiers if tier.given and tier.fund == fund)
            if paid != fen:
                text = f"{fund} cannot have paid more than the bill: {fen / 100:.2f} yuan"
                self.sheet.problem("bill.already_paid", visit.line, text)


class _Lines:
    """What each line of a bill costs the person: the total with it less the total without it."""

    def __init__(self, policy: Policy, visit: Situation, of: Visit, counters: dict[str, int]) -> None:
        self.policy, self.visit, self.lines, self.counters = policy, visit, of.bill.lines, counters

    def own(self, number: int) -> int | None:
        """Return the person's share of a line, after the lines before it; None when refused."""
        before, after = self._person(number), self._person(number + 1)
        return None if before is None or after is None else after - before

    def _person(self, count: int) -> int | None:
        lines = self.lines[:count]
        visit = replace(self.visit, marks=marked(lines))
        found = walk(self.policy, visit, added_up(lines), self.counters, 0)
        return found.benefit.person_total_fen if isinstance(found, Walked) else None


class _Alone:
    """What each layer would pay if it looked at the whole cost in scope, as some pages wrongly reckon."""

    def __init__(self, policy: Policy, pack: Pack, visit: Situation, of: Visit) -> None:
        self.policy, self.pack, self.visit, self.bill = policy, pack, visit, of.bill.bill

    def pays(self) -> dict[str, int]:
        """Return, by layer, what it would pay alone; layers that would be refused are missing."""
        found = {}
        for layer in self.policy.terms.layers:
            lone = replace(layer, base=("in_scope",), weights=(), undecided=())
            terms = replace(self.policy.terms, layers=(lone,))
            policy = Policy(self.pack, terms, self.policy.start, self.policy.end)
            walked = walk(policy, self.visit, self.bill, {}, 0)
            if isinstance(walked, Walked):
                found[layer.id] = walked.benefit.fund_total_fen
        return found


def _matters(again: Walked | tuple[Refusal, ...], found: Walked) -> bool:
    """Say whether another answer to a silent question changes an amount, or meets a figure nobody gives."""
    if isinstance(again, Walked):
        return _amounts(again) != _amounts(found)
    return any(refusal.code == UNKNOWN_FIGURE.code for refusal in again)


def _amounts(found: Walked) -> Walked:
    """Leave the words out of an answer, so that only amounts are compared."""
    return replace(found, benefit=replace(found.benefit, steps=()))


def _silent(policy: Policy, words: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the questions the rules ask and the case is silent about, with their other answers."""
    asked = {name for ready in policy.layers for resolver in ready.resolvers() for name in resolver.names}
    asked |= {name for ready in policy.layers for name, _ in ready.when}
    if policy.terms.classes is not None and "class" in asked:
        asked |= {name for row in policy.terms.classes.rows for name, _ in row.conditions}
    answers = policy.answers
    open_questions: dict[str, list[Any]] = {
        "person": list(answers.domains["person"]),
        "age": [int(edge) for edge in answers.domains["age"]],
        "level": [1, 2, 3],
        "grade": ["", "A", "B", "C"],
        "tier": list(answers.domains["tier"]),
    }
    fields = {"person": "person_class", "grade": "level_grade", "tier": "plan_tier"}
    found = {}
    for name, options in open_questions.items():
        field = fields.get(name, name)
        if name in asked and field not in words:
            found[field] = options
    return found


def _refused(refusal: Refusal) -> Difference:
    """Write a refusal; a row that the case's own policy leaves out is the case's to add."""
    left_out = LEFT_OUT.search(refusal.cause_en)
    if left_out is not None:
        place = re.sub(r"^schemes\.\w+\.", "", left_out[1])
        return Difference(f"policy.{place}", "", "", f"{left_out[2]}: this visit needs one")
    return Difference("policy", "", "", f"{refusal.code} {refusal.cause_en} {refusal.remedy_en}")
