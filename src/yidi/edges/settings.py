"""Settings: one frozen object, read once at start from a TOML file and `YIDI_*` variables.

Every error is found before anything starts, and all are told at once. Secrets have no default: the
keys of institutions come from a file of their own that only the node reads.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

GATEWAY_SCHEMES = ("header_list_sha1", "timestamp_nonce_sha256", "body_hmac_sm3")
EXCHANGE_SCHEMES = ("hmac_sm3", "ed25519")
EXCHANGE_VERSIONS = ("1.1", "1.0")
"""The versions of the protocol between nodes that are spoken here, newest first."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SEAL_ALGORITHMS = ("sm2", "ed25519")
P = ParamSpec("P")
T = TypeVar("T")


class SettingsFault(Exception):
    """The settings cannot be used; `findings` says every reason, each with its remedy."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = findings


class Faults:
    """Collects what is wrong with the files and settings tried, so that a start tells everything at once."""

    def __init__(self, found: list[str] | None = None) -> None:
        self.found = list(found or ())

    def of(self, opening: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | None:
        """Return what an opening gives; None when it raised SettingsFault, whose findings are kept."""
        try:
            return opening(*given, **named)
        except SettingsFault as fault:
            self.found += fault.findings
            return None

    def tell(self) -> None:
        """Raise SettingsFault with every finding, if there is one."""
        if self.found:
            raise SettingsFault(self.found)


class ExchangeSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """How a node reaches others and is reached (the table `[exchange]`).

    `url` is the address by which others reach this process; it listens there on `host` and `port` unless
    they are given. `peers` is the peers table, `identity` the folder with the private keys of the
    jurisdictions it serves. `certificate`, `private_key` and `authority` are for TLS, needed when `url` is
    https; `revoked` is the list of certificates that authority has taken back. `scheme` signs messages;
    clocks may differ by `window_seconds`; `hop_seconds` is the budget of a hop: to take the connection, and
    to store and acknowledge; a peer that was late has twice
    as long each time, ten times at most; `room` messages a peer wait in memory, the rest in the outbox; an
    agreed key lives `key_hours` and is renewed after half of that. `speaks` is the newest version of the
    protocol this node speaks: while a nation is upgraded it may stay at the one before.
    """

    url: str
    peers: str
    identity: str
    host: str = ""
    port: int = 0
    certificate: str = ""
    private_key: str = ""
    authority: str = ""
    revoked: str = ""
    scheme: str = "hmac_sm3"
    window_seconds: int = 60
    hop_seconds: float = 1.0
    room: int = 2_000
    body_limit_bytes: int = 8 * 1024 * 1024
    key_hours: float = 24.0
    longest_pause_seconds: float = 15.0
    speaks: str = EXCHANGE_VERSIONS[0]


def exchange_findings(exchange: ExchangeSettings) -> list[str]:
    """Return what is wrong with the table `[exchange]`."""
    found: list[str] = []
    missing = [name for name in ("certificate", "private_key", "authority") if not getattr(exchange, name)]
    if exchange.url.startswith("https://") and missing:
        found.append(
            f"exchange.{missing[0]}: https 需要 certificate、private_key、authority 三个 PEM 文件，缺"
            f" {', '.join(missing)}。 https needs certificate, private_key and authority, each a PEM file"
        )
    if exchange.url and not exchange.url.startswith(("https://", "http://")):
        found.append(
            f"exchange.url = {exchange.url!r}: 应写其他节点访问本节点的地址。"
            " write https://host:port as others reach this node"
        )
    if exchange.revoked and not exchange.authority:
        found.append(
            "exchange.revoked: 吊销清单需同时写明 exchange.authority。"
            " a list needs its authority (exchange.authority)"
        )
    for name, allowed in (("scheme", EXCHANGE_SCHEMES), ("speaks", EXCHANGE_VERSIONS)):
        if (given := getattr(exchange, name)) not in allowed:
            found.append(f"exchange.{name} = {given!r}: 只能是 one of {', '.join(allowed)}")
    for name in ("window_seconds", "hop_seconds", "room", "body_limit_bytes", "key_hours"):
        if getattr(exchange, name) <= 0:
            found.append(f"exchange.{name}: 必须大于零 must be above zero")
    return found


class AccessSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Who is let in, and how often (the table `[access]`; docs/operating/security.md).

    `behind_tls`: pages are reached over https only, so cookies are Secure; false is for this machine only.
    A session ends after `idle_minutes` of rest and `absolute_hours` of age; after `failures_before_lock`
    wrong passwords in a row a user waits 30 s, doubled each time, `longest_lock_minutes` at most. A one-time
    password is good for `first_password_hours`. Before what pays or claims, or ends sessions, the password is
    asked again unless it was given in the last `confirm_minutes`. An
    institution and a peer may send so many messages a second in the long run and `_burst` at once, a page's
    reader so many requests; 0 is no limit. A node of sample data has no limits.
    `second_factor`: a code is asked of everybody (required: who has none is not let in), of who is enrolled
    (offered), or of nobody (none).
    """

    behind_tls: bool = True
    idle_minutes: float = 15.0
    absolute_hours: float = 10.0
    failures_before_lock: int = 5
    longest_lock_minutes: float = 60.0
    first_password_hours: float = 72.0
    confirm_minutes: float = 10.0
    institution_per_second: float = 500.0
    institution_burst: float = 2_000.0
    peer_per_second: float = 5_000.0
    peer_burst: float = 20_000.0
    reader_per_second: float = 5.0
    reader_burst: float = 50.0
    second_factor: Literal["none", "offered", "required"] = "offered"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """What a node needs to know before it starts.

    `database` is `sqlite:PATH` or `postgresql://…`; `jurisdictions` the six-digit codes the node hosts
    (empty: the nation and every province); `gateways` the signature scheme of a province's gateway where
    it is not `gateway`; `keys` the file with one secret an institution; `node` tells nodes that share a
    database apart (0-99). `processes` is 2 to serve from a process beside the journal's, 1 to do all in one,
    0 to choose by the processors there are. `encrypt` keeps personal identifiers encrypted,
    `seal` chains settlements and seals them every `seal_seconds`, under keys in `key_folder`, made at the
    first start (docs/operating/keys.md). `scanner` (`tcp://host:port` or `unix:/path`, as clamd) looks at
    uploaded files within `scanner_seconds`; one it could not look at is `unscanned`: refused or stored.
    """

    database: str
    keys: str
    host: str = "127.0.0.1"
    port: int = 8033
    node: int = 1
    jurisdictions: tuple[str, ...] = ()
    gateway: str = "timestamp_nonce_sha256"
    gateways: dict[str, str] = {}
    processes: int = 0
    packs: str = ""
    fold: bool = True
    counter_timeout_seconds: float = 15.0
    body_limit_bytes: int = 10 * 1024 * 1024
    clock_window_seconds: int = 1800
    queue_room: int = 20_000
    log_level: str = "info"
    log_json: bool = False
    sample: bool = False
    encrypt: bool = True
    seal: bool = True
    seal_seconds: float = 60.0
    seal_algorithm: str = "ed25519"
    key_folder: str = ""
    scanner: str = ""
    scanner_seconds: float = 10.0
    unscanned: Literal["refused", "stored"] = "refused"
    exchange: ExchangeSettings | None = None
    access: AccessSettings = AccessSettings()


