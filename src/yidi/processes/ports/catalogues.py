"""Where the catalogues of care places come from."""

from __future__ import annotations

from typing import Protocol

from yidi.domain.catalogue.catalogue import Catalogue


class Catalogues(Protocol):
    """The catalogue of every care place of this node."""

    def of(self, care_place: str) -> Catalogue:
        """Return the catalogue of a division: its own, else that of the nearest place above it.

        `care_place` is the area an institution is registered in; a place without any has an empty one.
        """
