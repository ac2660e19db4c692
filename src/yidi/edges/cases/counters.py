"""The counters a policy runs on, and how a case names them."""

from __future__ import annotations

import re

from yidi.domain.policy.policy import Policy

_FILLED = {
    "{day}": r"\d{4}-\d\d-\d\d",
    "{month}": r"\d{4}-\d\d",
    "{quarter}": r"\d{4}Q[1-4]",
}
"""How a counter's period is written; an institution or a disease is any word."""


def counters_of(policy: Policy) -> dict[str, str]:
    """Return every counter the layers use, and `stays`, with what narrows it, such as `{month}@{disease}`."""
    found = {"stays": ""}
    for layer in policy.terms.layers:
        counted = [layer.ratios.counted, *(cap.counted for cap in layer.caps)]
        if layer.deductible is not None:
            counted.append(layer.deductible.counted)
            counted += [layer.deductible.total.counted] if layer.deductible.total is not None else []
        for each in counted:
            if each.counter:
                found[each.counter] = each.slot_name.removeprefix(each.counter).removeprefix("@")
        if layer.only_if is not None:
            found.setdefault(layer.only_if.counter, "")
    return found


def runs_on_days(policy: Policy) -> bool:
    """Say whether any counter begins anew each day, month or quarter."""
    return any(mark in narrowed for narrowed in counters_of(policy).values() for mark in _FILLED)


def narrows(written: str, wanted: str) -> bool:
    """Say whether what a case writes after a counter's `@` is a period, institution or disease it has."""
    marks, given = wanted.split("@"), written.split("@")
    return len(marks) == len(given) and all(
        re.fullmatch(_FILLED.get(mark, ".+"), word, re.ASCII) is not None
        for mark, word in zip(marks, given, strict=True)
        if mark in _FILLED or word == ""
    )


def meant(name: str, policy: Policy) -> set[str]:
    """Return the counter meant by `<layer>.paid`, `.cost`, `.deductible` or `.position`, if only one is."""
    word, _, what = name.rpartition(".")
    found = set()
    for layer in policy.terms.layers:
        if word in (layer.id, str(layer.fund)):
            found |= {cap.counter for cap in layer.caps if what == ("cost" if cap.on_cost else "paid")}
            found |= {layer.ratios.counter} if what == "position" else set()
            found |= {layer.deductible.counter} if layer.deductible and what == "deductible" else set()
    found.discard("")
    return found if len(found) == 1 else set()
