"""A name tells what it is put together from, how it is shown, and what people may type for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thread.values.names import (
    container_name,
    event_activity,
    foreign_lot,
    item_name,
    label,
    normalise,
    order_name,
    own_lot,
    parts,
    party_name,
    place_name,
    resource_name,
    run_name,
    second_life,
    serial_name,
    shipment_name,
    short_forms,
    vessel_name,
)

O = "thread.local/0123456789abcdef"  # noqa: E741
GTIN = "https://id.gs1.org/01/09506000134352"
ORDER = order_name(O, "P", "WO/1")

NAMES = [
    (own_lot(O, "P", "STEEL", "S 77"), {"kind": "lot", "site": "P", "item": "STEEL", "lot": "S 77"}, "STEEL / S 77"),
    (second_life(own_lot(O, "P", "STEEL", "S"), 2),
     {"kind": "lot", "site": "P", "item": "STEEL", "lot": "S", "life": "2"}, "STEEL / S~2"),
    (foreign_lot(O, "ACME", "STEEL", "S"), {"kind": "lot", "party": "ACME", "item": "STEEL", "lot": "S"},
     "STEEL / S (ACME)"),
    (own_lot(O, "P", GTIN, "A 1"), {"kind": "lot", "site": "P", "item": GTIN, "lot": "A 1"}, "09506000134352 / A 1"),
    (ORDER, {"kind": "order", "site": "P", "order": "WO/1"}, "WO/1"),
    (f"{ORDER}/out", {"kind": "order", "site": "P", "order": "WO/1", "step": "out"}, "WO/1 / out"),
    (run_name(ORDER, "shift 2"), {"kind": "run", "site": "P", "order": "WO/1", "run": "shift 2"}, "WO/1 / shift 2"),
    (event_activity(O, "e-1.0"), {"kind": "event", "event": "e-1.0"}, "e-1.0"),
    (vessel_name(O, "P", "SILO"), {"kind": "vessel", "site": "P", "place": "SILO"}, "SILO"),
    (vessel_name(O, "P", "SILO") + "#2", {"kind": "vessel", "site": "P", "place": "SILO", "fill": "2"}, "SILO #2"),
    (container_name(O, "PAL-1"), {"kind": "container", "container": "PAL-1"}, "PAL-1"),
    (shipment_name(O, "P", "D-1"), {"kind": "shipment", "site": "P", "shipment": "D-1"}, "D-1"),
    (serial_name(O, "PUMP", "SN1"), {"kind": "serial", "item": "PUMP", "serial": "SN1"}, "PUMP / SN1"),
    (item_name(O, "PUMP"), {"kind": "item", "item": "PUMP"}, "PUMP"),
    (party_name(O, "ACME"), {"kind": "party", "party": "ACME"}, "ACME"),
    (place_name(O, "P", "DOCK"), {"kind": "place", "site": "P", "place": "DOCK"}, "DOCK"),
    (resource_name(O, "equipment", "OVEN"), {"kind": "resource", "resource_kind": "equipment", "resource": "OVEN"},
     "OVEN"),
    (GTIN, {"kind": "item", "gtin": "09506000134352", "item": GTIN}, "(01)09506000134352"),
    (f"{GTIN}/10/A%2F1", {"kind": "lot", "gtin": "09506000134352", "item": GTIN, "lot": "A/1"},
     "(01)09506000134352(10)A/1"),
    (f"{GTIN}/10/A~2", {"kind": "lot", "gtin": "09506000134352", "item": GTIN, "lot": "A", "life": "2"},
     "(01)09506000134352(10)A~2"),
    (f"{GTIN}/21/7", {"kind": "serial", "gtin": "09506000134352", "item": GTIN, "serial": "7"},
     "(01)09506000134352(21)7"),
    ("https://id.gs1.org/00/106141412345678908", {"kind": "container", "sscc": "106141412345678908"},
     "(00)106141412345678908"),
    ("https://id.gs1.org/414/0614141073467/254/1234",
     {"kind": "place", "gln": "0614141073467", "extension": "1234"}, "(414)0614141073467(254)1234"),
    ("https://id.gs1.org/417/4012345000009", {"kind": "party", "party_gln": "4012345000009"}, "(417)4012345000009"),
    ("https://id.gs1.org/8003/04012345555554", {"kind": "item", "grai": "04012345555554"}, "(8003)04012345555554"),
    ("urn:gdst:x.org:product:lot:class:farm.1.tuna-1", {"kind": "lot"}, "farm.1.tuna-1"),
    ("urn:gdst:x.org:party:farm.1", {"kind": "party"}, "farm.1"),
    ("urn:uuid:0198", {"kind": "unknown"}, "0198"),
    ("https://other.example/lots/A%201", {"kind": "unknown"}, "A 1"),
    ("https://other.example/", {"kind": "unknown"}, "other.example"),
    ("S-77", {"kind": "unknown"}, "S-77"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "told", "shown"), NAMES)
def test_a_name_tells_its_parts(name: str, told: dict[str, str], shown: str) -> None:
    assert parts(name, O) == told


@pytest.mark.parametrize(("name", "told", "shown"), NAMES)
def test_a_name_is_shown_by_a_short_label(name: str, told: dict[str, str], shown: str) -> None:
    assert label(name) == shown


def test_names_of_another_ledger_are_not_taken_apart_as_ours() -> None:
    name = own_lot("other.example", "P", "STEEL", "S-77")

    assert parts(name, O) == {"kind": "unknown"}
    assert label(name) == "STEEL / S-77"


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        (own_lot(O, "P", "STEEL", "S"), ("S", "STEEL/S", "P/STEEL/S", "STEEL / S")),
        (foreign_lot(O, "ACME", "STEEL", "S"), ("S", "STEEL/S", "ACME/STEEL/S", "STEEL / S (ACME)")),
        (second_life(own_lot(O, "P", "STEEL", "S"), 2),
         ("S~2", "S", "STEEL/S~2", "STEEL/S", "P/STEEL/S~2", "P/STEEL/S", "STEEL / S~2")),
        (f"{GTIN}/10/ABC", ("ABC", "09506000134352/ABC", "9506000134352/ABC", "(01)09506000134352(10)ABC")),
        (f"{GTIN}/21/7", ("7", "09506000134352/7", "9506000134352/7", "(01)09506000134352(21)7")),
        (GTIN, ("09506000134352", "9506000134352", "(01)09506000134352")),
        (item_name(O, "PUMP"), ("PUMP",)),
        (serial_name(O, "PUMP", "SN1"), ("SN1", "PUMP/SN1", "PUMP / SN1")),
        (ORDER, ("WO/1", "P/WO/1")),
        (run_name(ORDER, "2"), ("WO/1/2", "P/WO/1/2", "WO/1 / 2")),
        (shipment_name(O, "P", "D-1"), ("D-1", "P/D-1")),
        (container_name(O, "PAL-1"), ("PAL-1",)),
        (vessel_name(O, "P", "SILO"), ("SILO", "P/SILO")),
        (resource_name(O, "equipment", "OVEN"), ("OVEN", "equipment/OVEN")),
        ("https://id.gs1.org/00/106141412345678908", ("106141412345678908", "(00)106141412345678908")),
        ("urn:gdst:x.org:product:lot:class:farm.1.tuna-1", ("farm.1.tuna-1",)),
        ("S-77", ()),
    ],
)  # fmt: skip
def test_people_may_type_short_forms(name: str, forms: tuple[str, ...]) -> None:
    assert short_forms(name) == forms


def test_the_bracketed_label_of_a_gs1_lot_can_be_typed_back() -> None:
    assert normalise(label(f"{GTIN}/10/A%2F1")).name == f"{GTIN}/10/A%2F1"


codes = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=12).filter(
    lambda text: text.strip() not in {"", ".", ".."} and any(sign.isprintable() and not sign.isspace() for sign in text)
)


@given(codes, codes, codes)
def test_parts_of_a_lot_name_build_the_same_name_again(site: str, item: str, code: str) -> None:
    name = own_lot(O, site, item, code)
    told = parts(name, O)

    assert own_lot(O, told["site"], told["item"], told["lot"]) == name


@given(st.text(max_size=60) | st.text(max_size=30).map(lambda rest: f"https://{O}/site/P/lot/" + rest))
def test_any_text_has_parts_a_label_and_short_forms(text: str) -> None:
    assert parts(text, O)["kind"]
    assert isinstance(label(text), str)
    assert isinstance(short_forms(text), tuple)
