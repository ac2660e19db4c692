"""Which function decides which message of claims."""

from __future__ import annotations

from yidi.processes.claim.commands import AskClaim, ClaimEnded, FileClaim, MaterialSent, SendMaterial
from yidi.processes.claim.deciding import Deciding, Desk, filing, needs_filing, needs_numbers
from yidi.processes.claim.material import Materials, end, needs_end
from yidi.processes.claim.queries import needs_claim, needs_settlement, show_claim
from yidi.processes.enrolment.numbers import following
from yidi.processes.ports.deciding import Handler


def handlers(desk: Desk) -> tuple[Handler, ...]:
    """Return the handlers of claims; `desk` is settlement's."""
    materials, deciding = Materials(desk), Deciding(desk)
    return (
        following(Handler(FileClaim, (needs_filing, needs_numbers), filing(desk))),
        Handler(SendMaterial, (materials.needs_first, materials.needs_then), materials.send),
        Handler(MaterialSent, (deciding.needs_first, deciding.needs_then), deciding.decide),
        Handler(ClaimEnded, (needs_end,), end),
        following(Handler(AskClaim, (needs_claim, needs_settlement), show_claim)),
    )
