"""A GS1 name is one name however it is written; what is no GS1 name is never made one."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.values.gs1 import read
from thread.values.gs1_keys import check_digit
from thread.values.names import gs1_lot, gs1_serial, normalise, percent, scanned

LOT = "https://id.gs1.org/01/09506000134352/10/ABC"
SERIAL = "https://id.gs1.org/01/09506000134352/21/7"
ITEM = "https://id.gs1.org/01/09506000134352"

SPELLINGS = [
    (LOT, "lot", [
        LOT,
        "http://id.gs1.org/01/09506000134352/10/ABC",
        "HTTPS://ID.GS1.ORG/01/09506000134352/10/ABC",
        "https://id.gs1.org/01/9506000134352/10/ABC",
        "https://id.gs1.org/01/09506000134352/10/ABC/",
        "https://id.gs1.org/01/09506000134352/22/2A/10/ABC",
        "https://id.gs1.org/01/09506000134352/10/%41BC?17=261231&linkType=all#top",
        "https://id.gs1.org/01/09506000134352?10=ABC",
        "https://id.gs1.org/gtin/9506000134352/lot/ABC",
        "https://brand.example/01/09506000134352/10/ABC",
        "https://shop.example:8443/products/01/09506000134352/10/ABC",
        "(01)09506000134352(10)ABC",
        " (01) 09506000134352 (10) ABC ",
        "(01)0 9506000 134352(10)ABC",
        "(01)9506000134352(10)ABC",
        "(10)ABC(01)09506000134352",
        "(01)09506000134352(17)261231(3103)000195(10)ABC",
        "]C1010950600013435210ABC",
        "]C1010950600013435210ABC\x1d37100",
        "]d2010950600013435210ABC\x1d17261231",
        "]d2010950600013435217261231\x1d10ABC",
        "]Q3010950600013435210ABC",
        "]e0010950600013435210ABC",
        "]C1\x1d010950600013435210ABC",
        "]d210ABC<GS>0109506000134352",
        "]d210ABC{GS}0109506000134352",
        "]d210ABC<gs>0109506000134352",
        "]d210ABC␝0109506000134352",
        "10ABC\x1d0109506000134352",
        "\x1d010950600013435210ABC",
        "<FNC1>010950600013435210ABC",
        "]Q1https://brand.example/01/09506000134352/10/ABC",
        "urn:epc:class:lgtin:9506000.013435.ABC",
        "urn:epc:class:lgtin:950600013.0435.ABC",
        "URN:EPC:class:lgtin:9506000.013435.ABC",
    ]),
    (SERIAL, "serial", [
        SERIAL,
        "(01)09506000134352(10)ABC(21)7",
        "]d2010950600013435210ABC\x1d217",
        "https://id.gs1.org/01/09506000134352/10/ABC/21/7",
        "https://id.gs1.org/01/09506000134352/21/7?10=ABC",
        "urn:epc:id:sgtin:9506000.013435.7",
        "urn:epc:tag:sgtin-96:1.9506000.013435.7",
    ]),
    (ITEM, "item", [
        ITEM,
        "(01)09506000134352",
        "]E09506000134352",
        "]C10109506000134352",
        "urn:epc:idpat:sgtin:9506000.013435.*",
        "https://brand.example/01/9506000134352",
    ]),
    ("https://id.gs1.org/01/00000096385074", "item", ["(01)96385074", "]E496385074", "https://id.gs1.org/01/96385074"]),
    ("https://id.gs1.org/01/00614141123452/10/A%2F%251", "lot", [
        "(01)614141123452(10)A/%1",
        "urn:epc:class:lgtin:0614141.012345.A%2F%251",
        "urn:epc:class:lgtin:0614141.012345.A/%251",
        "https://id.gs1.org/01/614141123452/10/A%2F%251",
    ]),
    ("https://id.gs1.org/01/09506000134352/21/1.2", "serial", ["urn:epc:id:sgtin:9506000.013435.1.2"]),
    ("https://id.gs1.org/01/09506000134352/10/A%28B%29C", "lot", [
        "(01)09506000134352(10)A(B)C",
        "]C1010950600013435210A(B)C",
    ]),
    ("https://id.gs1.org/01/11234567894567/235/51qIgY%29%3C%26Jp3%2Aj7", "serial", [
        "urn:epc:id:upui:1234567.189456.51qIgY)%3C%26Jp3*j7",
        "(01)11234567894567(235)51qIgY)<&Jp3*j7",
    ]),
    ("https://id.gs1.org/8006/040123451234560404/21/a", "serial", ["urn:epc:id:itip:4012345.012345.04.04.a"]),
    ("https://id.gs1.org/00/106141412345678908", "container", [
        "urn:epc:id:sscc:0614141.1234567890",
        "urn:epc:tag:sscc-96:3.0614141.1234567890",
        "(00)106141412345678908",
        "(00) 1 0614141 234567890 8",
        "]C100106141412345678908",
        "(00)106141412345678908(02)00614141123452(37)25(10)ABC123",
        "https://id.gs1.org/00/106141412345678908?02=00614141123452&37=25&10=ABC123",
        "https://depot.example/00/106141412345678908",
        "https://id.gs1.org/sscc/106141412345678908",
    ]),
    ("https://id.gs1.org/414/0614141007776", "place", [
        "urn:epc:id:sgln:0614141.00777.0",
        "urn:epc:id:sgln:061414100777..0",
        "(414)0614141007776",
        "(414)0614141007776(254)0",
        "https://id.example.com/414/0614141007776",
    ]),
    ("https://id.gs1.org/414/0614141073467/254/1234", "place", [
        "urn:epc:id:sgln:0614141.07346.1234",
        "(414)0614141073467(254)1234",
    ]),
    ("https://id.gs1.org/417/4012345000009", "party", ["urn:epc:id:pgln:4012345.00000", "(417)4012345000009"]),
    ("https://id.gs1.org/8003/04012345555554987", "container", [
        "urn:epc:id:grai:4012345.55555.987",
        "(8003)04012345555554987",
        "https://pool.example/8003/04012345555554987",
    ]),
    ("https://id.gs1.org/8003/04012345555554", "item", ["urn:epc:idpat:grai:4012345.55555.*", "(8003)04012345555554"]),
    ("https://id.gs1.org/8004/4000001111", "container", [
        "urn:epc:id:giai:4000001.111",
        "(8004)4000001111",
        "https://example.org/8004/4000001111",
    ]),
    ("https://id.gs1.org/253/0614141000012Doc1", "document", ["urn:epc:id:gdti:0614141.00001.Doc1"]),
    ("https://id.gs1.org/255/401234555555498", "document", ["urn:epc:id:sgcn:4012345.55555.98"]),
    ("https://id.gs1.org/8018/061414100000102534", "party", ["urn:epc:id:gsrn:0614141.0000010253"]),
    ("https://id.gs1.org/8017/061414100000102534", "party", ["urn:epc:id:gsrnp:0614141.0000010253"]),
    ("https://id.gs1.org/402/40123451234567894", "shipment", ["urn:epc:id:gsin:4012345.123456789"]),
    ("https://id.gs1.org/401/4012345XYZ%2F1", "shipment", ["urn:epc:id:ginc:4012345.XYZ%2F1"]),
    ("https://id.gs1.org/8010/40123455AB%23/8011/12", "serial", ["urn:epc:id:cpi:4012345.5AB%23.12"]),
]  # fmt: skip


@pytest.mark.requirement("NAM-1")
@pytest.mark.parametrize(
    ("name", "kind", "spelling"),
    [(name, kind, spelling) for name, kind, spellings in SPELLINGS for spelling in spellings],
)
def test_every_spelling_gives_the_one_canonical_name(name: str, kind: str, spelling: str) -> None:
    found = normalise(spelling)

    assert (found.name, found.kind, found.findings) == (name, kind, ())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("(01)09506000134353(10)ABC", "check digit of GTIN"),
        ("https://id.gs1.org/01/09506000134353/10/ABC", "check digit of GTIN"),
        ("https://brand.example/01/09506000134353/10/ABC", "check digit of GTIN"),
        ("https://id.gs1.org/414/1234567089452", "check digit of GLN"),
        ("https://id.gs1.org/01/095060001343/10/ABC", "check digit of GTIN"),
        ("https://id.gs1.org/01/0950600013/10/ABC", "length or characters of a GTIN"),
        ("https://id.gs1.org/01/09506000134352/10", "AIs and values in turn"),
        ("https://id.gs1.org/01/09506000134352/99/X", "does not qualify"),
        ("https://id.gs1.org/01/09506000134352/10/%zz", "two hexadecimal digits"),
        ("https://id.gs1.org/01/09506000134352/10/A%20B", "(10)A B"),
        ("https://id.gs1.org/01/09506000134352/10/A?10=B", "told twice"),
        ("https://id.gs1.org/01/09506000134352/10/" + "A" * 21, "length or characters"),
        ("https://id.gs1.org/01/00000000000000/10/A", "all zeros"),
        ("(01)09506000134352(10)", "does not begin with an AI"),
        ("(01)09506000134352(10)A B", "does not begin with an AI"),
        ("(01)09506000134352(10)" + "A" * 21, "does not begin with an AI"),
        ("(01)09506000134352(17)269999(10)A", "does not begin with an AI"),
        ("(01)09506000134352(8004)4000001111", "names two things"),
        ("(01)09506000134352(10)A(10)B", "told twice"),
        ("]C110ABC", "no GS1 key"),
        ("]C1", "nothing follows"),
        ("]C1S-77", "does not begin with an AI"),
        ("]C1010950600013435210" + "A" * 20 + "10B", "does not begin with an AI"),
        ("]E09506000134353", "check digit of GTIN"),
        ("urn:epc:id:sscc:08600031303.0003", "15 characters, 17 digits"),
        ("urn:epc:id:sgln:0614141.00777", "3 parts"),
        ("urn:epc:id:sgtin:0614141.107346", "3 parts"),
        ("urn:epc:id:sgtin:0614141.107346.", "3 parts"),
        ("urn:epc:id:sgtin:0614141.1073460.1", "14 characters, 13 digits"),
        ("urn:epc:id:sgtin:06141X1.107346.1", "company prefix"),
        ("urn:epc:id:sgtin:0614141.107346.1?x=1", "no ? or #"),
        ("urn:epc:id:sgtin:0614141.107346.%zz", "two hexadecimal digits"),
        ("urn:epc:idpat:sgtin:08600031303.00", "3 parts"),
        ("urn:epc:class:lgtin:0614141.107346.A%20B", "(10)A B"),
    ],
)
def test_what_is_written_as_gs1_and_is_none_is_kept_as_given_with_a_finding(text: str, what: str) -> None:
    found = normalise(text)

    assert found.name == text
    assert found.kind == "unknown"
    assert [finding.code for finding in found.findings] == ["gs1-malformed"]
    assert what in found.findings[0].text


def test_separators_of_a_malformed_scan_stay_visible() -> None:
    found = normalise("]C1\x1d0109506000134353\x1d10A")

    assert found.name == "]C1␝0109506000134353␝10A"
    assert found.findings


@pytest.mark.parametrize(
    "text",
    [
        "0109506000134352",
        "010950600013435210ABC",
        "00106141412345678908",
        "09506000134352",
        "10ABC",
        "(10)ABC",
        "(A) 1",
        "(01",
        "(12) steel",
        "A(01)09506000134352",
        "S-77<GS>",
        "urn:epc:id:adi:W81X9C.3KL984PX1.2WMA52",
        "urn:epc:id:bic:CSQU3054383",
        "urn:epc:raw:96.x3000",
        "urn:epc:idpat:sgtin:0614141.*.*",
        "urn:epc:idpat:sgtin:0614141.107346.400",
        "https://example.com/01/readme",
        "https://example.com/01/09506000134352/about",
        "https://example.com/01/09506000134352/10",
        "https://example.com/shop/01/09506000134352",
        "https://example.com/8004/abc",
        "https://example.com/401/12345",
        "https://example.com/254/1",
        "https://id.gs1.org/voc/Product",
    ],
)
def test_what_is_not_marked_as_gs1_is_left_alone(text: str) -> None:
    found = normalise(text)

    assert (found.name, found.kind, found.findings) == (text, "unknown", ())


def test_a_bare_scan_is_read_only_where_it_is_known_to_be_a_scan() -> None:
    assert normalise("010950600013435210ABC").name == "010950600013435210ABC"
    assert scanned("010950600013435210ABC").name == LOT
    assert scanned("00106141412345678908").name == "https://id.gs1.org/00/106141412345678908"
    assert scanned("]C1010950600013435210ABC").name == LOT


@pytest.mark.parametrize("text", ["S-77", "0109506000134353", "80044000001111", "00123", "10ABC", "01"])
def test_a_scanned_code_that_is_no_gs1_name_stays_a_code(text: str) -> None:
    found = scanned(text)

    assert (found.name, found.findings) == (text, ())


def test_what_a_scan_tells_beside_the_name_is_handed_on() -> None:
    found = normalise("(01)9506000134352(17)261231(10)ABC")

    assert found.elements == (("01", "09506000134352"), ("17", "261231"), ("10", "ABC"))


def test_the_second_life_of_a_gs1_lot_keeps_its_number() -> None:
    found = normalise("https://id.gs1.org/01/9506000134352/10/ABC~2")

    assert (found.name, found.kind) == (f"{LOT}~2", "lot")


def test_how_a_company_prefix_is_cut_does_not_change_the_number() -> None:
    assert normalise("urn:epc:id:pgln:401234.500000").name == normalise("urn:epc:id:pgln:4012345.00000").name


gs1_codes = st.text(
    st.sampled_from("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"),
    min_size=1,
    max_size=20,
)
gtins = st.text(st.sampled_from("0123456789"), min_size=13, max_size=13).filter(lambda digits: digits.strip("0"))


@pytest.mark.requirement("NAM-1")
@given(gtins, st.integers(1, 12), gs1_codes)
def test_any_lot_of_any_gtin_has_one_name_in_every_spelling(digits: str, cut: int, code: str) -> None:
    gtin = digits + check_digit(digits)
    prefix, reference = digits[1 : 1 + cut], digits[0] + digits[1 + cut :]
    name = gs1_lot(f"https://id.gs1.org/01/{gtin}", code)

    assert normalise(f"]C101{gtin}10{code}").name == name
    assert normalise(f"]d210{code}\x1d01{gtin}").name == name
    assert normalise(f"urn:epc:class:lgtin:{prefix}.{reference}.{percent(code)}").name == name
    assert normalise(f"https://brand.example/01/{gtin}/10/{percent(code)}").name == name
    assert normalise(name).name == name


@pytest.mark.requirement("NAM-1")
@given(gs1_codes, gs1_codes)
def test_two_lots_or_pieces_of_one_gtin_never_share_a_name(one: str, other: str) -> None:
    assert (gs1_lot(ITEM, one) == gs1_lot(ITEM, other)) is (one == other)
    assert gs1_lot(ITEM, one) != gs1_serial(ITEM, other)


@given(gtins, st.integers(0, 13), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(digits: str, place: int, wrong: str) -> None:
    gtin = digits + check_digit(digits)
    mistyped = gtin[:place] + wrong + gtin[place + 1 :]

    assert bool(normalise(f"(01){mistyped}").findings) is (mistyped != gtin)


def test_text_that_is_no_gs1_name_is_not_read() -> None:
    assert read("S-77") is None
    assert read("urn:uuid:1") is None


def test_names_of_ours_cost_no_barcode_library() -> None:
    script = (
        "import sys; from thread.values import names; names.normalise('S-77');"
        "names.normalise('https://x.example/site/P/lot/A/B'); names.normalise('urn:epc:class:lgtin:9506000.013435.A');"
        "sys.exit('biip' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
