"""The national packs as they ship: complete, consistent, and refused when broken."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from yidi.domain.codes.chronic_disease import ChronicDiseases
from yidi.domain.codes.dictionary import Dictionaries
from yidi.domain.codes.division import DivisionLevel, Divisions
from yidi.domain.codes.refusals import UNKNOWN_DICTIONARY_CODE
from yidi.domain.refusal import Refusal
from yidi.edges.packs.location import packs_folder
from yidi.edges.packs.national import (
    PackError,
    read_chronic_diseases,
    read_dictionaries,
    read_divisions,
    read_download_files,
    read_service_classes,
)


@pytest.fixture(scope="module")
def divisions() -> Divisions:
    """The shipped divisions."""
    return read_divisions()


@pytest.fixture(scope="module")
def dictionaries() -> Dictionaries:
    """The shipped dictionaries."""
    return read_dictionaries()


@pytest.fixture(scope="module")
def diseases() -> ChronicDiseases:
    """The shipped chronic diseases."""
    return read_chronic_diseases()


def test_thirty_two_provinces_insure_and_three_places_do_not(divisions: Divisions) -> None:
    insuring = {row.code for row in divisions.provinces()}
    assert len(insuring) == 32
    assert "660000" in insuring
    every = divisions.provinces(insuring=False)
    assert {row.code for row in every} - insuring == {"710000", "810000", "820000"}
    assert all(row.name and row.name_en for row in every)


def test_every_prefecture_and_every_county_run_by_its_province_is_there(divisions: Divisions) -> None:
    cities = [row for province in divisions.provinces() for row in divisions.prefectures(province.code)]
    direct = [row for row in cities if row.code[2:4] == "90"]
    assert (len(cities) - len(direct), len(direct)) == (333, 32)
    assert {"429004", "419001", "469021", "659001"} <= {row.code for row in direct}


@pytest.mark.parametrize(
    ("code", "full", "level"),
    [
        ("330100", "浙江省杭州市", DivisionLevel.PREFECTURE),
        ("330114", "浙江省杭州市钱塘区", DivisionLevel.COUNTY),
        ("330103", "浙江省杭州市下城区", DivisionLevel.COUNTY),
        ("110105", "北京市朝阳区", DivisionLevel.COUNTY),
        ("429004", "湖北省仙桃市", DivisionLevel.PREFECTURE),
        ("469021", "海南省定安县", DivisionLevel.PREFECTURE),
        ("130399", "河北省秦皇岛市", DivisionLevel.POOL),
        ("659900", "新疆维吾尔自治区", DivisionLevel.POOL),
        ("660000", "新疆生产建设兵团", DivisionLevel.PROVINCE),
    ],
)
def test_places_have_the_names_of_the_standard(
    divisions: Divisions, code: str, full: str, level: DivisionLevel
) -> None:
    found = divisions.find(code)
    assert found is not None
    assert found.level is level
    assert divisions.full_name(code) == full


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("330102", "Hangzhou, Zhejiang"),
        ("610100", "Xi'an, Shaanxi"),
        ("110105", "Beijing"),
        ("411100", "Luohe, Henan"),
        ("469021", "Ding'an, Hainan"),
        ("650100", "Urumqi, Xinjiang"),
    ],
)
def test_a_place_has_an_english_name_of_its_city_and_province(
    divisions: Divisions, code: str, name: str
) -> None:
    assert divisions.full_name_en(code) == name


def test_every_city_and_province_has_an_english_name(divisions: Divisions) -> None:
    for province in divisions.provinces(insuring=False):
        for place in (province, *divisions.prefectures(province.code)):
            assert re.fullmatch(r"[A-Z][A-Za-z' ]+", place.name_en), place


def test_every_county_of_the_list_has_its_prefecture(divisions: Divisions) -> None:
    text = (packs_folder() / "national" / "divisions.csv").read_text("utf-8")
    codes = re.findall(r"^(\d{6}),", text, re.MULTILINE)
    assert len(codes) == len(set(codes)) == len(divisions)
    assert not [code for code in codes if divisions.find(divisions.prefecture_of(code)) is None]
    assert not [code for code in codes if divisions.find(divisions.province_of(code)) is None]


def test_whole_provinces_are_filing_targets(divisions: Divisions) -> None:
    whole = {row.code for row in divisions.provinces() if row.whole}
    assert whole == {"110000", "120000", "310000", "500000", "460000", "540000", "660000"}
    assert divisions.filing_target("460105") == "460000"
    assert divisions.filing_target("330102") == "330100"


def test_the_dictionaries_the_domain_speaks_of_are_there(dictionaries: Dictionaries) -> None:
    for name in (
        "scheme", "visit_kind", "person_type", "insurance_state", "credential_kind", "gender",
        "certificate_type", "item_class", "expense_class", "fund", "clearing_kind", "clearing_way",
        "payment_place", "grade", "hospital_approval", "referral_kind", "institution_kind",
        "admission_kind", "outpatient_urgency", "operator_kind", "department",
    ):  # fmt: skip
        dictionary = dictionaries[name]
        assert dictionary.meanings, name
        assert dictionary.title_en, name
    assert len(dictionaries.all()) > 200


@pytest.mark.parametrize(
    ("name", "code", "zh", "en", "region"),
    [
        ("scheme", "310", "职工基本医疗保险", "employee basic medical insurance", ""),
        ("scheme", "39905", "二乙医疗保险", "", "430000"),
        ("visit_kind", "21", "普通住院", "ordinary inpatient", ""),
        ("visit_kind", "2101", "普通住院", "", "430000"),
        ("expense_class", "14", "其他费", "other", ""),
        ("fund", "310200", "城镇职工基本医疗保险个人账户基金", "employee personal account", ""),
        ("department", "A03.04", "心血管内科专业", "", ""),
    ],
)
def test_a_code_has_its_meaning_and_the_region_that_added_it(
    dictionaries: Dictionaries, name: str, code: str, zh: str, en: str, region: str
) -> None:
    meaning = dictionaries[name].meanings[code]
    assert (meaning.zh, meaning.en, meaning.region) == (zh, en, region)


def test_an_unknown_code_names_field_value_and_some_that_were_expected(dictionaries: Dictionaries) -> None:
    refused = dictionaries["scheme"].check("311", "scheme")
    assert isinstance(refused, Refusal)
    assert refused.code == UNKNOWN_DICTIONARY_CODE.code
    for part in ("scheme", "311", "310=职工基本医疗保险"):
        assert part in refused.cause_zh
    assert len(refused.cause_zh) < 200


def test_the_english_of_a_code_is_english(dictionaries: Dictionaries) -> None:
    for dictionary in dictionaries.all():
        for meaning in dictionary.meanings.values():
            assert meaning.zh, (dictionary.key, meaning.code)
            assert not re.search("[\u4e00-\u9fff]", meaning.en), (dictionary.key, meaning.code)


def test_ten_diseases_settle_across_provinces(diseases: ChronicDiseases) -> None:
    every = diseases.all()
    assert [sum(1 for it in every if it.batch == batch) for batch in (1, 2)] == [5, 5]
    assert diseases.national_code("M07803") == "M07801"
    assert diseases.national_code("M01607") == "M01600"
    assert diseases.national_code("M07800") is None
    assert diseases.national_code("M06000") is None
    assert all(it.source and it.name_en for it in every)


def test_what_is_below_eighty_percent_sure_says_so(diseases: ChronicDiseases) -> None:
    assert [it.code for it in diseases.all() if it.sure_pct < 80] == ["M07801"]


def test_the_download_files_have_the_columns_the_reference_counts() -> None:
    counted = {file.transaction: len(file.columns) for file in read_download_files().values()}
    assert counted == {
        "1301": 97, "1302": 33, "1305": 19, "1306": 71, "1307": 24, "1308": 24, "1309": 16, "1310": 15,
        "1311": 15,
    }  # fmt: skip
    for kind, file in read_download_files().items():
        assert max(file.use.values()) <= len(file.columns), kind


def test_service_classes_are_national_expense_classes() -> None:
    assert set(read_service_classes().values()) <= {f"{number:02d}" for number in range(1, 15)}


@pytest.mark.parametrize(
    ("name", "text", "read"),
    [
        ("divisions.csv", "code,name\n330000,x\n", read_divisions),
        ("dictionaries.yaml", "dictionaries: [", read_dictionaries),
        ("dictionaries.yaml", "source: x\n", read_dictionaries),
        (
            "chronic_diseases.yaml",
            "looked_up: x\ndiseases: []\nlocal_codes: {}\nmore: 1\n",
            read_chronic_diseases,
        ),
    ],
)
def test_a_broken_pack_is_an_error_that_names_the_file(
    tmp_path: Path, name: str, text: str, read: object
) -> None:
    (tmp_path / "national").mkdir()
    (tmp_path / "national" / name).write_text(text, "utf-8")
    assert callable(read)
    with pytest.raises(PackError, match=re.escape(name)):
        read(tmp_path)
