"""The decisions of the network, as one table."""

from __future__ import annotations

from yidi.processes.network import designation, keeping, presence
from yidi.processes.network.commands import (
    AskInstitution,
    ChangeOpening,
    DescribeInstitution,
    DesignateInstitution,
    FetchFile,
    MapItems,
    OperatorSignsIn,
    OperatorSignsOut,
    StoreFile,
    WithdrawMapping,
)
from yidi.processes.ports.deciding import Handler
from yidi.processes.relay.commands import Forward


def handlers(greatest_file_bytes: int = keeping.GREATEST_FILE_BYTES) -> tuple[Handler, ...]:
    """Return how the network decides."""
    return (
        Handler(DesignateInstitution, (designation.needs_of_designation,), designation.designate),
        Handler(DescribeInstitution, (designation.needs_of_designation,), designation.describe),
        Handler(ChangeOpening, (designation.needs_of_opening,), designation.change_opening),
        Handler(
            AskInstitution,
            (designation.needs_of_question, designation.needs_of_named),
            designation.ask_institution,
        ),
        Handler(OperatorSignsIn, (presence.needs_of_sender,), presence.sign_in),
        Handler(OperatorSignsOut, (presence.needs_of_sign_out,), presence.sign_out),
        Handler(Forward, (presence.needs_of_sender,), presence.forward),
        Handler(StoreFile, (presence.needs_of_sender,), keeping.store_file(greatest_file_bytes)),
        Handler(FetchFile, (keeping.needs_of_file,), keeping.fetch_file),
        Handler(MapItems, (keeping.needs_of_mappings,), keeping.map_items),
        Handler(WithdrawMapping, (keeping.needs_of_mapping,), keeping.withdraw_mapping),
    )


HANDLERS = handlers()
"""The network with the usual size of files."""
