"""From a message to a command and from the reply to the answer, one function a transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from yidi.edges.national.call import Call, Output

Translation: TypeAlias = Callable[[Call], Awaitable[Output]]
