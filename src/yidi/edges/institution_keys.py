"""The file with the secrets of institutions, which only the node reads; there is no default."""

from __future__ import annotations

import tomllib
from pathlib import Path

from yidi.edges.settings import SettingsFault


def read_keys(file: Path) -> dict[str, str]:
    """Read the secrets of institutions: a TOML table `[keys]` of institution code = "secret".

    Raises SettingsFault with every finding; none repeats a secret.
    """
    if not file.exists():
        raise SettingsFault(
            [
                f"{file}: 没有此文件，节点管理员按机构逐一写入密钥（见 yidi settings）。"
                f" {file}: no such file; it holds one secret an institution (see `yidi settings`)"
            ]
        )
    try:
        written = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise SettingsFault([f"{file}: 不是 TOML。 not TOML: {fault}"]) from None
    except OSError as fault:
        raise SettingsFault([f"{file}: 无法读取。 cannot be read: {fault.strerror}"]) from None
    table = written.pop("keys", None if written else {})
    if not isinstance(table, dict) or written:
        raise SettingsFault(
            [
                f'{file}: 应只有一个表 [keys]，每行 机构编码 = "密钥"。'
                f' write one table [keys] with institution code = "secret"'
            ]
        )
    weak = [code for code, secret in table.items() if not isinstance(secret, str) or len(secret) < 16]
    if weak:
        raise SettingsFault(
            [f"{file}: {code}: 密钥至少 16 个字符。 a secret has at least 16 characters" for code in weak]
        )
    return dict(table)