def access_findings(settings: Settings) -> list[str]:
    """Return what is wrong with the table `[access]`."""
    access = settings.access
    found = [
        f"access.{name} 必须大于零 must be above zero"
        for name in (
            "idle_minutes",
            "absolute_hours",
            "failures_before_lock",
            "longest_lock_minutes",
            "first_password_hours",
            "confirm_minutes",
        )
        if getattr(access, name) <= 0
    ]
    for who in ("institution", "peer", "reader"):
        if getattr(access, f"{who}_per_second") < 0 or getattr(access, f"{who}_burst") < 1:
            found.append(
                f"access.{who}_per_second: 不得为负，access.{who}_burst 至少为 1。"
                f" it is 0 or more, access.{who}_burst 1 or more"
            )
    if not access.behind_tls and settings.host not in LOOPBACK:
        found.append(
            "access.behind_tls = false: 仅限本机地址。"
            f" only where host is one of {', '.join(sorted(LOOPBACK))}"
        )
    if access.second_factor == "required" and not settings.encrypt:
        found.append(
            "access.second_factor = required: 其密钥须加密保存，请设 encrypt = true。"
            " needs encrypt = true, for its secrets lie encrypted"
        )
    return found


def scanner_findings(settings: Settings) -> list[str]:
    """Return what is wrong with the scanner of uploaded files."""
    parts = urlsplit(settings.scanner)
    try:
        named = parts.scheme == "tcp" and parts.hostname is not None and parts.port is not None
    except ValueError:
        named = False
    found = [] if settings.scanner_seconds > 0 else ["scanner_seconds: 必须大于零 must be above zero"]
    if settings.scanner and not named and not settings.scanner.startswith("unix:/"):
        found.append(f"scanner = {settings.scanner!r}: 应写 write tcp://host:port or unix:/path")
    return found


