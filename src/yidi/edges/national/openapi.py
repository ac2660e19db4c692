"""The interface as an OpenAPI document, made from the message tables, so that tools can read and try it."""

from __future__ import annotations

from typing import Any

from yidi.edges.national.paths import service_path
from yidi.edges.national.tables import SERVED
from yidi.edges.national.tables.form import Field, Node, Transaction

_NUMBER = r"^-?[0-9]{1,14}(\.[0-9]{1,6})?$"
_ENVELOPE: dict[str, tuple[str, int, bool]] = {
    "infno": ("交易编号", 6, True),
    "msgid": ("发送方报文ID", 30, True),
    "mdtrtarea_admvs": ("就医地医保区划", 6, True),
    "insuplc_admdvs": ("参保地医保区划", 6, False),
    "recer_sys_code": ("接收方系统代码", 10, False),
    "infver": ("接口版本号", 6, False),
    "opter_type": ("经办人类别", 3, False),
    "opter": ("经办人", 30, False),
    "opter_name": ("经办人姓名", 50, False),
    "inf_time": ("交易时间", 19, False),
    "fixmedins_code": ("定点医药机构编号", 12, True),
    "fixmedins_name": ("定点医药机构名称", 200, False),
    "sign_no": ("交易签到流水号", 30, False),
}


def field_schema(field: Field) -> dict[str, Any]:
    """Describe a field of the input."""
    said: dict[str, Any] = {"title": field.title}
    match field.kind:
        case "N" | "I":
            return said | {"anyOf": [{"type": "number"}, {"type": "string", "pattern": _NUMBER}]}
        case "X":
            return said | {"type": ["string", "object", "null"]}
        case "B":
            return said | {"type": "string", "contentEncoding": "base64"}
        case "S":
            return said | {"type": "string", "maxLength": field.limit, "minLength": int(field.needed)}
        case _:
            return said | {"type": "string", "examples": ["2026-11-22 10:00:00"]}


def node_schema(node: Node) -> dict[str, Any]:
    """Describe a node of the input."""
    row = {
        "type": "object",
        "properties": {field.name: field_schema(field) for field in node.fields},
        "required": [field.name for field in node.fields if field.needed],
    }
    return {"anyOf": [{"type": "array", "items": row, "minItems": 1}, row]} if node.many else row


def request_schema(transaction: Transaction) -> dict[str, Any]:
    """Describe a whole request."""
    properties: dict[str, Any] = {
        name: {"type": "string", "title": title, "maxLength": limit, "minLength": int(needed)}
        for name, (title, limit, needed) in _ENVELOPE.items()
    }
    properties["infno"] = {"const": transaction.number}
    properties["input"] = {
        "type": "object",
        "properties": {node.name: node_schema(node) for node in transaction.asks},
        "required": [transaction.asks[0].name],
    }
    needed = [name for name, (_, _, must) in _ENVELOPE.items() if must]
    return {"type": "object", "properties": properties, "required": [*needed, "input"]}


def response_schema() -> dict[str, Any]:
    """Describe every JSON answer."""
    text = {"type": ["string", "null"]}
    return {
        "type": "object",
        "properties": {
            "infcode": {"enum": [0, -1]},
            "inf_refmsgid": text,
            "refmsg_time": text,
            "respond_time": text,
            "err_msg": {"type": ["string", "null"], "maxLength": 200},
            "output": {"type": ["object", "array", "null"]},
            "refusals": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["infcode", "inf_refmsgid", "refmsg_time", "respond_time", "err_msg", "output"],
    }


def operation(transaction: Transaction) -> dict[str, Any]:
    """Describe a transaction."""
    answer = {"application/json": {"schema": {"$ref": "#/components/schemas/Answer"}}}
    good = answer | ({"application/octet-stream": {"schema": {}}} if transaction.streams else {})
    denied = {
        "type": "object",
        "properties": {"code": {"const": 401}, "message": {"type": "string"}},
        "required": ["code", "message"],
    }
    return {
        "operationId": f"t{transaction.number}",
        "summary": f"{transaction.number} {transaction.title} {transaction.title_en}",
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": request_schema(transaction)}},
        },
        "responses": {
            "200": {"description": "answered: infcode 0 or -1", "content": good},
            "401": {"description": "not signed well", "content": {"application/json": {"schema": denied}}},
            "413": {"description": "too large", "content": answer},
        },
    }


def document() -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of all transactions served."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "定点医药机构接口 national hospital interface", "version": "1.0"},
        "paths": {
            service_path(number): {"post": operation(transaction)} for number, transaction in SERVED.items()
        },
        "components": {"schemas": {"Answer": response_schema()}},
    }
