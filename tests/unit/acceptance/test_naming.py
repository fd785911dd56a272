"""What people type becomes one name for one thing, and what they typed can be had again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import (
    correction,
    customer_return,
    declaration,
    delivery,
    draw,
    hold,
    issue,
    merge,
    order,
    output,
    pack,
    production,
    receipt,
    relabel,
    shipment,
    split,
    swap,
    void,
)
from tests.plant import ORIGIN, MemoryNames, MemoryPlant, recorded
from thread.acceptance.naming import NoNames, Resolved, new_lot_name, resolve, typed_form
from thread.errors import LotAmbiguous, LotUnknown, ShipmentAmbiguous, ThreadError
from thread.events import EVENT_TYPES, EventInvalid, parse_event
from thread.values.times import ledger_time

Told = dict[str, Any]

STEEL_1 = f"https://{ORIGIN}/party/ACME/lot/STEEL/STEEL-1"
GTIN = "09506000134352"
LINK = f"https://id.gs1.org/01/{GTIN}"


def resolved(told: Told, *before: Told, force: bool = False) -> Resolved:
    """Resolve an event as it would be after some others."""
    plant = recorded(*before)
    return resolve(told, MemoryNames(plant.entries), origin=ORIGIN, force=force)


# Codes and URIs


def test_codes_become_names_under_the_origin_and_what_was_typed_stands_beside_them() -> None:
    event = resolved(receipt(place="DOCK", to_place="RACK 1", documents=[])).event

    assert event["item"] == f"https://{ORIGIN}/item/STEEL"
    assert event["supplier"] == f"https://{ORIGIN}/party/ACME"
    assert event["place"] == f"https://{ORIGIN}/place/P1/DOCK"
    assert event["to_place"] == f"https://{ORIGIN}/place/P1/RACK%201"
    assert event["lot"] == STEEL_1
    assert event["as_given"] == [
        {"name": "/place", "value": "DOCK"},
        {"name": "/item", "value": "STEEL"},
        {"name": "/supplier", "value": "ACME"},
        {"name": "/to_place", "value": "RACK 1"},
        {"name": "/lot", "value": "STEEL-1"},
    ]


def test_names_that_are_resolved_already_stay_and_nothing_is_noted() -> None:
    first = {name: value for name, value in resolved(receipt()).event.items() if name != "as_given"}

    again = resolved(first)

    assert again.event == first


def test_an_exported_event_keeps_what_was_typed_when_it_was_first_told() -> None:
    first = resolved(receipt()).event

    again = resolved(first).event

    assert again == first


def test_uris_of_others_stay_as_they_are() -> None:
    told = receipt(item="urn:example:item:9", lot="urn:example:lot:9", supplier="https://acme.example/")

    event = resolved(told).event

    assert [event[name] for name in ("item", "lot", "supplier")] == [
        "urn:example:item:9",
        "urn:example:lot:9",
        "https://acme.example/",
    ]
    assert "as_given" not in event


def test_issuers_of_documents_and_places_of_a_harvest_are_names_too() -> None:
    told = declaration(
        kind="harvest",
        documents=[{"type": "certificate", "number": "1", "issuer": "LAB"}],
        harvest={"farm": "FARM-1", "cooled_at": "COLD-1"},
    )

    event = resolved(told).event

    assert event["documents"][0]["issuer"] == f"https://{ORIGIN}/party/LAB"
    assert event["harvest"]["farm"] == f"https://{ORIGIN}/place/P1/FARM-1"
    assert {"name": "/documents/0/issuer", "value": "LAB"} in event["as_given"]


def test_where_a_transfer_goes_is_a_place_of_the_other_site() -> None:
    told = shipment(purpose="transfer", to_site="P2", ship_from="DOCK", ship_to="GATE", customer=None)

    event = resolved(told).event

    assert event["ship_from"] == f"https://{ORIGIN}/place/P1/DOCK"
    assert event["ship_to"] == f"https://{ORIGIN}/place/P2/GATE"


# GS1


@pytest.mark.parametrize(
    "typed",
    [
        "(01)09506000134352(10)ABC",
        "(01)9506000134352(10)ABC",
        "]d20109506000134352" + "10ABC",
        "https://example.org/gtin/9506000134352/lot/ABC",
        "https://id.gs1.org/01/09506000134352/10/ABC?17=270131",
        "urn:epc:class:lgtin:9506000.013435.ABC",
    ],
)
def test_a_gs1_lot_is_one_name_however_it_is_written(typed: str) -> None:
    event = resolved(receipt(item=LINK, lot=typed)).event

    assert event["lot"] == f"{LINK}/10/ABC"
    if typed != event["lot"]:
        assert {"name": "/lot", "value": typed} in event["as_given"]


def test_the_code_of_an_item_with_a_gtin_is_its_gs1_lot_whoever_delivered_it() -> None:
    event = resolved(receipt(item=f"(01){GTIN}", lot="ABC")).event

    assert event["item"] == LINK
    assert event["lot"] == f"{LINK}/10/ABC"


@pytest.mark.parametrize(
    ("item", "code", "assigner", "supplier", "name"),
    [
        ("https://plant.example/item/STEEL", "S/7", None, None, "https://plant.example/site/P1/lot/STEEL/S%2F7"),
        ("https://plant.example/item/STEEL", "S7", None, "urn:x:acme", "https://plant.example/party/urn%3Ax%3Aacme/lot/STEEL/S7"),
        ("https://plant.example/item/STEEL", "S7", "site", "urn:x:acme", "https://plant.example/site/P1/lot/STEEL/S7"),
        (LINK, "S7", "site", None, "https://plant.example/site/P1/lot/https%3A%2F%2Fid.gs1.org%2F01%2F09506000134352/S7"),
        (LINK, "no GS1 lot", None, None, "https://plant.example/site/P1/lot/https%3A%2F%2Fid.gs1.org%2F01%2F09506000134352/no%20GS1%20lot"),
        (LINK, "S7", None, "urn:x:acme", f"{LINK}/10/S7"),
    ],
)  # fmt: skip
def test_who_gave_the_code_is_part_of_the_name_of_a_lot(
    item: str, code: str, assigner: str | None, supplier: str | None, name: str
) -> None:
    assert new_lot_name(ORIGIN, "P1", item, code, assigner=assigner, supplier=supplier) == name


def test_an_own_code_is_told_by_the_word_site_and_a_party_may_be_told_instead() -> None:
    own = resolved(receipt(lot_assigner="site")).event
    plater = resolved(receipt(lot_assigner="PLATER")).event

    assert own["lot"] == f"https://{ORIGIN}/site/P1/lot/STEEL/STEEL-1"
    assert own["lot_assigner"] == "site"
    assert plater["lot"] == f"https://{ORIGIN}/party/PLATER/lot/STEEL/STEEL-1"
    assert plater["lot_assigner"] == f"https://{ORIGIN}/party/PLATER"


def test_a_malformed_gs1_name_is_kept_as_given_with_a_finding() -> None:
    told = receipt(item="(01)09506000134353")

    found = resolved(told)

    assert found.event["item"] == "(01)09506000134353"
    assert [(one.code, one.path) for one in found.findings] == [("gs1-malformed", "/item")]
    assert "check digit" in found.findings[0].text


def test_a_gln_names_a_place_or_a_party_as_the_field_asks() -> None:
    gln = "9506000134352"

    event = resolved(receipt(supplier=f"(414){gln}", from_place=f"(417){gln}")).event

    assert event["supplier"] == f"https://id.gs1.org/417/{gln}"
    assert event["from_place"] == f"https://id.gs1.org/414/{gln}"


def test_bare_digits_are_a_gtin_or_gln_where_nothing_else_can_stand() -> None:
    item = resolved({"type": "item_defined", "item": "TEA", "unit": "KGM", "gtin": "9506000134352"}).event
    party = resolved({"type": "party_defined", "party": "ACME", "gln": "9506000134352"}).event
    place = resolved({"type": "place_defined", "site": "P1", "place": "DOCK", "gln": "9506000134352"}).event

    assert item["gtin"] == LINK
    assert party["gln"] == "https://id.gs1.org/417/9506000134352"
    assert place["gln"] == "https://id.gs1.org/414/9506000134352"


def test_a_lot_scanned_into_the_field_of_the_item_gives_the_item() -> None:
    event = resolved(receipt(item=f"(01){GTIN}(10)ABC", lot=f"(01){GTIN}(10)ABC")).event

    assert (event["item"], event["lot"]) == (LINK, f"{LINK}/10/ABC")


def test_the_item_is_found_in_the_name_of_a_lot_that_was_told_whole() -> None:
    event = resolved(receipt(item=None, lot=f"(01){GTIN}(10)ABC")).event

    assert event["item"] == LINK
    assert {"name": "/item"} in event["as_given"]


def test_a_scanner_without_symbology_identifier_is_understood_where_typed_digits_stay_a_code() -> None:
    sscc = "00106141412345678908"

    typed = resolved(pack("1 EA of STEEL-1", container=sscc), receipt()).event
    scanned = resolved(pack("1 EA of STEEL-1", container=sscc, source={"method": "scan"}), receipt()).event

    assert typed["container"] == f"https://{ORIGIN}/container/{sscc}"
    assert scanned["container"] == "https://id.gs1.org/00/106141412345678908"


# Lots that are there already


def test_a_short_form_finds_the_one_lot_that_it_fits() -> None:
    event = resolved(issue("30 KGM of STEEL-1"), receipt()).event

    assert event["lots"][0]["lot"] == STEEL_1
    assert {"name": "/lots/0/lot", "value": "STEEL-1"} in event["as_given"]


def test_a_short_form_that_fits_lots_of_two_suppliers_is_answered_with_both() -> None:
    with pytest.raises(LotAmbiguous, match="may be any of") as refused:
        resolved(issue("30 KGM of STEEL-1"), receipt(), receipt(supplier="BETA"))

    assert refused.value.facts["candidates"] == (STEEL_1, STEEL_1.replace("ACME", "BETA"))
    assert refused.value.facts["path"] == "/lots/0/lot"


def test_the_item_tells_lots_with_one_code_apart() -> None:
    before = receipt(), receipt(item="PAINT", supplier="ACME")

    event = resolved(issue("30 KGM of PAINT lot STEEL-1"), *before).event

    assert event["lots"][0]["lot"] == f"https://{ORIGIN}/party/ACME/lot/PAINT/STEEL-1"


def test_a_lot_that_was_never_recorded_is_refused_unless_its_item_is_told_and_it_is_forced() -> None:
    with pytest.raises(LotUnknown, match="was never recorded"):
        resolved(issue("30 KGM of STEEL lot S-9"))
    with pytest.raises(LotUnknown, match="S-9"):
        resolved(issue("30 KGM of S-9"), force=True)

    event = resolved(issue("30 KGM of STEEL lot S-9"), force=True).event

    assert event["lots"][0]["lot"] == f"https://{ORIGIN}/site/P1/lot/STEEL/S-9"


def test_every_candidate_of_a_line_is_looked_up() -> None:
    event = resolved(issue("30 KGM of either STEEL-1 or STEEL-2"), receipt(), receipt("STEEL-2")).event

    assert event["lots"][0]["one_of"] == [STEEL_1, STEEL_1.replace("STEEL-1", "STEEL-2")]
    assert {"name": "/lots/0/one_of/1", "value": "STEEL-2"} in event["as_given"]


def test_a_line_that_names_serials_tells_the_item_that_their_names_are_made_of() -> None:
    made = production("20 EA of FRAME lot F-1 serials A01 to A20")

    event = resolved(pack("serials A01 to A09 of F-1"), order(), made).event

    assert event["contents"][0]["item"] == f"https://{ORIGIN}/item/FRAME"
    assert {"name": "/contents/0/item"} in event["as_given"]


def test_a_scanned_serial_means_the_lot_that_it_belongs_to() -> None:
    made = production("20 EA of FRAME lot F-1 serials A01 to A20")
    scanned = f"https://{ORIGIN}/serial/FRAME/A07"

    event = resolved(hold({"lot": scanned}), order(), made).event

    assert event["lots"][0]["lot"] == f"https://{ORIGIN}/site/P1/lot/FRAME/F-1"
    assert event["lots"][0]["serials"] == [{"first": "A07"}]
    assert typed_form(event)["lots"] == [{"lot": scanned}]


def test_a_serial_that_nobody_told_a_lot_of_is_a_lot_of_its_own() -> None:
    event = resolved(hold({"lot": f"(01){GTIN}(21)77"})).event

    assert event["lots"] == [{"lot": f"{LINK}/21/77"}]


# Second lives


def test_a_known_name_received_again_is_another_arrival_of_the_same_lot() -> None:
    found = resolved(receipt(expiry="2027-01-31"), receipt(expiry="2027-01-31"), receipt())

    assert found.event["lot"] == STEEL_1
    assert found.findings == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"expiry": "2026-06-30"}, {"expiry": "2028-06-30"}),
        ({"made_on": "2026-01-01"}, {"made_on": "2027-01-01"}),
        ({"supplier_lots": ["A", "B"]}, {"supplier_lots": ["C"]}),
    ],
)
def test_a_name_that_was_used_again_for_other_material_gets_a_second_life(before: Told, after: Told) -> None:
    found = resolved(receipt(**after), receipt(**before))

    assert found.event["lot"] == f"{STEEL_1}~2"
    assert [(one.code, one.path) for one in found.findings] == [("lot-reused", "/lot")]
    assert {"name": "/lot", "value": "STEEL-1"} in found.event["as_given"]


def test_a_further_arrival_joins_the_life_that_it_agrees_with() -> None:
    before = receipt(expiry="2026-06-30"), receipt(expiry="2028-06-30")

    joined = resolved(receipt(expiry="2028-06-30"), *before)
    third = resolved(receipt(expiry="2030-06-30"), *before)

    assert joined.event["lot"] == f"{STEEL_1}~2"
    assert joined.findings == ()
    assert third.event["lot"] == f"{STEEL_1}~3"


def test_an_arrival_that_agrees_with_two_lives_is_answered_with_both() -> None:
    with pytest.raises(LotAmbiguous) as refused:
        resolved(receipt(), receipt(expiry="2026-06-30"), receipt(expiry="2028-06-30"))

    assert refused.value.facts["candidates"] == (STEEL_1, f"{STEEL_1}~2")


def test_the_short_form_of_a_code_with_two_lives_lists_both() -> None:
    with pytest.raises(LotAmbiguous) as refused:
        resolved(issue("1 KGM of STEEL-1"), receipt(expiry="2026-06-30"), receipt(expiry="2028-06-30"))

    assert refused.value.facts["candidates"] == (STEEL_1, f"{STEEL_1}~2")


def test_a_gs1_lot_can_have_a_second_life_too() -> None:
    told = receipt(item=LINK, lot=f"(01){GTIN}(10)ABC", expiry="2026-06-30")

    event = resolved({**told, "expiry": "2028-06-30"}, told).event

    assert event["lot"] == f"{LINK}/10/ABC~2"


def test_what_is_made_is_booked_onto_the_known_lot_whatever_its_dates() -> None:
    first = production("5 EA of FRAME lot F-1 (expiry 2027-01-31)")

    found = resolved(production("5 EA of FRAME lot F-1 (expiry 2028-01-31)"), order(), first)

    assert found.event["outputs"][0]["lot"] == f"https://{ORIGIN}/site/P1/lot/FRAME/F-1"
    assert found.findings == ()


# Items that nobody typed


def test_the_main_output_of_an_order_is_of_the_item_of_the_order() -> None:
    event = resolved(production("20 EA lot F-1"), order()).event

    assert event["outputs"][0]["item"] == f"https://{ORIGIN}/item/FRAME"
    assert event["outputs"][0]["lot"] == f"https://{ORIGIN}/site/P1/lot/FRAME/F-1"
    assert {"name": "/outputs/0/item"} in event["as_given"]


def test_where_all_inputs_are_of_one_item_so_are_the_outputs() -> None:
    event = resolved(split("10 KGM of STEEL-1", "4 KGM lot S-A", "6 KGM lot S-B"), receipt()).event

    assert [line["item"] for line in event["outputs"]] == [f"https://{ORIGIN}/item/STEEL"] * 2
    assert event["outputs"][0]["lot"] == f"https://{ORIGIN}/site/P1/lot/STEEL/S-A"


def test_an_output_whose_item_cannot_be_found_out_is_refused() -> None:
    before = receipt(), receipt("PAINT-1", item="PAINT")

    with pytest.raises(EventInvalid, match="/outputs/0/item: is missing: lot 'MIX' is of which item"):
        resolved(merge("1 KGM of STEEL-1", "1 KGM of PAINT-1", into="2 KGM lot MIX"), *before)
    with pytest.raises(EventInvalid, match="/outputs/0/item"):
        resolved(production("1 KGM lot REST (co)"), order())


def test_a_relabelled_lot_may_be_named_by_another_assigner() -> None:
    event = resolved(relabel("10 KGM of STEEL-1", "10 KGM lot B-1 (numbered by BETA)"), receipt()).event

    assert event["outputs"][0]["lot"] == f"https://{ORIGIN}/party/BETA/lot/STEEL/B-1"


def test_a_draw_from_a_vessel_is_a_lot_of_the_site() -> None:
    assert resolved(draw()).event["lot"] == f"https://{ORIGIN}/site/P1/lot/MIX/DRAW-1"


# Shipments


def test_a_delivery_names_the_shipment_that_came_from_another_site() -> None:
    sent = shipment("1 KGM of STEEL-1", site="P2", purpose="transfer", to_site="P1", customer=None)

    event = resolved(delivery(), receipt(), sent).event

    assert event["shipment"] == f"https://{ORIGIN}/shipment/P2/SH-1"


def test_a_shipment_number_of_the_own_site_wins_over_one_that_never_came_here() -> None:
    lots = "1 KGM of STEEL-1"

    event = resolved(delivery(), receipt(), shipment(lots), shipment(lots, site="P2")).event

    assert event["shipment"] == f"https://{ORIGIN}/shipment/P1/SH-1"


def test_a_shipment_number_that_fits_two_shipments_is_answered_with_both() -> None:
    lots = "1 KGM of STEEL-1"
    sent = shipment(lots, site="P2", purpose="transfer", to_site="P1", customer=None)

    with pytest.raises(ShipmentAmbiguous) as refused:
        resolved(customer_return("1 KGM of STEEL-1"), receipt(), shipment(lots), sent)

    assert len(refused.value.facts["candidates"]) == 2  # type: ignore[arg-type]


# Corrections


def test_a_replacement_is_resolved_with_pointers_into_the_correction() -> None:
    told = correction(0, receipt("STEEL-2"), issue("1 KGM of STEEL-2"))

    event = resolved(told, receipt()).event

    assert event["replaced_by"][1]["lots"][0]["lot"] == STEEL_1.replace("STEEL-1", "STEEL-2")
    assert {"name": "/replaced_by/1/lots/0/lot", "value": "STEEL-2"} in event["as_given"]
    assert typed_form(event) == told


def test_a_replaced_receipt_with_another_expiry_is_still_the_same_lot() -> None:
    event = resolved(correction(0, receipt(expiry="2028-06-30")), receipt(expiry="2027-06-30")).event

    assert event["replaced_by"][0]["lot"] == STEEL_1


def test_a_lot_that_only_the_corrected_entry_brought_is_unknown_to_its_replacement() -> None:
    with pytest.raises(LotUnknown):
        resolved(correction(0, issue("1 KGM of STEEL-1")), receipt())


def test_a_voided_receipt_leaves_its_lot_known_where_it_was_used() -> None:
    before = receipt(), issue("30 KGM of STEEL-1"), void(0)

    event = resolved(issue("1 KGM of STEEL-1"), *before).event

    assert event["lots"][0]["lot"] == STEEL_1


def test_what_stands_inside_a_correction_of_a_correction_is_left_to_validation() -> None:
    nested: Told = correction(0, receipt("X"))
    for _ in range(2_000):
        nested = correction(0, nested)

    event = resolve(nested, NoNames(), origin=ORIGIN).event

    assert event["replaced_by"][0] is nested["replaced_by"][0]


@pytest.mark.parametrize("inner", [{"type": ["received"]}, {"type": {}}, {}, "received", None, [{"lot": 1}]])
def test_what_is_no_event_inside_a_correction_is_left_to_validation(inner: Any) -> None:
    told = {**correction(0, receipt()), "replaced_by": [inner]}

    assert resolve(told, NoNames(), origin=ORIGIN).event["replaced_by"] == [inner]


# Back to what was typed


def test_what_was_typed_can_be_had_again_from_every_event() -> None:
    before = receipt(), order()
    told = [
        issue("30 KGM of STEEL-1 (at RACK-1)"),
        production("20 EA lot F-1 serials A01 to A20 (in PAL-1, from 5 KGM of STEEL-1)"),
        merge("1 KGM of STEEL-1", "1 KGM of STEEL-1", into=output("2 KGM lot M-1")),
        swap("STEEL-1", out="1 KGM of STEEL-1", into="1 KGM of STEEL-1", at="day 2, 08:00"),
        shipment("2 KGM of STEEL-1", carrier="TRUCKS", ship_to="RAMP"),
    ]

    for event in told:
        assert typed_form(resolved(event, *before).event) == event


def test_a_pointer_that_leads_nowhere_changes_nothing() -> None:
    event = {"type": "moved", "lots": [], "as_given": [{"name": "/lots/3/lot", "value": "A"}, {"name": "/type/x"}]}

    assert typed_form(event) == {"type": "moved", "lots": []}


# What cannot be understood


def test_a_text_that_can_be_no_name_is_refused_with_its_place() -> None:
    with pytest.raises(EventInvalid, match="received event: /supplier: "):
        resolved(receipt(supplier="AC\x07ME"))


@pytest.mark.parametrize("typed", [f"(01){GTIN}", "(00)106141412345678908", f"https://{ORIGIN}/item/STEEL"])
def test_what_names_an_item_or_a_pallet_is_no_name_of_a_lot(typed: str) -> None:
    with pytest.raises(EventInvalid, match=r"/lot: .* names no lot; read the code that has the lot or serial in it"):
        resolved(receipt(lot=typed))
    with pytest.raises(EventInvalid, match=r"/lots/0/lot: .* names no lot"):
        resolved(hold({"lot": typed}))


def test_a_place_outside_any_site_needs_its_full_name() -> None:
    with pytest.raises(EventInvalid, match="/place: 'DOCK' lies in a site; add site"):
        resolved({"type": "place_defined", "place": "DOCK"})

    assert resolved({"type": "place_defined", "place": "urn:x:dock"}).event["place"] == "urn:x:dock"


def test_a_missing_site_is_left_to_validation_where_the_event_needs_one() -> None:
    event = resolved(receipt(site=None, place="DOCK")).event

    assert (event["place"], event["lot"]) == ("DOCK", "STEEL-1")
    with pytest.raises(EventInvalid, match="/site: is missing"):
        parse_event(event)


@pytest.mark.parametrize("told", [[], "received", None, 1])
def test_what_is_no_object_is_refused(told: Any) -> None:
    with pytest.raises(EventInvalid, match="is not a JSON object"):
        resolve(told, NoNames(), origin=ORIGIN)


def test_an_unknown_type_stays_as_told() -> None:
    assert resolved({"type": "recieved", "lot": "X"}).event == {"type": "recieved", "lot": "X"}


_NAMES = st.text(max_size=12) | st.sampled_from(
    [
        "STEEL-1",
        "(01)09506000134352(10)A",
        "(01)1",
        "https://plant.example/serial/A/B",
        "urn:x:y",
        "]d201",
        "site",
        "~2",
    ]
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | _NAMES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["item", "lot", "one_of", "container", "serials", "from", "issuer", "type", "first", "kind"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
_FIELDS = sorted({info.alias or name for model in EVENT_TYPES.values() for name, info in model.model_fields.items()})


@given(
    st.dictionaries(st.sampled_from(_FIELDS), _JSON, max_size=8),
    st.sampled_from([*EVENT_TYPES, "nonsense"]),
    st.booleans(),
)
def test_whatever_json_is_told_it_is_resolved_or_refused_with_an_error_of_ours(
    told: Told, kind: str, force: bool
) -> None:
    names = MemoryNames(_KNOWN.entries)
    try:
        event = resolve({**told, "type": kind}, names, origin=ORIGIN, force=force).event
    except ThreadError:
        return

    # Resolving again changes nothing: a resolved name means itself.
    assert resolve(event, names, origin=ORIGIN, force=force).event == event


_KNOWN: MemoryPlant = recorded(receipt(), order(), production("2 EA lot B serials B to B + A"))


def test_ledger_times_of_the_plant_rise() -> None:
    times = [entry.recorded_at for entry in _KNOWN.entries]

    assert times == sorted(set(times))
    assert times[0] == ledger_time(1_800_000_000_000_000)
