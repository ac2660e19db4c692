"""Looks through XML before any parser builds something of it: no DTD, no entities, no depth, no flood.

An ISO 20022 message needs none of them; a hostile one uses them to read files or to fill the memory.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from yidi.domain.refusal import Refusal
from yidi.edges.banking.refusals import UNSAFE_XML
from yidi.edges.banking.words import not_a_statement

DEEPEST = 40
MOST_ELEMENTS = 500_000
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_CHINESE = {b"gbk", b"gb2312", b"gb18030"}


class _UnsafeError(Exception):
    """Stops the parser: what was met, in Chinese and English."""


def as_utf8(data: bytes) -> bytes | Refusal:
    """Return XML in UTF-8; banks also send it in GBK, which the standard parser does not know."""
    found = _DECLARED.match(data)
    if found is None or found[1].lower() not in _CHINESE:
        return data
    try:
        return data[found.end() :].decode("gb18030").encode()
    except UnicodeDecodeError as fault:
        return not_a_statement(f"第{fault.start}字节不是GBK编码", f"byte {fault.start} is not GBK")


def check_xml(data: bytes) -> list[Refusal]:
    """List why XML (UTF-8) may not be parsed."""
    parser = expat.ParserCreate(namespace_separator=" ")
    guard = _Guard()
    parser.StartDoctypeDeclHandler = guard.doctype
    parser.EntityDeclHandler = guard.doctype
    parser.StartElementHandler = guard.start
    parser.EndElementHandler = guard.end
    parser.ProcessingInstructionHandler = guard.instruction
    try:
        parser.Parse(data, True)
    except _UnsafeError as fault:
        what_zh, what_en = fault.args
        return [UNSAFE_XML.because("file", what_zh=what_zh, what_en=what_en)]
    except (expat.ExpatError, LookupError) as fault:
        return [not_a_statement(f"XML有误：{fault}", f"its XML is broken: {fault}")]
    return []


class _Guard:
    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0

    def doctype(self, *_: object) -> None:
        """Refuse every document type and entity."""
        raise _UnsafeError("DTD或实体声明", "a DTD or an entity")

    def instruction(self, *_: object) -> None:
        """Refuse processing instructions (the XML declaration is none)."""
        raise _UnsafeError("处理指令", "a processing instruction")

    def start(self, *_: object) -> None:
        """Count an element."""
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST:
            raise _UnsafeError(f"嵌套超过{DEEPEST}层", f"more than {DEEPEST} levels")
        if self.elements > MOST_ELEMENTS:
            raise _UnsafeError(f"元素超过{MOST_ELEMENTS}个", f"more than {MOST_ELEMENTS} elements")

    def end(self, *_: object) -> None:
        """Leave an element."""
        self.depth -= 1
