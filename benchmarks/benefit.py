"""The benefit of one visit, ours and the peers', on the same visits: `python -m benchmarks.benefit`.

Every engine answers every visit before anything is timed, and all answers must agree to the fen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from importlib.util import find_spec
from time import perf_counter
from typing import Any

from benchmarks.figures import Figure, show
from benchmarks.gauge import gauge_seconds
from benchmarks.peers.rules import Rules, Shares, Visit, make_visits, read_rules
from yidi.domain.benefit.settle import benefit, explain
from yidi.domain.benefit.situation import Benefit, Bill, Fund, Situation
from yidi.domain.policy.policy import Policy
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.policy import read_policies

THEME = "Benefit of one visit"
AREA, SCHEME, DAY = "110000", "310", "2026-11-22"
VISITS, ZEN_VISITS, OPENFISCA_VISITS = 2_000, 1_000, 200
ROUNDS, CHUNK = 10, 20
MICRO = 1e6
Question = tuple[Situation, Bill, dict[str, int]]


def the_policy() -> Policy:
    """Return the widest policy that ships."""
    found = read_policies(packs_folder() / "policy").find(AREA, SCHEME, DAY)
    assert isinstance(found, Policy), found
    return found


def our_shares(policy: Policy, visit: Visit) -> Shares:
    """Ask our engine."""
    found = benefit(policy, visit.situation, visit.bill, visit.counters)
    assert isinstance(found, Benefit), found
    funds = (Fund.POOL, Fund.EMPLOYER_SUPPLEMENT, Fund.LARGE_SUM, Fund.SERIOUS_ILLNESS)
    pool, supplement, large, serious = (found.paid_by(fund) for fund in funds)
    return pool, supplement, large, serious


def agree(name: str, ours: Sequence[Shares], theirs: Sequence[Shares]) -> None:
    """Demand that all answers are the same to the fen, and say so."""
    equal = sum(a == b for a, b in zip(ours, theirs, strict=True))
    print(f"{name}: agree {equal} of {len(ours)}")
    wrong = next(
        (number for number, pair in enumerate(zip(ours, theirs, strict=True)) if len(set(pair)) > 1), None
    )
    assert wrong is None, f"{name} differs on visit {wrong}: {ours[wrong]} and {theirs[wrong]}"


class Engine:
    """Asks one engine, chunk by chunk; every chunk counts with its best round."""

    def __init__(self, ask: Callable[[Any], object], questions: Sequence[Any]) -> None:
        self.ask = ask
        self.questions = questions
        self.best = [float("inf")] * len(range(0, len(questions), CHUNK))

    def round(self) -> None:
        """Ask everything once: on a shared machine a short chunk finds a quiet moment."""
        for number in range(len(self.best)):
            chunk = self.questions[number * CHUNK : (number + 1) * CHUNK]
            start = perf_counter()
            for question in chunk:
                self.ask(question)
            self.best[number] = min(self.best[number], perf_counter() - start)

    @property
    def microseconds(self) -> float:
        """The time of one question."""
        return sum(self.best) / len(self.questions) * MICRO


def in_turn(engines: Iterable[Engine]) -> None:
    """Let engines take turns, so that a slow quarter of a minute is slow for all of them.

    A turn is three rounds: the first finds the processor's caches full of the engine before it.
    """
    engines = list(engines)
    for _ in range(ROUNDS):
        for engine in engines:
            for _ in range(3):
                engine.round()


def measure() -> list[Figure]:
    """Measure ours over all visits, then beside the peers that are installed."""
    policy, visits = the_policy(), make_visits(VISITS)
    questions = [(visit.situation, visit.bill, visit.counters) for visit in visits]

    def plain(question: Question) -> object:
        situation, bill, counters = question
        return benefit(policy, situation, bill, counters)

    def told(question: Question) -> object:
        situation, bill, counters = question
        return explain(policy, situation, bill, counters)

    asks = (plain, told)
    fast, slow = (Engine(ask, questions) for ask in asks)
    in_turn((fast, slow))
    gauge = gauge_seconds() * MICRO
    figures = [
        _ours("benefit", fast, 10, gauge, "four payers, three bands, caps, counters"),
        _ours("benefit with explanation", slow, 60, gauge, "every step in Chinese and English"),
    ]
    rules, ours = read_rules(policy), [our_shares(policy, visit) for visit in visits]
    if find_spec("zen") is not None:
        fast, slow = (Engine(ask, questions[:ZEN_VISITS]) for ask in asks)
        figures += _zen(rules, visits, ours, fast, slow)
    if find_spec("openfisca_core") is not None:
        figures += _openfisca(rules, visits, ours, Engine(plain, questions[:OPENFISCA_VISITS]))
    return figures


def _ours(name: str, engine: Engine, target: float, gauge: float, note: str) -> Figure:
    taken = engine.microseconds
    return Figure(THEME, name, taken, "µs", target, gauges=taken / gauge, note=note)


def _zen(rules: Rules, visits: list[Visit], ours: list[Shares], fast: Engine, slow: Engine) -> list[Figure]:
    from benchmarks.peers import zen_model

    questions = [zen_model.question(visit) for visit in visits]
    evaluate, traced = zen_model.engine(rules, trace=False), zen_model.engine(rules, trace=True)
    agree("zen-engine", ours, [zen_model.shares(evaluate(question)) for question in questions])
    agree("zen-engine, with trace", ours, [zen_model.shares(traced(question)) for question in questions])
    plain, trace = (Engine(ask, questions[:ZEN_VISITS]) for ask in (evaluate, traced))
    in_turn((fast, plain, slow, trace))
    faster, told = plain.microseconds / fast.microseconds, trace.microseconds / slow.microseconds
    return [
        Figure(
            THEME, "zen-engine", plain.microseconds, "µs", note="the pack's four tables, one expression node"
        ),
        Figure(THEME, "zen-engine with trace", trace.microseconds, "µs"),
        Figure(THEME, "ours against zen-engine", faster, "x", 40, at_least=True, note=_beside(fast)),
        Figure(THEME, "both explaining, against zen-engine", told, "x", 8, at_least=True, note=_beside(slow)),
    ]


def _openfisca(rules: Rules, visits: list[Visit], ours: list[Shares], fast: Engine) -> list[Figure]:
    from benchmarks.peers import openfisca_model

    model = openfisca_model.Model(rules)
    questions = [openfisca_model.question(visit) for visit in visits]
    agree("openfisca-core", ours, [model.answer(question) for question in questions])
    taken = Engine(model.answer, questions[:OPENFISCA_VISITS])
    in_turn((fast, taken))
    faster = taken.microseconds / fast.microseconds
    return [
        Figure(THEME, "openfisca-core, parameters as arrays", taken.microseconds, "µs"),
        Figure(THEME, "ours against openfisca-core", faster, "x", 50, at_least=True, note=_beside(fast)),
    ]


def _beside(engine: Engine) -> str:
    return f"{len(engine.questions):,} of the visits, in turn with it: ours {engine.microseconds:.1f} µs"


if __name__ == "__main__":
    show(measure())
