"""What the forms of the pages refuse before anything is asked of the node."""

from __future__ import annotations

from yidi.domain.refusal import Actor, RefusalClass, RefusalKind

NOT_CHOSEN = RefusalKind(
    "MESSAGE-150",
    RefusalClass.MESSAGE,
    Actor.PERSON,
    "还没有选择{what_zh}",
    "{what_en} has not been chosen",
    "请选择{what_zh}",
    "choose {what_en}",
)
