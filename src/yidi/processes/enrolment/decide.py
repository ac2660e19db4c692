"""The decisions of enrolment, as one table."""

from __future__ import annotations

from yidi.domain.codes.chronic_disease import ChronicDiseases
from yidi.processes.enrolment import asking, directory, enrolling, funds, renumbering
from yidi.processes.enrolment.commands import (
    ChangeRelation,
    CheckEntitlement,
    EnrolPerson,
    FindInsured,
    FindPerson,
    MoveAccount,
    RegisterCredential,
    ReplaceNumber,
)
from yidi.processes.enrolment.numbers import following
from yidi.processes.ports.deciding import Handler


def handlers(diseases: ChronicDiseases) -> tuple[Handler, ...]:
    """Return how enrolment decides; `diseases` maps local codes of certificates to national ones."""
    return (
        following(
            Handler(EnrolPerson, (enrolling.needs_of_enrolment, enrolling.needs_of_holders), enrolling.enrol)
        ),
        following(Handler(ChangeRelation, (enrolling.needs_of_change,), enrolling.change_relation)),
        following(Handler(MoveAccount, (enrolling.needs_of_account,), enrolling.move_account)),
        following(Handler(ReplaceNumber, (renumbering.needs_of_numbers,), renumbering.replace_number)),
        Handler(RegisterCredential, (directory.needs_of_entry,), directory.register),
        Handler(FindInsured, (directory.needs_of_entry,), directory.find_insured),
        Handler(
            FindPerson,
            (
                asking.needs_of_credential,
                asking.needs_of_holder,
                asking.needs_of_namesakes,
                asking.needs_of_relations,
            ),
            asking.find_person,
        ),
        following(
            Handler(
                CheckEntitlement,
                (funds.needs_of_funds, funds.needs_of_numbers, funds.needs_of_their_relations),
                funds.check_entitlement(diseases),
            )
        ),
    )
