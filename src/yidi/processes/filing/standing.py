"""As what a visit counts: the effective-time table of filing (regulation section 2), row by row.

Pure, and asked twice: at registration, and at settlement with every filing known by then, so that a late
filing covers the whole stay and a cancelled one still covers the stay it began.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from yidi.domain.benefit.situation import Standing
from yidi.domain.codes.division import Divisions
from yidi.domain.dates import day_of, read_instant
from yidi.domain.refusal import Refusal
from yidi.processes.filing.records import Category, Filing, FilingState
from yidi.processes.filing.refusals import (
    FILED_ELSEWHERE,
    FILING_NOT_APPROVED,
    FILING_NOT_YET_IN_FORCE,
    FILING_RAN_OUT,
    NOT_FILED,
    TERM_UNKNOWN,
)
from yidi.processes.filing.views import LONG_TERM, Spell, filed_on, latest, papers_complete, spells, state_zh
from yidi.processes.ports.areas import FilingRules


class VisitSought(Struct, frozen=True, kw_only=True):
    """The visit whose standing is sought. Days are business dates.

    `started_on` is the day of registration or admission, `day` the day of asking: of registration, or of
    settlement. `emergency` is the hospital's mark (admission 2, or urgent 1 or 3). `paid_at`, an instant,
    is set only for a claim by hand: what was filed after it changes nothing.
    """

    insured_area: str
    care_area: str
    institution_code: str
    care_kind: str
    started_on: str
    day: str
    emergency: bool = False
    paid_at: str = ""

    @property
    def direct(self) -> bool:
        """Whether the hospital settles, rather than the person claims by hand."""
        return not self.paid_at


class StandingFound(Struct, frozen=True, kw_only=True):
    """As what the visit counts, by which row of the table (0: no filing needed), on which filing.

    `passed_over` are the filings that would also have covered the visit (row 8).
    """

    standing: Standing
    row: int
    filing_id: str = ""
    filing_version: int = 0
    reason_zh: str
    reason_en: str
    passed_over: tuple[str, ...] = ()


REASONS = {
    0: ("该就诊无需备案", "such care needs no filing"),
    1: ("入院（登记）当日备案有效且就医地相符", "a filing for this place holds on the day of admission"),
    2: (
        "入院时备案有效，其后失效或取消，本次住院仍按已备案",
        "the filing held at admission and ended during the stay: still filed for this stay",
    ),
    3: (
        "入院时未备案，结算前补办，全程按已备案",
        "filed after admission and before settlement: filed for the whole stay",
    ),
    4: (
        "未备案，医院标识为急诊，视同备案",
        "no filing, but the hospital marks an emergency: treated as filed",
    ),
    5: (
        "备案在结算之后才生效，不改变本次结算",
        "the filing takes effect only after the payment and changes nothing about it",
    ),
    6: (
        "备案地为同省其他地市，按参保地规定处理",
        "filed to another city of the province: as the insured place rules",
    ),
    7: (
        "未备案且非急诊，按参保地规定直接结算",
        "no filing and no emergency: the insured place settles all the same",
    ),
    8: (
        "多个备案同时有效，取与就医机构和就医类型相符者",
        "several filings hold: the one that fits hospital and visit",
    ),
    9: ("长期备案人员回参保地就医，双向享受待遇", "a long-term filer is treated at home: dual treatment"),
    10: ("在参保地就医", "care at home"),
}
"""Why, by row of the table; 0 and 10 stand beside it: no filing needed, and care at home."""
HOME = 10

_STANDING_OF = {
    Category.REFERRED: Standing.REFERRED,
    Category.EMERGENCY: Standing.EMERGENCY,
    Category.TEMPORARY: Standing.TEMPORARY,
} | dict.fromkeys(LONG_TERM, Standing.LONG_TERM)
_ORDER = (
    Standing.LOCAL,
    Standing.LONG_TERM,
    Standing.REFERRED,
    Standing.EMERGENCY,
    Standing.TEMPORARY,
    Standing.UNFILED,
)


class _Candidate(NamedTuple):
    """One reason to treat the visit as filed; `rank` low is better."""

    rank: int
    late: bool
    start: str
    row: int
    standing: Standing
    filing: Filing | None


def standing(
    filings: Sequence[Filing], visit: VisitSought, rules: FilingRules, divisions: Divisions
) -> StandingFound | tuple[Refusal, ...]:
    """Find as what a visit counts, or every reason why it cannot be settled directly.

    `filings` are all versions of all filings of the person. A claim by hand is never refused here.
    """
    held = spells(filings) if filings else ()
    if _same_place(visit.insured_area, visit.care_area, divisions):
        return _at_home(held, visit, rules, divisions)
    candidates = [*_filed(held, visit, divisions), *_implied(visit, rules)]
    if len(candidates) == 1:
        only = candidates[0]
        return _found(only.row, only.standing, only.filing)
    if candidates:
        return _chosen(sorted(candidates, key=lambda c: (c.rank, c.late, c.filing is None)))
    return _not_filed(filings, held, visit, rules, divisions)


def _same_place(one: str, other: str, divisions: Divisions) -> bool:
    return divisions.filing_target(one) == divisions.filing_target(other)


def _found(row: int, counts_as: Standing, filing: Filing | None = None, *over: str) -> StandingFound:
    reason_zh, reason_en = REASONS[row]
    return StandingFound(
        standing=counts_as,
        row=row,
        filing_id="" if filing is None else filing.filing_id,
        filing_version=0 if filing is None else filing.version,
        reason_zh=reason_zh,
        reason_en=reason_en,
        passed_over=over,
    )


def _at_home(
    held: Iterable[Spell], visit: VisitSought, rules: FilingRules, divisions: Divisions
) -> StandingFound | tuple[Refusal, ...]:
    """Row 9, else plain care at home."""
    away = [
        spell.filing
        for spell in held
        if spell.filing.category in LONG_TERM
        and spell.span.covers(visit.started_on)
        and not _same_place(spell.filing.care_area, visit.insured_area, divisions)
        and _known_in_time(spell.filing, visit)
    ]
    if not away:
        return _found(HOME, Standing.LOCAL)
    filing = max(away, key=lambda row: (papers_complete(row), row.start, row.filing_id))
    complete = papers_complete(filing)
    term = "dual_treatment_with_papers" if complete else "dual_treatment_by_commitment"
    return _unknown(term, visit, rules) or _found(
        9, rules.dual_treatment if complete else rules.commitment_only, filing
    )


def _unknown(term: str, visit: VisitSought, rules: FilingRules) -> tuple[Refusal, ...]:
    """Refuse a direct settlement that needs a term of filing no source gives; a claim is never refused."""
    why = rules.unknown.get(term) if visit.direct else None
    return () if why is None else (TERM_UNKNOWN.because(term, term=term, why=why),)


def _known_in_time(filing: Filing, visit: VisitSought) -> bool:
    return visit.direct or filing.filed_at < visit.paid_at


def _settled_on(visit: VisitSought) -> str:
    return visit.day if visit.direct else day_of(read_instant(visit.paid_at)).isoformat()


def _filed(held: Iterable[Spell], visit: VisitSought, divisions: Divisions) -> Iterator[_Candidate]:
    """Rows 1, 2 and 3: filings for this place that hold at admission, or came before the settlement."""
    target, settled_on = divisions.filing_target(visit.care_area), _settled_on(visit)
    for filing, span in held:
        if divisions.filing_target(filing.care_area) != target or not _known_in_time(filing, visit):
            continue
        at_admission = span.covers(visit.started_on)
        if not at_admission and not visit.started_on < span.start <= settled_on:
            continue
        late = not at_admission or filed_on(filing) > visit.started_on
        row = 3 if late else 2 if span.end <= settled_on else 1
        counts_as = _STANDING_OF[Category(filing.category)]
        named = filing.category == Category.REFERRED and filing.institution_code == visit.institution_code
        rank = 0 if named else _ORDER.index(counts_as)
        yield _Candidate(rank, late, span.start, row, counts_as, filing)


def _implied(visit: VisitSought, rules: FilingRules) -> Iterator[_Candidate]:
    """Row 4, and care for which the area wants no filing: as good as filed."""
    exempt = (
        not rules.in_province_needs_filing
        if _in_own_province(visit)
        else visit.care_kind in rules.no_filing_for
    )
    if exempt:
        counts_as = rules.exempt_counts_as
        yield _Candidate(_ORDER.index(counts_as), False, "", 0, counts_as, None)
    if visit.emergency:
        yield _Candidate(_ORDER.index(Standing.EMERGENCY), False, "", 4, Standing.EMERGENCY, None)


def _in_own_province(visit: VisitSought) -> bool:
    return visit.insured_area[:2] == visit.care_area[:2]


def _chosen(candidates: Sequence[_Candidate]) -> StandingFound:
    """Row 8 when several filings cover the visit: the best rank, then the one that began last."""
    best = max(
        (c for c in candidates if (c.rank, c.late) == (candidates[0].rank, candidates[0].late)),
        key=lambda c: (c.filing is not None, c.start, "" if c.filing is None else c.filing.filing_id),
    )
    over = tuple(
        dict.fromkeys(
            c.filing.filing_id
            for c in candidates
            if c.filing is not None and (best.filing is None or c.filing.filing_id != best.filing.filing_id)
        )
    )
    return _found(8 if over else best.row, best.standing, best.filing, *over)


def _not_filed(
    filings: Sequence[Filing],
    held: Iterable[Spell],
    visit: VisitSought,
    rules: FilingRules,
    divisions: Divisions,
) -> StandingFound | tuple[Refusal, ...]:
    """Rows 5, 6 and 7."""
    row, filing = 7, None
    for spell in held:
        if _same_place(spell.filing.care_area, visit.care_area, divisions):
            after = spell.span.start > _settled_on(visit) or not _known_in_time(spell.filing, visit)
            row, filing = (5, spell.filing) if after and row != 6 else (row, filing)
        elif _in_province_of(spell, visit):
            row, filing = 6, spell.filing
    exempting = "in_province_needs_filing" if _in_own_province(visit) else "no_filing_for"
    open_terms = _unknown(exempting, visit, rules)
    if row == 6:
        open_terms = open_terms or _unknown("same_province_other_city", visit, rules)
    if open_terms:
        return open_terms
    if row == 6 and rules.other_city_counts_as is Standing.TEMPORARY:
        return _found(row, Standing.TEMPORARY, filing)
    open_terms = _unknown("unfiled_settles_directly", visit, rules)
    if open_terms:
        return open_terms
    if rules.unfiled_settles or not visit.direct:
        return _found(row, Standing.UNFILED, filing)
    return (NOT_FILED.because("care_area", care_area=visit.care_area), *_why(filings, visit, divisions))


def _in_province_of(spell: Spell, visit: VisitSought) -> bool:
    in_time = spell.span.covers(visit.started_on) and _known_in_time(spell.filing, visit)
    return in_time and spell.filing.care_area[:2] == visit.care_area[:2]


def _why(filings: Sequence[Filing], visit: VisitSought, divisions: Divisions) -> Iterator[Refusal]:
    """Say of every filing why it does not help."""
    for row in latest(filings):
        if row.state in (FilingState.UNDER_REVIEW, FilingState.RETURNED, FilingState.SUSPENDED):
            yield FILING_NOT_APPROVED.because(
                "filing_id", filing_id=row.filing_id, state=row.state, state_zh=state_zh(row)
            )
        elif not _same_place(row.care_area, visit.care_area, divisions):
            yield FILED_ELSEWHERE.because(
                "filing_id", filing_id=row.filing_id, filed_area=row.care_area, care_area=visit.care_area
            )
        elif row.start > visit.day:
            yield FILING_NOT_YET_IN_FORCE.because(
                "filing_id", filing_id=row.filing_id, start=row.start, day=visit.day
            )
        else:
            yield FILING_RAN_OUT.because("filing_id", filing_id=row.filing_id, end=row.end)
