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


class Formula(Struct, frozen=True):
    """An amount known only with the visit: `ratio_bp` of an amount of the bill or of the pack's own."""

    of: str
    ratio_bp: int
    floor_fen: int | None = None
    ceiling_fen: int | None = None


class Row(Struct, frozen=True):
    """One line of a table: under these conditions, in this span, this amount or these bands.

    `amount_fen` None with no bands, no formula and no `unknown` means "no bound". `unknown` gives the
    reason; a cap that is unknown but surely `not_below_fen` only stops visits that would exceed that;
    a ratio that is unknown `once_reached` only stops visits whose cost passes the deductible and the gates.
    `word` is the answer of a table of words (the region's own hospital classes).
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
    formula: Formula | None = None
    not_below_fen: int | None = None
    word: str = ""
    confidence: str = ""
    once_reached: bool = False


class Adjustment(Struct, frozen=True):
    """A change of the table's value where its conditions hold; applied in the order written.

    `kind`: points (amount in basis points, on every paying band), factor (times amount/10,000),
    self_factor (the person's share times amount/10,000), add (fen), add_amount (the amount `name` of the
    visit), times (the number `name`), floor and ceiling (fen, or basis points of a ratio), ceiling_factor
    (at most the row's own amount times amount/10,000). With `per`, points and add count once for each
    whole `each` of the number `per` above `over`; `rounded_up` counts a begun one.
    """

    conditions: Conditions
    source: str
    line: int
    kind: str
    amount: int
    start: str = ""
    end: str = FOREVER
    name: str = ""
    per: str = ""
    each: int = 1
    over: int = 0
    rounded_up: bool = False


class Figure(Struct, frozen=True):
    """A table with its adjustments. For every combination of conditions exactly one row holds."""

    key: str
    line: int
    rows: tuple[Row, ...]
    adjustments: tuple[Adjustment, ...] = ()


class Counted(Struct, frozen=True):
    """Over what a figure runs: each, visit, prescription, stay, daily, monthly, quarterly or yearly.

    Everything but each, visit and prescription has a `counter`; `per` narrows it to one institution or
    disease. A stay's counter starts anew with each settlement: it is there for layers to share.
    """

    period: str
    counter: str = ""
    per: tuple[str, ...] = ()

    @property
    def slot_name(self) -> str:
        """The counter's name, with the places that a visit's day, institution and disease fill."""
        if not self.counter:
            return ""
        marks = [_PERIOD_MARKS[self.period]] if self.period in _PERIOD_MARKS else []
        return "@".join((self.counter, *marks, *("{" + name + "}" for name in self.per)))


THIS_VISIT = "{visit}"
"""Stands in the name of a counter that layers share within one settlement; nothing of it is kept."""
_PERIOD_MARKS = {"stay": THIS_VISIT, "daily": "{day}", "monthly": "{month}", "quarterly": "{quarter}"}


class Deductible(Struct, frozen=True):
    """What the person bears first; `total` bounds what all deductibles of a period add up to."""

    amounts: Figure
    counted: Counted
    total: Cap | None = None

    @property
    def yearly(self) -> bool:
        """Whether what the counter already holds is taken off the standard."""
        return bool(self.counted.counter)

    @property
    def counter(self) -> str:
        """The counter's name; empty when each time starts anew."""
        return self.counted.counter


class Ratios(Struct, frozen=True):
    """The piecewise line. `gross`: bands are measured from zero including the deductible.

    With a counter the position on the line is cumulative, else every stay or visit starts anew.
    """

    table: Figure
    gross: bool
    counted: Counted

    @property
    def yearly(self) -> bool:
        """Whether the position on the line is carried from visit to visit."""
        return bool(self.counted.counter)

    @property
    def counter(self) -> str:
        """The counter's name; empty when each time starts anew."""
        return self.counted.counter


class Cap(Struct, frozen=True):
    """A ceiling on what the fund pays or (`on_cost`) on the cost it looks at."""

    amounts: Figure
    on_cost: bool
    counted: Counted

    @property
    def counter(self) -> str:
        """The counter's name; empty when each time starts anew."""
        return self.counted.counter


class Guarantee(Struct, frozen=True):
    """Makes a layer fill up what the layers `less` paid to the share of the amount `of`."""

    of: str
    less: tuple[str, ...]


class OnlyIf(Struct, frozen=True):
    """A layer works only while a counter (this visit included) lies in at_least <= counter < below (fen)."""

    counter: str
    at_least_fen: int
    below_fen: int | None = None


class Layer(Struct, frozen=True):
    """One payer's rule: `base` names the parts of the bill it looks at, `care` and `when` where it holds.

    `weights` are parts of which only a share counts; `undecided` parts of which no source says whether
    they count. `lump` is a sum paid once the base passes the deductible.
    """

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
    weights: tuple[tuple[str, int], ...] = ()
    undecided: tuple[tuple[str, str], ...] = ()
    guarantee: Guarantee | None = None
    only_if: OnlyIf | None = None
    lump: Figure | None = None


class Rounding(Struct, frozen=True):
    """How a share becomes whole fen: `how` half_up, down or up; `each` tier, layer or total."""

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


class Fact(Struct, frozen=True):
    """A question of the pack's own: words, or a whole number from 0 to `greatest`.

    `percent` derives it from the bill (the share of a mark in `of`), `adds` from other numbers with
    their signs (never below 0). `not_said`: the answer of a visit that is silent; empty: it is refused.
    `known_from` and `asked_of` are words of `known.py`; `codes` and `below` say when a known one is yes.
    """

    name: str
    zh: str
    en: str
    answers: tuple[str, ...] = ()
    greatest: int = 0
    not_said: str = ""
    percent: str = ""
    of: str = ""
    adds: tuple[tuple[str, int], ...] = ()
    known_from: str = ""
    codes: tuple[str, ...] = ()
    below: int = 0
    asked_of: str = ""


class Mark(Struct, frozen=True):
    """A marked part of a bill, inside the head `of`: what lies above its limit, what the person bears of it.

    `apart`: the rest becomes a part of its own that layers may look at. `times`: the limit is for each.
    `known_from`: the kinds of items (`known.MARKED`) it is the sum of, which the care place tells.
    """

    name: str
    zh: str
    en: str
    of: str = "in_scope"
    apart: bool = False
    shares: tuple[tuple[str, int], ...] = ()
    limit: Figure | None = None
    times: str = ""
    excess: str = "over_limit"
    source: str = ""
    known_from: tuple[str, ...] = ()


class Carry(Struct, frozen=True):
    """What last year left of an amount (fen): it less the counter, told by the insured place."""

    counter: str
    amount_fen: int
    source: str


class Purse(Struct, frozen=True):
    """A balance of the personal account and what it pays; `first`: before any fund looks at the bill."""

    balance: str
    pays: tuple[str, ...]
    care: tuple[str, ...] = ()
    first: bool = False
    source: str = ""


class Unknown(Struct, frozen=True):
    """Situations for which no source gives the rules: a visit of them is refused with the reason."""

    conditions: Conditions
    why: str
    line: int


class Elsewhere(Struct, frozen=True):
    """Which level a hospital elsewhere has: `level` same or 1, 2, 3; `standings` empty: all of them."""

    level: str
    source: str = ""
    standings: tuple[str, ...] = ()
    unknown: str = ""


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
    facts: dict[str, Fact] = {}
    amounts: dict[str, tuple[str, str]] = {}
    carries: dict[str, Carry] = {}
    values: dict[str, Figure] = {}
    marks: dict[str, Mark] = {}
    classes: Figure | None = None
    class_names: tuple[Group, ...] = ()
    elsewhere: Elsewhere | None = None
    unknown: tuple[Unknown, ...] = ()
    purses: tuple[Purse, ...] = ()
    account_rules: tuple[tuple[str, str], ...] = ()
    account_unknown: str = ""
    year_by: str = "settlement"
    note: str = ""


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
    unknown: dict[str, str] = {}


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
    note: str = ""
