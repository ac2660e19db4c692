"""Compiles functions and keeps their machine code, in a folder named after all the sources it is made from.

So a change of the definition can never meet yesterday's machine code. Needs the extra `[batch]`.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from functools import cache, partial
from importlib.util import module_from_spec, spec_from_file_location
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


def _home() -> Path:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "yidi" / f"kernel-{_digest()}"


def kept(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function without the interpreter's lock; where no folder can be written it is not kept."""
    compiled: Callable[..., Any] = _kept(partial(numba.njit, nogil=True, error_model="numpy"), function)
    return compiled


def called(name: str, text: str, function: str, signature: Any) -> Any:
    """Compile a function of a written text so that compiled code may call it by its `address`.

    The text stands beside the machine code; where no folder can be written neither is kept.
    """
    compiler = partial(numba.cfunc, signature, nopython=True, error_model="numpy")
    try:
        place = _home() / f"{name}.py"
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            fresh = place.with_suffix(f".{os.getpid()}")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(place)  # all or nothing, and the first one's time of change stays
    except OSError:
        known: dict[str, Any] = {}
        exec(compile(text, name, "exec"), known)
        return compiler()(known[function])
    found = spec_from_file_location(name, place)
    assert found is not None
    assert found.loader is not None
    module = sys.modules[name] = module_from_spec(found)  # kept machine code asks for its module by name
    found.loader.exec_module(module)
    return _kept(compiler, getattr(module, function))


def _kept(compiler: Callable[..., Any], function: Callable[..., Any]) -> Any:
    """Compile a function and keep its machine code where a folder can be written."""
    before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(_home())
    try:
        return compiler(cache=True)(function)
    except RuntimeError:
        return compiler()(function)
    finally:
        numba.config.CACHE_DIR = before
