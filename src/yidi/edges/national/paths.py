"""The addresses a message may come to: one a transaction, one a service, or one for all.

Source: public clients of several provinces; the misspellings are the real ones.
"""

from __future__ import annotations

CALL_BY_NUMBER = (
    "/fsi/api/rsfComIfsService/callService/{number}",
    "/hsa/hgs/{number}",
    "/{prefix:path}/hsa/hgs/{number}",
)
CALL_ANY = (
    "/fsi/api/rsfComIfsService/callService",
    "/hsa/hgs",
    "/{prefix:path}/hsa/hgs",
    "/eapdomain/callService",
)
_SERVICES = """
signInSignOutService/signIn 9001
signInSignOutService/signOut 9002
fileupload/upload 9101
fileupload/download 9102
fsiFixMedInsService/queryFixMedIns 1201
fsiPsnInfoService/queryPsnInfo 1101
outpatientDocInfoService/outpatientRregistration 2201
outpatientDocInfoService/outpatientRegistrationCancel 2202
outpatientDocInfoService/outpatientMdtrtinfoUp 2203
outpatientDocInfoService/outpatientMdtrtinfoUpA 2203A
outpatientDocInfoService/outpatientFeeListUp 2204
outpatientDocInfoService/outpatientFeeListUpCancel 2205
outpatientSettleService/preSettletment 2206
outpatientSettleService/preSettletmentA 2206A
outpatientSettleService/saveSettletment 2207
outpatientSettleService/saveSettletmentA 2207A
outpatientSettleService/cancleSettletment 2208
reverseService/revsMethod 2601
ybSettlementStmtService/stmt 3201
ybSettlementStmtService/stmtDetail 3202
hospitalRegisterService/hospitalRegisterSave 2401
hospitalRegisterService/hospitalRegisterCancel 2404
hospFeeDtlService/feeDtlUp 2301
hospFeeDtlService/feeDtlCl 2302
hospSettService/preSett 2303
hospSettService/preSettA 2303A
hospSettService/sett 2304
hospSettService/settA 2304A
hospSettService/settCl 2305
dscgService/dischargeProcess 2402
dscgService/dischargeUndo 2405
"""
SERVICES = {f"/fsi/api/{path}": number for path, number in map(str.split, _SERVICES.strip().splitlines())}
"""Service path -> the number that belongs to it."""
PATH_OF = {number: path for path, number in SERVICES.items()}


def service_path(number: str) -> str:
    """Return the service path of a transaction; the common one where it has none of its own."""
    return PATH_OF.get(number, f"/fsi/api/rsfComIfsService/callService/{number}")
