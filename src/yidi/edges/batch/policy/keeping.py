"""Compiles functions and keeps their machine code, in a folder named after all the sources it is made from.

So a change of the definition can never meet yesterday's machine code. Needs the extra `[batch]`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numba
from numba.extending import register_jitable

from yidi.domain.benefit import kernel

inlined: Callable[..., Any] = register_jitable(forceinline=True)
"""Marks a function as part of those that call it; it stays plain Python."""


@cache
def _digest() -> str:
    sources = (Path(kernel.__file__), *sorted(Path(__file__).parent.glob("*.py")))
    text = b"".join(source.read_bytes() for source in sources)
    return hashlib.sha256(text + numba.__version__.encode()).hexdigest()[:16]


def kept(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function without the interpreter's lock; where no folder can be written it is not kept."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(home / "yidi" / f"kernel-{_digest()}")
    try:
        compiled: Callable[..., Any] = numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    except RuntimeError:
        compiled = numba.njit(nogil=True, error_model="numpy")(function)
    finally:
        numba.config.CACHE_DIR = before
    return compiled
