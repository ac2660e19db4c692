"""The JSON Schema of policy packs as a file holds it."""

from __future__ import annotations

import msgspec

from yidi.domain.policy.schema import pack_schema


def schema_text() -> str:
    """Return the schema as indented JSON, keys in the order of the grammar."""
    return msgspec.json.format(msgspec.json.encode(pack_schema()), indent=2).decode()
