"""The decisions of filing, as one table."""

from __future__ import annotations

from yidi.processes.enrolment.numbers import following
from yidi.processes.filing import asking, changing, making, referral, registers
from yidi.processes.filing.commands import (
    AskChronic,
    AskFilings,
    AskSelections,
    CancelFiling,
    CertifyChronic,
    ChangeFiling,
    FileForCare,
    ProveFiling,
    Refer,
    ReviewFiling,
    RevokeCommitment,
    SelectInstitution,
    WithdrawChronic,
    WithdrawReferral,
    WithdrawSelection,
)
from yidi.processes.ports.areas import Areas
from yidi.processes.ports.deciding import Handler


def handlers(areas: Areas) -> tuple[Handler, ...]:
    """Return how filing decides over the rules of the areas."""
    return (
        *_of_filings(areas),
        *(following(handler) for handler in _about_persons(areas)),
    )


def _of_filings(areas: Areas) -> tuple[Handler, ...]:
    """What names a filing and nobody's number."""
    held = (changing.needs_of_held,)
    with_area = (changing.needs_of_held, changing.needs_of_area)
    return (
        Handler(ReviewFiling, held, changing.review),
        Handler(ProveFiling, held, changing.prove),
        Handler(RevokeCommitment, held, changing.revoke),
        Handler(ChangeFiling, with_area, changing.change(areas)),
        Handler(CancelFiling, with_area, changing.cancel(areas)),
    )


def _about_persons(areas: Areas) -> tuple[Handler, ...]:
    """What names a person, who may have had another number before."""
    return (
        Handler(FileForCare, (making.needs_of_filing,), making.file_for_care(areas)),
        Handler(Refer, (referral.needs_of_referral,), referral.refer(areas)),
        Handler(WithdrawReferral, (referral.needs_of_withdrawal,), referral.withdraw),
        Handler(CertifyChronic, (registers.needs_of_chronic,), registers.certify(areas)),
        Handler(WithdrawChronic, (registers.needs_of_chronic,), registers.withdraw_chronic),
        Handler(SelectInstitution, (registers.needs_of_selection,), registers.select),
        Handler(WithdrawSelection, (registers.needs_of_selection,), registers.withdraw_selection),
        Handler(AskChronic, (asking.needs_of_certificates,), asking.ask_chronic),
        Handler(AskSelections, (asking.needs_of_selections, asking.needs_of_selected), asking.ask_selections),
        Handler(AskFilings, (asking.needs_of_filings,), asking.ask_filings),
    )
