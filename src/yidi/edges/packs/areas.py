"""What the policy packs say about filing, for the processes that ask it by pooling area and day."""

from __future__ import annotations

from yidi.domain.codes.chronic_disease import ChronicDiseases
from yidi.domain.codes.division import Divisions
from yidi.domain.policy.policy import Policies
from yidi.processes.ports.areas import FilingRules

BASIC_SCHEMES = ("310", "390")
"""The two basic schemes (regulation 1.3); filing rules are read from the first that has a policy."""


class Areas:
    """The filing rules of pooling areas, from the policy packs, and the national lists."""

    def __init__(self, policies: Policies, divisions: Divisions, diseases: ChronicDiseases) -> None:
        self._policies, self._divisions, self._diseases = policies, divisions, diseases
        self._known: dict[tuple[str, str], FilingRules | None] = {}

    @property
    def divisions(self) -> Divisions:
        """The list of divisions."""
        return self._divisions

    @property
    def diseases(self) -> ChronicDiseases:
        """The cross-province chronic diseases."""
        return self._diseases

    def filing(self, area: str, day: str) -> FilingRules | None:
        """Return the filing rules of an area on a day, or None when no pack covers it."""
        key = (area, day)
        if key not in self._known:
            if len(self._known) > 10_000:
                self._known.clear()
            self._known[key] = self._find(area, day)
        return self._known[key]

    def _find(self, area: str, day: str) -> FilingRules | None:
        for scheme in BASIC_SCHEMES:
            policy = self._policies.find(area, scheme, day)
            if not isinstance(policy, tuple):
                return FilingRules(
                    lock_months=policy.change_lock_months,
                    temporary_validity_months=policy.temporary_validity_months,
                    unfiled_settles=policy.unfiled_settles_directly,
                    other_city_counts_as=policy.same_province_other_city,
                    dual_treatment=policy.dual_treatment_with_papers,
                    commitment_only=policy.dual_treatment_by_commitment,
                    self_service=frozenset(policy.filing.self_service),
                    no_filing_for=frozenset(policy.filing.no_filing_for),
                    in_province_needs_filing=policy.filing.in_province_needs_filing,
                    long_term_referral_onward=policy.filing.referral_onward,
                    chronic_certified_elsewhere=policy.filing.chronic_certified_elsewhere,
                    unknown=policy.filing.unknown,
                )
        return None
