"""Codes become names, names give their codes back, and no two things share a name."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from thread.errors import Gs1Malformed, NameMalformed, ThreadError
from thread.values.names import (
    base_of,
    code_of,
    container_name,
    event_activity,
    foreign_lot,
    gs1_lot,
    gs1_serial,
    is_uri,
    item_name,
    normalise,
    order_name,
    own_lot,
    party_name,
    percent,
    place_name,
    resource_name,
    run_name,
    scanned,
    second_life,
    serial_name,
    serial_of,
    shipment_name,
    vessel_name,
)

O = "thread.local/0123456789abcdef"  # noqa: E741
GTIN = "https://id.gs1.org/01/09506000134352"

codes = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30).filter(
    lambda text: text.strip() not in {"", ".", ".."} and any(sign.isprintable() and not sign.isspace() for sign in text)
)
"""Anything that may be printed on a label."""

STARTS = (
    "(01)09506000134352(10)",
    "]C10109506000134352",
    "]d2",
    "]E0",
    "]C0",
    "\x1d",
    "<GS>",
    "0109506000134352\x1d",
    "urn:epc:id:sgtin:9506000.013435.",
    "urn:epc:class:lgtin:",
    "urn:epc:idpat:sgtin:",
    "urn:epc:tag:sscc-96:",
    "urn:",
    "tag:",
    "https://id.gs1.org/01/09506000134352/10/",
    "https://id.gs1.org/",
    "https://x.example/01/",
    "https://x.example/a/00/",
    "urn:gdst:x:party:",
    "\xa0(01)",
    "\u212a",
)
typed = st.one_of(
    st.text(max_size=60),
    st.text(st.sampled_from("()[]<>{}]C1dQ3eE0123456789~%:/.GS\x1d␝ abAB"), max_size=40),
    st.builds("{}{}".format, st.sampled_from(STARTS), st.text(max_size=30)),
)
"""Anything that a keyboard or a reader may send."""


def held(code: str) -> str:
    return unicodedata.normalize("NFC", code).strip()


def thing(text: str) -> str:
    name = normalise(text).name
    return name if is_uri(name) else held(text)


def test_own_and_foreign_codes_have_names_of_their_own() -> None:
    own = own_lot(O, "PLANT-1", "STEEL", "S-77")
    foreign = foreign_lot(O, "ACME", "STEEL", "S-77")

    assert own == "https://thread.local/0123456789abcdef/site/PLANT-1/lot/STEEL/S-77"
    assert foreign == "https://thread.local/0123456789abcdef/party/ACME/lot/STEEL/S-77"


@pytest.mark.parametrize(
    ("code", "segment"),
    [
        ("S-77", "S-77"),
        ("  S-77\r\n", "S-77"),
        ("s-77", "s-77"),
        ("a_b.c", "a_b.c"),
        ("A/1 b", "A%2F1%20b"),
        ("S~2", "S%7E2"),
        ("100%", "100%25"),
        ("Größe", "Gr%C3%B6%C3%9Fe"),
        ("Gro\u0308ße", "Gr%C3%B6%C3%9Fe"),
        ("批号", "%E6%89%B9%E5%8F%B7"),
    ],
)
def test_a_code_is_encoded_so_that_it_is_one_segment(code: str, segment: str) -> None:
    assert percent(code) == segment


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "empty"),
        (" \t\n", "empty"),
        ("A\x00B", "U+0000"),
        ("A\nB", "U+000A"),
        ("A\x7fB", "U+007F"),
        ("A\x85B", "U+0085"),
        ("A\ud800B", "U+D800"),
        ("A" * 201, "201 characters"),
        (".", "a path reads it as a step"),
        (" .. ", "a path reads it as a step"),
        ("\u200b", "nothing that can be seen"),
        ("\u200b\u2060\ufeff", "nothing that can be seen"),
        ("\u3164", "nothing that can be seen"),
    ],
)
def test_what_cannot_name_anything_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(NameMalformed, match="is no name") as refused:
        percent(text)
    with pytest.raises(NameMalformed):
        normalise(text)

    assert why in refused.value.text
    refused.value.text.encode()


@given(codes)
@example("~2")
@example("%2F")
@example("...")
def test_a_code_comes_back_from_its_segment(code: str) -> None:
    assert code_of(percent(code)) == held(code)


@pytest.mark.requirement("NAM-2")
@given(st.tuples(codes, codes, codes), st.tuples(codes, codes, codes))
@example(("P", "A/B", "C"), ("P", "A", "B/C"))
@example(("P", "A", "S~2"), ("P", "A", "S"))
@example(("P", "]A0", "S"), ("P", "]A0 ", "S"))
@example(("P", "]A05", "S"), ("P", "5", "S"))
def test_two_lots_with_another_site_item_or_code_never_share_a_name(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    same = (thing(one[0]), thing(one[1]), held(one[2])) == (thing(other[0]), thing(other[1]), held(other[2]))

    assert (own_lot(O, *one) == own_lot(O, *other)) is same
    assert own_lot(O, *one) != foreign_lot(O, *one)


@pytest.mark.requirement("NAM-3")
@given(codes, codes, codes, st.integers(2, 9))
def test_no_code_can_pass_for_the_second_life_of_another(site: str, item: str, code: str, n: int) -> None:
    first = own_lot(O, site, item, code)

    assert base_of(first) == first
    assert base_of(second_life(first, n)) == first
    assert own_lot(O, site, item, f"{code}~{n}") != second_life(first, n)


def test_a_third_life_is_counted_from_the_first() -> None:
    second = second_life(own_lot(O, "P", "STEEL", "S-77"), 2)

    assert second.endswith("/S-77~2")
    assert second_life(second, 3).endswith("/S-77~3")


def test_the_first_life_has_no_number() -> None:
    with pytest.raises(NameMalformed, match="counted from 2"):
        second_life(own_lot(O, "P", "STEEL", "S-77"), 1)


def test_a_code_escaped_wrongly_is_refused() -> None:
    for segment in ("100%", "%zz", "%e9"):
        with pytest.raises(NameMalformed):
            code_of(segment)


def test_an_item_told_as_our_own_name_is_the_item_told_as_a_code() -> None:
    assert own_lot(O, "P", item_name(O, "STEEL 3"), "S-77") == own_lot(O, "P", "STEEL 3", "S-77")
    assert foreign_lot(O, party_name(O, "ACME"), "STEEL", "S") == foreign_lot(O, "ACME", "STEEL", "S")
    assert vessel_name(O, "P", place_name(O, "P", "SILO")) == vessel_name(O, "P", "SILO")


def test_an_item_told_as_a_foreign_uri_is_one_segment() -> None:
    name = own_lot(O, "P", "https://other.example/item/STEEL", "S-77")

    assert name == f"https://{O}/site/P/lot/https%3A%2F%2Fother.example%2Fitem%2FSTEEL/S-77"


def test_an_item_is_one_item_however_its_gtin_is_written() -> None:
    names = {
        own_lot(O, "P", item, "S-77") for item in (GTIN, "(01)09506000134352", "urn:epc:idpat:sgtin:9506000.013435.*")
    }

    assert names == {f"https://{O}/site/P/lot/https%3A%2F%2Fid.gs1.org%2F01%2F09506000134352/S-77"}


def test_each_kind_of_thing_has_its_own_names() -> None:
    order = order_name(O, "P", "WO 1")
    names = [
        order,
        run_name(order, "line/1"),
        event_activity(O, "0198c0de-0000-7000-8000-000000000001"),
        vessel_name(O, "P", "SILO 1"),
        container_name(O, "PAL-1"),
        shipment_name(O, "P", "D-1"),
        serial_name(O, "PUMP", "SN 1"),
        item_name(O, "PUMP"),
        party_name(O, "ACME"),
        place_name(O, "P", "DOCK"),
        resource_name(O, "equipment", "OVEN-1"),
    ]

    assert [name.removeprefix(f"https://{O}/") for name in names] == [
        "order/P/WO%201",
        "order/P/WO%201/run/line%2F1",
        "event/0198c0de-0000-7000-8000-000000000001",
        "vessel/P/SILO%201",
        "container/PAL-1",
        "shipment/P/D-1",
        "serial/PUMP/SN%201",
        "item/PUMP",
        "party/ACME",
        "place/P/DOCK",
        "resource/equipment/OVEN-1",
    ]


def test_what_is_told_as_a_uri_has_its_name_already() -> None:
    order = "urn:uuid:4c86a8e1-0a0b-4e1f-8a0c-aaaaaaaaaaaa"

    assert order_name(O, "P", order) == order
    assert item_name(O, item_name(O, "PUMP")) == item_name(O, "PUMP")
    assert container_name(O, "(00)106141412345678908") == "https://id.gs1.org/00/106141412345678908"
    assert place_name(O, "P", "urn:epc:id:sgln:0614141.00777.0") == "https://id.gs1.org/414/0614141007776"


def test_a_name_too_long_for_an_index_is_refused() -> None:
    with pytest.raises(NameMalformed, match="put together it has"):
        own_lot(O, "ä" * 200, "ö" * 200, "S-77")


def test_a_gtin_can_name_lots_and_pieces_by_itself() -> None:
    assert gs1_lot(GTIN, " A/1 ") == f"{GTIN}/10/A%2F1"
    assert gs1_lot("(01)9506000134352", "A/1") == f"{GTIN}/10/A%2F1"
    assert gs1_serial(GTIN, "SN1") == f"{GTIN}/21/SN1"


def test_a_lot_code_that_gs1_does_not_allow_is_refused_as_such() -> None:
    with pytest.raises(Gs1Malformed, match=r"\(10\)A B"):
        gs1_lot(GTIN, "A B")
    with pytest.raises(Gs1Malformed):
        gs1_lot(GTIN, "A" * 21)
    with pytest.raises(NameMalformed, match="no GTIN"):
        gs1_lot("STEEL", "A")
    with pytest.raises(NameMalformed, match="no GTIN"):
        gs1_lot(f"{GTIN}/10/A", "A")


def test_a_piece_has_the_same_name_whether_or_not_the_item_is_told() -> None:
    lot = own_lot(O, "P", "PUMP", "B-1")

    assert serial_of(O, None, lot, "SN1") == serial_name(O, "PUMP", "SN1")
    assert serial_of(O, item_name(O, "PUMP"), lot, "SN1") == serial_name(O, "PUMP", "SN1")
    assert serial_of(O, "PUMP", "urn:x-lot:1", "SN1") == serial_name(O, "PUMP", "SN1")


def test_a_piece_of_a_gtin_has_the_name_that_a_scan_of_it_gives() -> None:
    scan = normalise("]d2010950600013435210L\x1d21SN1")

    assert serial_of(O, None, f"{GTIN}/10/L", "SN1") == scan.name
    assert serial_of(O, None, own_lot(O, "P", GTIN, "L 1"), "SN1") == scan.name


def test_a_serial_that_gs1_does_not_allow_is_named_under_its_item() -> None:
    assert serial_of(O, None, f"{GTIN}/10/L", "SN 1") == serial_name(O, GTIN, "SN 1")


def test_pieces_of_a_lot_whose_item_nobody_knows_are_named_under_the_lot() -> None:
    assert serial_of(O, None, "urn:uuid:1", "SN1") == f"https://{O}/serial/urn%3Auuid%3A1/SN1"


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/1",
        "HTTP://example.com",
        "urn:uuid:4c86a8e1",
        "urn:gdst:example.org:party:processor.1u",
        "urn:epc:id:sgtin:0614141.107346.2017",
        "tag:example.com,2026:lot/1",
        "did:web:example.com",
        "ni:///sha-256;abc?ver=CBV2.0",
        "geo:47.506694,11.104301",
        "ftp://host/x",
    ],
)
def test_a_uri_is_known_by_its_scheme_and_form(text: str) -> None:
    assert is_uri(text)


@pytest.mark.parametrize(
    "text",
    [
        "S-77",
        "A:1",
        "LOT:55",
        "TAG:55",
        "urn:1",
        "geo:red",
        "did:it",
        "https:",
        "12:30",
        "C:\\lots",
        "see https://x.example",
        "https://x.example/a b",
    ],
)
def test_a_code_with_a_colon_is_not_taken_for_a_uri(text: str) -> None:
    assert not is_uri(text)
    assert normalise(text).name == text


@pytest.mark.parametrize(
    "name",
    [
        "urn:gdst:example.org:product:lot:class:fishfarm.1.farmed-tuna-01192022",
        "urn:uuid:4c86a8e1-0a0b-4e1f-8a0c-aaaaaaaaaaaa",
        "https://example.com/lots/77~2",
        "urn:epcglobal:cbv:bt:4012345000009:ASN1099",
        own_lot(O, "01", "414", "00"),
        own_lot(O, "01", "01", "09506000134352"),
        own_lot("example.com", "8004", "01", "09506000134352"),
        order_name("example.com", "01", "09506000134352"),
        run_name(order_name("example.com", "01", "09506000134352"), "10"),
        party_name("example.com", "4012345000009"),
        foreign_lot("example.com", "4012345000009", "10", "A"),
        place_name("example.com", "00", "106141412345678908"),
        serial_name("example.com", "01", "09506000134352"),
        vessel_name("example.com", "01", "09506000134352") + "#3",
        second_life(own_lot(O, "P", "STEEL", "S"), 2),
    ],
)
def test_names_of_ours_and_uris_of_others_stay_as_they_are(name: str) -> None:
    found = normalise(name)

    assert (found.name, found.findings) == (name, ())


def test_the_mark_of_a_reader_is_no_part_of_a_code() -> None:
    assert normalise("]C0S-77").name == "S-77"
    assert normalise("]Q1https://example.com/1").name == "https://example.com/1"
    assert normalise("]C0" * 300 + "S-77").name == "S-77"


@given(typed)
@example("\x1d(01)09506000134352(10)A")
@example("\xa0(01)09506000134352(10)A")
@example("(01)09506000134352(10)\u212a")
@example("]C0]C0]C1x")
@example("12\x1d")
@example("<GS>(01)09506000134352(10)A")
@example("https://id.gs1.org/01/09506000134353/10/A~2")
@example("https://id.gs1.org/01/09506000134352/10/A~2~2")
def test_a_normalised_name_is_its_own_normal_form(text: str) -> None:
    try:
        once = normalise(text)
    except ThreadError:
        return

    again = normalise(once.name)

    assert again.name == once.name
    assert not again.findings or again.findings == once.findings


@given(typed, typed, typed)
@example("https://[x/01/09506000134352", "https://[x/01/09506000134352", "urn:epc:id:sgtin:9506000.013435.%zz")
@example("https://id.gs1.org/01/%ff/10/%zz", "(01)(10)", "]C1")
@example("urn:epc:id:sgln:..", "urn:epc:tag:sscc-96:", "urn:epc:idpat:itip:*.*.*.*.*")
@example("\ud800:", "(01)\ud800", "https://x.example/01/\ud800?10=\ud800")
def test_no_text_raises_anything_but_an_error_of_ours(site: str, item: str, code: str) -> None:
    for attempt in (
        lambda: normalise(item),
        lambda: scanned(item),
        lambda: own_lot(O, site, item, code),
        lambda: foreign_lot(O, site, item, code),
        lambda: order_name(O, site, code),
        lambda: vessel_name(O, site, code),
        lambda: resource_name(O, site, code),
        lambda: serial_of(O, item, site, code),
        lambda: gs1_lot(item, code),
        lambda: code_of(code),
    ):
        try:
            attempt()
        except ThreadError as error:
            error.text.encode()