def findings_of(settings: Settings) -> list[str]:
    """Return what is wrong with values that each are of the right type."""
    found: list[str] = []
    if settings.database and not settings.database.startswith(("sqlite:", "postgresql://", "postgres://")):
        found.append(
            f"database = {redact('database', settings.database)!r}: 应写 write sqlite:PATH or postgresql://…"
        )
    if not 0 < settings.port < 65536:
        found.append(f"port = {settings.port}: 端口为 1 至 65535。 a port is a number from 1 to 65535")
    if not 0 <= settings.node <= 99:
        found.append(
            f"node = {settings.node}: 同一数据库的节点编号为 0 至 99。"
            " nodes on one database are numbered 0 to 99"
        )
    for code in settings.jurisdictions:
        if len(code) != 6 or not code.isdigit() or not code.endswith("0000"):
            found.append(
                f"jurisdictions: {code!r} 不是省级区划代码。 is not a province's division code such as 330000"
            )
    for name, scheme in (("gateway", settings.gateway), *settings.gateways.items()):
        if scheme not in GATEWAY_SCHEMES:
            found.append(
                f"gateway of {name}: {scheme!r} 不在可选之列。 is not one of {', '.join(GATEWAY_SCHEMES)}"
            )
    for name in ("counter_timeout_seconds", "body_limit_bytes", "queue_room"):
        if getattr(settings, name) <= 0:
            found.append(f"{name}: 必须大于零 must be above zero")
    if not 0 <= settings.processes <= 2:
        found.append(f"processes = {settings.processes}: 可写 write 1, 2, or 0 to choose by the machine")
    if settings.processes == 2 and (settings.exchange is not None or os.name != "posix"):
        found.append(
            "processes = 2: 有 [exchange] 或在 Windows 上时请写 1。"
            " not with a table [exchange], and not on Windows; write 1"
        )
    if settings.seal_seconds <= 0 or settings.seal_algorithm not in SEAL_ALGORITHMS:
        found.append(
            "seal_seconds, seal_algorithm: 前者大于零，后者为所列之一。"
            f" seal_seconds must be above zero, seal_algorithm one of {', '.join(SEAL_ALGORITHMS)}"
        )
    if settings.exchange is not None:
        found += exchange_findings(settings.exchange)
        if not settings.jurisdictions:
            found.append(
                "jurisdictions: 与其他节点往来的节点须写明自己承载的区划。"
                " a node that reaches others names those it serves itself"
            )
    found += scanner_findings(settings)
    found += access_findings(settings)
    if settings.log_level not in ("debug", "info", "warning", "error"):
        found.append(f"log_level = {settings.log_level!r}: 只能是 one of debug, info, warning, error")
    return found


