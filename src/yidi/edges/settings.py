"""Settings: one frozen object, read once at start from a TOML file and `YIDI_*` variables.

Every error is found before anything starts, and all are told at once. Secrets have no default: the
keys of institutions come from a file of their own that only the node reads.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct

GATEWAY_SCHEMES = ("header_list_sha1", "timestamp_nonce_sha256", "body_hmac_sm3")


class SettingsFault(Exception):
    """The settings cannot be used; `findings` says every reason, each with its remedy."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a node needs to know before it starts.

    `database` is `sqlite:PATH` or `postgresql://…`; `jurisdictions` the six-digit codes the node hosts
    (empty: the nation and every province); `gateways` the signature scheme of a province's gateway where
    it is not `gateway`; `keys` the file with one secret an institution; `node` tells nodes that share a
    database apart (0-99).
    """

    database: str
    keys: str
    host: str = "127.0.0.1"
    port: int = 8033
    node: int = 1
    jurisdictions: tuple[str, ...] = ()
    gateway: str = "timestamp_nonce_sha256"
    gateways: dict[str, str] = {}
    packs: str = ""
    fold: bool = True
    counter_timeout_seconds: float = 15.0
    body_limit_bytes: int = 10 * 1024 * 1024
    clock_window_seconds: int = 1800
    queue_room: int = 20_000
    log_level: str = "info"
    log_json: bool = False
    sample: bool = False


def findings_of(settings: Settings) -> list[str]:
    """Return what is wrong with values that each are of the right type."""
    found: list[str] = []
    if not settings.database.startswith(("sqlite:", "postgresql://", "postgres://")):
        found.append(
            f"database = {redact('database', settings.database)!r}: write sqlite:PATH or postgresql://…"
        )
    if not 0 < settings.port < 65536:
        found.append(f"port = {settings.port}: a port is a number from 1 to 65535")
    if not 0 <= settings.node <= 99:
        found.append(f"node = {settings.node}: nodes on one database are numbered 0 to 99")
    for code in settings.jurisdictions:
        if len(code) != 6 or not code.isdigit() or not code.endswith("0000"):
            found.append(f"jurisdictions: {code!r} is not a province's division code such as 330000")
    for name, scheme in (("gateway", settings.gateway), *settings.gateways.items()):
        if scheme not in GATEWAY_SCHEMES:
            found.append(f"gateway of {name}: {scheme!r} is not one of {', '.join(GATEWAY_SCHEMES)}")
    if settings.counter_timeout_seconds <= 0 or settings.body_limit_bytes <= 0 or settings.queue_room <= 0:
        found.append("counter_timeout_seconds, body_limit_bytes and queue_room must be above zero")
    if settings.log_level not in ("debug", "info", "warning", "error"):
        found.append(f"log_level = {settings.log_level!r}: one of debug, info, warning, error")
    return found


def from_variables(variables: Mapping[str, str]) -> dict[str, object]:
    """Read `YIDI_PORT=8033` and the like; lists are separated by commas."""
    known = {field.name: field for field in msgspec.structs.fields(Settings)}
    values: dict[str, object] = {}
    for name, text in variables.items():
        key = name.removeprefix("YIDI_").lower()
        if not name.startswith("YIDI_") or key not in known or key == "gateways":
            continue
        values[key] = tuple(part for part in text.split(",") if part) if key == "jurisdictions" else text
    return values


def read_settings(file: Path | None, variables: Mapping[str, str] | None = None) -> Settings:
    """Read the file, then let variables override it. Raises SettingsFault with all findings."""
    values: dict[str, object] = {}
    if file is not None:
        if not file.exists():
            raise SettingsFault([f"{file}: no such file; write one as docs/operating/settings.md shows"])
        try:
            values = tomllib.loads(file.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise SettingsFault([f"{file}: not TOML: {fault}"]) from fault
    values |= from_variables(os.environ if variables is None else variables)
    found: list[str] = []
    taken: dict[str, object] = {}
    known = {field.name: field for field in msgspec.structs.fields(Settings)}
    for name, value in values.items():
        if name not in known:
            found.append(f"{name}: no such setting; known are {', '.join(known)}")
            continue
        try:
            taken[name] = msgspec.convert(value, known[name].type, strict=False)
        except msgspec.ValidationError as fault:
            found.append(f"{name} = {redact(name, str(value))!r}: {fault}")
    for name in ("database", "keys"):
        if name not in values:
            found.append(f"{name}: must be given, there is no default")
    if found:
        raise SettingsFault(found)
    settings = msgspec.convert(taken, Settings)
    if found := findings_of(settings):
        raise SettingsFault(found)
    return settings


def redact(name: str, value: str) -> str:
    """Write a setting without what must not be seen: the password of a database address."""
    if name == "database" and "@" in value:
        scheme, _, rest = value.partition("://")
        user = rest.split("@", 1)[0].split(":", 1)[0]
        return f"{scheme}://{user}:***@{rest.split('@', 1)[1]}"
    return value


def read_keys(file: Path) -> dict[str, str]:
    """Read the secrets of institutions: a TOML table `[keys]` of institution code = "secret"."""
    if not file.exists():
        raise SettingsFault(
            [f"{file}: no such file; it holds one secret an institution (see `yidi settings`)"]
        )
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("keys", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsFault([f"{file}: not TOML: {fault}"]) from None
    if not isinstance(table, dict):
        raise SettingsFault([f'{file}: write a table [keys] with institution code = "secret"'])
    weak = [code for code, secret in table.items() if not isinstance(secret, str) or len(secret) < 16]
    if weak:
        raise SettingsFault([f"{file}: {code}: a secret has at least 16 characters" for code in weak])
    return dict(table)
