"""An authenticator as on a phone: it takes the address of an enrolment and shows codes by a clock."""

from __future__ import annotations

from datetime import datetime

import pyotp


class Authenticator:
    """Shows the codes of one secret."""

    def __init__(self, address: str) -> None:
        self.totp = pyotp.parse_uri(address)

    def code(self, at: datetime, steps: int = 0) -> str:
        """Return the code of an instant, some steps of 30 s later or, below 0, earlier."""
        assert isinstance(self.totp, pyotp.TOTP)
        return self.totp.at(at, counter_offset=steps)

    def wrong(self, at: datetime) -> str:
        """Return six digits that are no code around an instant."""
        near = {self.code(at, steps) for steps in range(-3, 4)}
        return next(text for text in (f"{n:06}" for n in range(8)) if text not in near)
