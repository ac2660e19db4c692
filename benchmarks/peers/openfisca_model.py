"""The rules in openfisca-core in its best form: parameters as arrays, whole fen in 64-bit integers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.peers.rules import COUNTERS, Rules, Shares, Visit

_DAY = "2026-11-22"
_OUTPUTS = ("pool", "supplement", "large", "serious")
_INPUTS = ("scope", "person_class", "level", "standing", "later", "pool_before", "large_before")
_MORE_INPUTS = ("serious_before", "above_before")

Person = build_entity(key="person", plural="persons", label="a stay", is_person=True)


def _share(amount: Any, ratio: Any) -> Any:
    return (amount * ratio + 5_000) // 10_000


def _grossed(paid: Any, ratio: Any) -> Any:
    return (paid * 20_000 + ratio) // (2 * ratio)


def _variable(name: str, formula: Callable[..., Any] | None = None) -> type[Variable]:
    content: dict[str, Any] = {"value_type": int, "entity": Person, "definition_period": DateUnit.DAY}
    if formula is not None:
        content["formula"] = formula
    return type(name, (Variable,), content)


class Model:
    """The tax-and-benefit system with the rules as arrays indexed by person, level, standing and stay."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.deductibles = numpy.zeros((2, 4, 6, 2), dtype=numpy.int64)
        self.rates = numpy.zeros((3, 2, 4, 6, 2), dtype=numpy.int64)
        self.large = numpy.zeros((2, 4, 6, 2), dtype=numpy.int64)
        for case in rules.cases:
            place = (case.person, case.level, case.standing, case.later_stay)
            self.deductibles[place] = case.deductible_fen
            self.large[place] = case.large_bp
            for band, ratio in enumerate(case.rates_bp):
                self.rates[(band, *place)] = ratio
        self.system = TaxBenefitSystem([Person])
        for name in (*_INPUTS, *_MORE_INPUTS):
            self.system.add_variable(_variable(name))
        for name, formula in zip(
            _OUTPUTS, (self.pool, self.supplement, self.large_sum, self.serious), strict=True
        ):
            self.system.add_variable(_variable(name, _formula(formula)))
        self.system.add_variable(_variable("over", _formula(self.over)))

    def _case(self, person: Any, period: Any) -> tuple[Any, Any]:
        """Return the place in the arrays and the cost in scope."""
        place = tuple(person(name, period) for name in ("person_class", "level", "standing", "later"))
        return place, person("scope", period).astype(numpy.int64)

    def _bands(self, person: Any, period: Any) -> tuple[Any, ...]:
        place, scope = self._case(person, period)
        one, two = self.rules.edges_fen
        charged = numpy.minimum(self.deductibles[place], scope)
        rates = self.rates[(slice(None), *place)]
        pays = (
            _share(numpy.minimum(scope, one) - charged, rates[0]),
            _share(numpy.maximum(0, numpy.minimum(scope, two) - one), rates[1]),
            _share(numpy.maximum(0, scope - two), rates[2]),
        )
        room = numpy.maximum(0, self.rules.pool_cap_fen - person("pool_before", period).astype(numpy.int64))
        return scope, charged, rates, pays, room

    def pool(self, person: Any, period: Any) -> Any:
        """What the pool pays."""
        _, _, _, pays, room = self._bands(person, period)
        return numpy.minimum(pays[0] + pays[1] + pays[2], room)

    def over(self, person: Any, period: Any) -> Any:
        """The cost above the one that carried the pool's cap."""
        scope, charged, rates, (p1, p2, p3), room = self._bands(person, period)
        one, two = self.rules.edges_fen
        reached = numpy.select(
            [p1 + p2 + p3 <= room, p1 > room, p1 + p2 > room],
            [scope, charged + _grossed(room, rates[0]), one + _grossed(room - p1, rates[1])],
            two + _grossed(room - p1 - p2, rates[2]),
        )
        return scope - numpy.minimum(reached, scope)

    def supplement(self, person: Any, period: Any) -> Any:
        """What the supplement pays for retired people."""
        scope, charged, _, _, _ = self._bands(person, period)
        own = scope - charged - person("over", period) - person("pool", period)
        return numpy.where(person("person_class", period) == 1, _share(own, self.rules.supplement_bp), 0)

    def large_sum(self, person: Any, period: Any) -> Any:
        """What the large-sum fund pays."""
        place, _ = self._case(person, period)
        room = numpy.maximum(0, self.rules.large_cap_fen - person("large_before", period).astype(numpy.int64))
        return numpy.minimum(_share(person("over", period).astype(numpy.int64), self.large[place]), room)

    def serious(self, person: Any, period: Any) -> Any:
        """What serious-illness insurance pays."""
        low, high = self.rules.serious_bp
        before = person("above_before", period).astype(numpy.int64)
        base = person("scope", period).astype(numpy.int64) - person("pool", period)
        base = base - person("supplement", period) - person("large", period)
        left = numpy.maximum(0, self.rules.serious_fen - person("serious_before", period))
        above = base - numpy.minimum(left, base)
        first = numpy.maximum(0, numpy.minimum(before + above, self.rules.serious_edge_fen) - before)
        return _share(first, low) + _share(above - first, high)

    def answer(self, question: dict[str, Any]) -> Shares:
        """Compute one stay."""
        simulation = SimulationBuilder().build_default_simulation(self.system, 1)
        for name, value in question.items():
            simulation.set_input(name, _DAY, value)
        pool, supplement, large, serious = (int(simulation.calculate(name, _DAY)[0]) for name in _OUTPUTS)
        return pool, supplement, large, serious

    def answers(self, arrays: dict[str, Any], rows: int) -> list[Any]:
        """Compute many stays at once; each input an array of so many."""
        simulation = SimulationBuilder().build_default_simulation(self.system, rows)
        for name, values in arrays.items():
            simulation.set_input(name, _DAY, values)
        return [simulation.calculate(name, _DAY) for name in _OUTPUTS]


def _formula(method: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Openfisca takes plain functions of entity and period."""

    def formula(person: Any, period: Any) -> Any:
        return method(person, period)

    return formula


def question(visit: Visit) -> dict[str, Any]:
    """Put a visit as input arrays of length one."""
    values = (
        visit.bill.in_scope_fen,
        visit.person,
        visit.situation.level,
        visit.standing,
        visit.later_stay,
        *(visit.counters[name] for name in COUNTERS),
    )
    names = (*_INPUTS, *_MORE_INPUTS)
    return {name: numpy.array([value]) for name, value in zip(names, values, strict=True)}
