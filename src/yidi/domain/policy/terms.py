"""A pack as understood: schemes, layers and figures, each row with its conditions, span and source.

Amounts are fen, ratios basis points, days ISO text, spans half open. Nothing here computes.
"""

from __future__ import annotations

from msgspec import Struct

from yidi.domain.dates import FOREVER
from yidi.domain.policy.dimensions import Fund, Standing

Conditions = tuple[tuple[str, tuple[str, ...]], ...]
"""Dimension and the answers a row is for, as the author wrote them."""
Bands = tuple[tuple[int | None, int], ...]
"""Upper end in fen (None: no end) and ratio in basis points, rising."""


class Source(Struct, frozen=True):
    """Where a figure is from. `completes`: it is no source at all but a completion for demonstration."""

    id: str
    title: str
    url: str = ""
    date: str = ""
    checked_by: str = ""
    checked_on: str = ""
    confidence: str = ""
    completes: bool = False


class Row(Struct, frozen=True):
    """One line of a table: under these conditions, in this span, this amount or these bands.

    `amount_fen` None with no bands and no `unknown` means "no bound". `unknown` gives the reason.
    """

    conditions: Conditions
    source: str
    line: int
    start: str = ""
    end: str = FOREVER
    amount_fen: int | None = None
    bands: Bands = ()
    unknown: str = ""
    note: str = ""


class Adjustment(Struct, frozen=True):
    """A change of the table's value where its conditions hold; applied in the order written.

    `kind`: points (amount in basis points, on every paying band), factor (times amount/10,000),
    self_factor (the person's share times amount/10,000), add (fen), floor (fen), ceiling (fen).
    """

    conditions: Conditions
    source: str
    line: int
    kind: str
    amount: int
    start: str = ""
    end: str = FOREVER


class Figure(Struct, frozen=True):
    """A table with its adjustments. For every combination of conditions exactly one row holds."""

    key: str
    line: int
    rows: tuple[Row, ...]
    adjustments: tuple[Adjustment, ...] = ()


class Deductible(Struct, frozen=True):
    """What the person bears first. `yearly`: what `counter` already holds is taken off the standard."""

    amounts: Figure
    yearly: bool
    counter: str = ""


class Ratios(Struct, frozen=True):
    """The piecewise line. `gross`: bands are measured from zero including the deductible.

    `yearly`: the position on the line is the cumulative `counter`, else every stay or visit starts anew.
    """

    table: Figure
    gross: bool
    yearly: bool
    counter: str = ""


class Cap(Struct, frozen=True):
    """A ceiling on what the fund pays or (`on_cost`) on the cost it looks at; `counter` empty: each visit."""

    amounts: Figure
    on_cost: bool
    counter: str = ""


class Layer(Struct, frozen=True):
    """One payer's rule: `base` names the parts of the bill it looks at, `care` and `when` where it holds."""

    id: str
    fund: Fund
    zh: str
    en: str
    care: tuple[str, ...]
    base: tuple[str, ...]
    ratios: Ratios
    line: int
    when: Conditions = ()
    deductible: Deductible | None = None
    caps: tuple[Cap, ...] = ()
    pack: str = ""


class Rounding(Struct, frozen=True):
    """How a share becomes whole fen: `how` half_up, down or up; `each` tier or layer."""

    how: str
    each: str
    source: str


class Borrowing(Struct, frozen=True):
    """Care kinds whose layers are taken from another pack, for demonstration only; `layers` empty: all."""

    pack: str
    care: tuple[str, ...]
    line: int
    layers: tuple[str, ...] = ()


class Group(Struct, frozen=True):
    """Codes a pack treats alike, under the author's word: assistance categories, chronic diseases."""

    word: str
    codes: tuple[str, ...]
    zh: str
    en: str
    source: str


class CareRule(Struct, frozen=True):
    """What the pack says of a kind of care: `word` covered, as, account_only or unknown."""

    word: str
    detail: str = ""
    source: str = ""


class Scheme(Struct, frozen=True):
    """One insurance scheme of the area."""

    code: str
    zh: str
    en: str
    persons: tuple[str, ...]
    tiers: tuple[str, ...]
    year_starts: str
    order: tuple[Fund, ...]
    rounding: Rounding
    care: dict[str, CareRule]
    account: tuple[str, ...]
    layers: tuple[Layer, ...]
    line: int
    own_share_first: Figure | None = None
    borrows: tuple[Borrowing, ...] = ()
    sources: dict[str, Source] = {}
    groups: dict[str, tuple[Group, ...]] = {}


class FilingTerms(Struct, frozen=True):
    """How the area treats filings (regulation section 2: rules 2.6-2.14, effective-time table rows 6-9)."""

    unfiled_settles_directly: bool
    same_province_other_city: Standing
    dual_treatment_with_papers: Standing
    dual_treatment_by_commitment: Standing
    change_lock_months: int
    temporary_validity_months: int
    self_service: tuple[str, ...] = ()
    no_filing_for: tuple[str, ...] = ()
    in_province_needs_filing: bool = True
    referral_onward: bool = True
    chronic_certified_elsewhere: bool = False
    sources: dict[str, str] = {}


class Pack(Struct, frozen=True):
    """One file: an area's schemes over a span of days. `text` is canonical and gives the pack's hash."""

    id: str
    area: str
    zh: str
    en: str
    file: str
    confidence: str
    start: str
    end: str
    completed_for_demonstration: bool
    sources: dict[str, Source]
    filing: FilingTerms
    schemes: tuple[Scheme, ...]
    text: str


class Ceilings(Struct, frozen=True):
    """The national frame: at most so many basis points below local (national notice, in force 2023)."""

    referred_bp: int
    temporary_bp: int
    source: Source
