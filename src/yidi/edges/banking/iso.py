"""Turns ISO 20022 message objects into XML and back, with one cache of their class descriptions."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from xsdata.formats.dataclass.context import XmlContext
from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.parsers.config import ParserConfig
from xsdata.formats.dataclass.parsers.handlers import XmlEventHandler
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig


@lru_cache(maxsize=1)
def _context() -> XmlContext:
    return XmlContext()


def write_message(document: Any, namespace: str) -> bytes:
    """Write a message in its namespace, indented, as UTF-8; the same message, the same bytes."""
    config = SerializerConfig(encoding="UTF-8", indent="  ")
    text = XmlSerializer(context=_context(), config=config).render(document, ns_map={None: namespace})
    return text.encode()


def read_message(utf8: bytes, shape: type[Any]) -> Any:
    """Read a message that `check_xml` has let pass. What its class does not know is an error of xsdata."""
    config = ParserConfig(fail_on_unknown_properties=True, fail_on_converter_warnings=True)
    parser = XmlParser(context=_context(), config=config, handler=XmlEventHandler)
    return parser.from_bytes(utf8, shape)