def from_variables(variables: Mapping[str, str]) -> dict[str, object]:
    """Read `YIDI_PORT=8033` and the like; lists are separated by commas."""
    known = {field.name: field for field in msgspec.structs.fields(Settings)}
    values: dict[str, object] = {}
    for name, text in variables.items():
        key = name.removeprefix("YIDI_").lower()
        if not name.startswith("YIDI_") or key not in known or key in ("gateways", "exchange", "access"):
            continue
        values[key] = tuple(part for part in text.split(",") if part) if key == "jurisdictions" else text
    return values


TABLES: dict[str, type[Struct]] = {"exchange": ExchangeSettings, "access": AccessSettings}


def written_in(file: Path) -> dict[str, Any]:
    """Read a settings file as it is. Raises SettingsFault when there is none, or it is not TOML."""
    if not file.exists():
        raise SettingsFault(
            [
                f"{file}: 没有此文件，节点管理员按 docs/operating/settings.md 写一份。"
                f" {file}: no such file; write one as docs/operating/settings.md shows"
            ]
        )
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsFault([f"{file}: 不是 TOML。 not TOML: {fault}"]) from fault
    except OSError as fault:
        raise SettingsFault([f"{file}: 无法读取。 cannot be read: {fault.strerror}"]) from fault


def taken_from(kind: type[Struct], values: Mapping[str, Any], faults: Faults, within: str = "") -> Any:
    """Make settings of what can be used of these values; what cannot is told, and its default stands in."""
    known = {field.name: field for field in msgspec.structs.fields(kind)}
    taken: dict[str, object] = {}
    for name, value in values.items():
        if name not in known:
            names = ", ".join(known)
            faults.found.append(
                f"{within}{name}: 没有这个设置。 {within}{name}: no such setting; known are {names}"
            )
        elif isinstance(value, dict) and name in TABLES:
            taken[name] = taken_from(TABLES[name], value, faults, f"{name}.")
        else:
            try:
                taken[name] = msgspec.convert(value, known[name].type, strict=False)
            except msgspec.ValidationError as fault:
                said = name if isinstance(value, dict) else f"{name} = {redact(name, str(value))!r}"
                faults.found.append(f"{within}{said}: 值不可用。 {fault}")
    for field in known.values():
        if field.required and values.get(field.name, "") == "":
            faults.found.append(
                f"{within}{field.name}: 必须给出。 {within}{field.name}: must be given, there is no default"
            )
        if field.required:
            taken.setdefault(field.name, "")
    return kind(**taken)


def examined(file: Path | None, variables: Mapping[str, str] | None = None) -> tuple[Settings, list[str]]:
    """Read the file, then let variables override it; return what can be used, and every finding.

    With findings, the settings are only good for looking further. Raises SettingsFault when there is no file.
    """
    values = written_in(file) if file is not None else {}
    values |= from_variables(os.environ if variables is None else variables)
    faults = Faults()
    settings: Settings = taken_from(Settings, values, faults)
    told = {named_by(finding) for finding in faults.found}
    return settings, faults.found + [one for one in findings_of(settings) if named_by(one) not in told]


def named_by(finding: str) -> str:
    """Return the setting a finding begins with."""
    return finding.split(" ", 1)[0].rstrip(":")


def read_settings(file: Path | None, variables: Mapping[str, str] | None = None) -> Settings:
    """Read the file, then let variables override it. Raises SettingsFault with all findings."""
    settings, findings = examined(file, variables)
    Faults(findings).tell()
    return settings


def redact(name: str, value: str) -> str:
    """Write a setting without what must not be seen: the password of a database address."""
    if name == "database" and "@" in value:
        scheme, _, rest = value.partition("://")
        user = rest.split("@", 1)[0].split(":", 1)[0]
        return f"{scheme}://{user}:***@{rest.split('@', 1)[1]}"
    return value
