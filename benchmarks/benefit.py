"""The benefit of one visit, ours and the peers', on the same visits: `python -m benchmarks.benefit`.

Every engine answers every visit before anything is timed, and all answers must agree to the fen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from time import perf_counter
from typing import TypeVar

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
VISITS, PEER_VISITS = 2_000, 200
ROUNDS, CHUNK = 25, 20
MICRO = 1e6
Asked = TypeVar("Asked")
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


def microseconds(ask: Callable[[Asked], object], questions: Sequence[Asked]) -> float:
    """Return the time of one question, in microseconds.

    Every chunk counts with its best round: on a shared machine a short chunk finds a quiet moment.
    """

    best = [float("inf")] * len(range(0, len(questions), CHUNK))
    for _ in range(ROUNDS):
        for number in range(len(best)):
            chunk = questions[number * CHUNK : (number + 1) * CHUNK]
            start = perf_counter()
            for question in chunk:
                ask(question)
            best[number] = min(best[number], perf_counter() - start)
    return sum(best) / len(questions) * MICRO


def measure() -> list[Figure]:
    """Measure ours, and the peers that are installed."""
    policy, visits = the_policy(), make_visits(VISITS)
    rules, ours = read_rules(policy), [our_shares(policy, visit) for visit in visits]

    def plain(question: Question) -> object:
        situation, bill, counters = question
        return benefit(policy, situation, bill, counters)

    def told(question: Question) -> object:
        situation, bill, counters = question
        return explain(policy, situation, bill, counters)

    questions = [(visit.situation, visit.bill, visit.counters) for visit in visits]
    fast, slow = microseconds(plain, questions), microseconds(told, questions)
    gauge = gauge_seconds() * MICRO
    figures = [
        Figure(
            THEME,
            "benefit",
            fast,
            "µs",
            10,
            gauges=fast / gauge,
            note="four payers, three bands, caps, counters",
        ),
        Figure(
            THEME,
            "benefit with explanation",
            slow,
            "µs",
            50,
            gauges=slow / gauge,
            note="every step in Chinese and English",
        ),
    ]
    if find_spec("zen") is not None:
        figures += _zen(rules, visits, ours, fast, slow)
    if find_spec("openfisca_core") is not None:
        figures += _openfisca(rules, visits, ours, fast)
    return figures


def _zen(rules: Rules, visits: list[Visit], ours: list[Shares], fast: float, slow: float) -> list[Figure]:
    from benchmarks.peers import zen_model

    questions = [zen_model.question(visit) for visit in visits]
    evaluate, traced = zen_model.engine(rules, trace=False), zen_model.engine(rules, trace=True)
    agree("zen-engine", ours, [zen_model.shares(evaluate(question)) for question in questions])
    agree("zen-engine, with trace", ours, [zen_model.shares(traced(question)) for question in questions])
    plain = microseconds(evaluate, questions[:PEER_VISITS])
    trace = microseconds(traced, questions[:PEER_VISITS])
    return [
        Figure(THEME, "zen-engine", plain, "µs", note="the pack's four tables, one expression node"),
        Figure(THEME, "zen-engine with trace", trace, "µs"),
        Figure(THEME, "ours against zen-engine", plain / fast, "x", 40, at_least=True),
        Figure(THEME, "both explaining, against zen-engine", trace / slow, "x", 8, at_least=True),
    ]


def _openfisca(rules: Rules, visits: list[Visit], ours: list[Shares], fast: float) -> list[Figure]:
    from benchmarks.peers import openfisca_model

    model = openfisca_model.Model(rules)
    questions = [openfisca_model.question(visit) for visit in visits]
    agree("openfisca-core", ours, [model.answer(question) for question in questions])
    taken = microseconds(model.answer, questions[:PEER_VISITS])
    return [
        Figure(THEME, "openfisca-core, parameters as arrays", taken, "µs"),
        Figure(THEME, "ours against openfisca-core", taken / fast, "x", 50, at_least=True),
    ]


if __name__ == "__main__":
    show(measure())
