"""The gauge: seconds to verify the signature of one settlement message and to decode it, in this process.

Constant work, taken beside every figure, so that figures of different machines and hours can be compared.
"""

from __future__ import annotations

from functools import cache

import msgspec

from benchmarks.load.playing import GATEWAY
from benchmarks.timing import best_seconds
from yidi.edges.clock import system_clock
from yidi.edges.national.client import NationalClient
from yidi.edges.national.envelope import check_envelope, read_envelope
from yidi.edges.national.reading import read_input
from yidi.edges.national.signatures import Denied, Gatekeeper, Scheme
from yidi.edges.national.tables import SERVED

GAUGE_THEME = "Gauge"
INSTITUTION, AREA, SECRET, WINDOW_SECONDS = "H33010200001", "330102", "f" * 32, 1800
NUMBER = "2207A"


def sample_bill() -> dict[str, object]:
    """Make the input of a settling message."""
    identity = {
        "psn_no": "61010000000000000001",
        "insutype": "310",
        "mdtrt_cert_type": "01",
        "mdtrt_cert_no": "961010000000000000001",
        "card_sn": "",
        "psn_cert_type": "01",
        "certno": "990001194001020007",
        "psn_type": "12",
        "psn_name": "试基准",
    }
    bill = {
        "medfee_sumamt": "424.10",
        "psn_setlway": "01",
        "mdtrt_id": "1795329681678043001",
        "acct_used_flag": "1",
        "insuplc_admdvs": "610100",
        "mdtrtarea_admvs": AREA,
        "chrg_bchno": "B202611221000000000010001",
        "med_type": "11",
        "exp_content": {},
    }
    return {"data": identity | bill}


@cache
def _message() -> tuple[dict[str, str], bytes, Gatekeeper]:
    client = NationalClient(
        "http://127.0.0.1",
        institution_code=INSTITUTION,
        institution_name="示例中心医院",
        area=AREA,
        secret=SECRET,
        scheme=GATEWAY,
    )
    body = msgspec.json.encode(client.envelope(NUMBER, sample_bill(), "610100"))
    keeper = Gatekeeper({INSTITUTION: SECRET}, {INSTITUTION: Scheme(GATEWAY)}, WINDOW_SECONDS)
    return client.signature(NUMBER, body), body, keeper


def gauge_seconds() -> float:
    """Take the gauge now."""
    headers, body, keeper = _message()
    transaction, now = SERVED[NUMBER], system_clock()

    def work() -> None:
        if isinstance(keeper.check(headers, body, now), Denied):
            raise AssertionError("the signature of the gauge does not hold")
        envelope = read_envelope(body)
        assert not isinstance(envelope, list)
        assert not check_envelope(envelope)
        read_input(transaction, bytes(envelope.input))

    return best_seconds(work, rounds=5)
