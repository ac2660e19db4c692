"""The page about policy packs shows a pack that is sound, and lists what the language knows."""

from __future__ import annotations

import re
from pathlib import Path

from yidi.domain.policy.answers import CONDITIONS
from yidi.domain.policy.grammar import PARTS
from yidi.edges.packs.policy import inspect_policies

PAGE = (Path(__file__).parents[3] / "docs" / "concepts" / "policy-packs.md").read_text("utf-8")


def test_the_pack_on_the_page_is_sound(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "sample.yaml").write_text(text, encoding="utf-8")
    policies, findings = inspect_policies(tmp_path)
    assert findings == []
    assert [policy.scheme for policy in policies.all()] == ["310"]


def test_the_page_names_every_condition_and_every_part() -> None:
    assert [word for word in (*CONDITIONS, *PARTS) if f"`{word}`" not in PAGE] == []
