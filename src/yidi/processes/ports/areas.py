"""What processes need to know of pooling areas: their rules of filing, as dated data of the policy pack."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from yidi.domain.benefit.situation import Standing
from yidi.domain.codes.chronic_disease import ChronicDiseases
from yidi.domain.codes.division import Divisions

LEAST_VALIDITY_MONTHS = 6
"""A temporary filing holds at least this long (annex of the 2022 notice; regulation 2.1)."""


class FilingRules(Struct, frozen=True, kw_only=True):
    """The filing rules of one pooling area on one day; every value dated and sourced in its pack.

    Shapes and sources: regulation section 2.2 and its effective-time table (rows by number below).
    """

    lock_months: int = 6
    """A long-term filing may be changed or cancelled only so many months after it was made (2.11)."""
    temporary_validity_months: int = LEAST_VALIDITY_MONTHS
    self_service: frozenset[str] = frozenset()
    """Categories that are approved at once when filed by self-service (2.4); all others are reviewed."""
    unfiled_settles: bool = True
    """Row 7: an ordinary visitor without filing may settle directly, as UNFILED; else is refused."""
    other_city_counts_as: Standing = Standing.UNFILED
    """Row 6: filed to another city of the same province: UNFILED (then row 7 decides) or TEMPORARY."""
    dual_treatment: Standing = Standing.REFERRED
    """Row 9: a long-term filer at home, papers complete: LOCAL or REFERRED, never lower (2.12)."""
    commitment_only: Standing = Standing.TEMPORARY
    """Row 9: the same person, filed by commitment without papers."""
    in_province_needs_filing: bool = True
    no_filing_for: frozenset[str] = frozenset()
    """Care kinds that need no filing in another province, e.g. outpatient and pharmacy."""
    exempt_counts_as: Standing = Standing.LONG_TERM
    """What care counts as that needs no filing."""
    long_term_referral_onward: bool = True
    """An institution of the filed place may refer a long-term filer to a third place (2.13)."""
    chronic_certified_elsewhere: bool = False
    """An institution of another province may register a chronic disease (5.3: approval at home)."""
    unknown: dict[str, str] = {}
    """Terms no source gives, by the pack's key, with the reason: a visit that needs one is refused."""

    def __post_init__(self) -> None:
        """Refuse rules that fall below the national floor: ValueError."""
        if self.temporary_validity_months < LEAST_VALIDITY_MONTHS:
            raise ValueError(f"a temporary filing holds at least {LEAST_VALIDITY_MONTHS} months")
        if self.dual_treatment not in (Standing.LOCAL, Standing.REFERRED):
            raise ValueError("dual treatment is local or referral level, never below")
        if self.other_city_counts_as not in (Standing.UNFILED, Standing.TEMPORARY):
            raise ValueError("a filing to another city counts as none or as temporary")


class Areas(Protocol):
    """The rules of pooling areas, and the national lists they speak of."""

    @property
    def divisions(self) -> Divisions:
        """The list of divisions."""

    @property
    def diseases(self) -> ChronicDiseases:
        """The cross-province chronic diseases and the local codes that map to them."""

    def filing(self, area: str, day: str) -> FilingRules | None:
        """Return the filing rules of the pooling area that a division code names, or None when unknown."""
