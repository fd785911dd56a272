"""What an entry is about, by role: the function behind every proof that nothing was left out."""

from tests import builders
from tests.plant import ORIGIN, recorded
from thread.events import Event, Subject, subjects
from thread.values.names import event_activity

P = f"https://{ORIGIN}"
STEEL = f"{P}/party/ACME/lot/STEEL/STEEL-1"
FRAME = f"{P}/site/P1/lot/FRAME/F-1"
ORDER = f"{P}/order/P1/WO-1"


def about(event: Event) -> set[tuple[str, str]]:
    """Return the subjects of an event."""
    return {(subject.kind, subject.name) for subject in subjects(event, origin=ORIGIN)}


def last_of(*told: builders.Told) -> Event:
    """Return the last of some events, names resolved."""
    return recorded(*told).entries[-1].event


def test_a_receipt_makes_its_lot_and_names_item_and_supplier() -> None:
    event = last_of(builders.receipt(documents=[{"type": "despatch_advice", "number": "DN-1"}]))

    assert about(event) == {
        ("lot.made", STEEL),
        ("item", f"{P}/item/STEEL"),
        ("party", f"{P}/party/ACME"),
        ("document", "despatch_advice/DN-1"),
    }


def test_an_issue_uses_lots_and_enters_the_order_and_production_leaves_it() -> None:
    issue = last_of(builders.receipt(), builders.issue("1 KGM of STEEL-1"))
    production = last_of(builders.production("1 EA of FRAME lot F-1"))

    assert about(issue) == {("lot.used", STEEL), ("activity.in", ORDER)}
    assert about(production) == {("lot.made", FRAME), ("item", f"{P}/item/FRAME"), ("activity.out", ORDER)}


def test_exact_inputs_are_used_and_enter_the_order_too() -> None:
    event = last_of(builders.receipt(), builders.production("1 EA of FRAME lot F-1 (from 1 KGM of STEEL-1)"))

    assert {("lot.used", STEEL), ("activity.in", ORDER), ("activity.out", ORDER)} <= about(event)


def test_an_opened_return_also_comes_out_of_the_order() -> None:
    closed = last_of(builders.receipt(), builders.return_to_stock("1 KGM of STEEL-1"))
    opened = last_of(builders.receipt(), builders.return_to_stock("1 KGM of STEEL-1", opened=True))

    assert about(opened) - about(closed) == {("activity.out", ORDER), ("lot.made", STEEL)}


def test_every_candidate_is_a_subject() -> None:
    event = last_of(
        builders.receipt(), builders.receipt("STEEL-2"), builders.issue("1 KGM of either STEEL-1 or STEEL-2")
    )

    assert {("lot.used", STEEL), ("lot.used", STEEL.replace("STEEL-1", "STEEL-2"))} <= about(event)


def test_a_serial_is_a_subject_beside_its_lot() -> None:
    made = builders.production("3 EA of FRAME lot F-1 serials A1 to A3")
    event = last_of(made, builders.hold("serial A2 of F-1"))

    assert {("lot.made", f"{P}/serial/FRAME/A1"), ("lot.made", f"{P}/serial/FRAME/A3")} <= about(last_of(made))
    assert about(event) == {
        ("hold", "H-1"),
        ("lot.other", FRAME),
        ("lot.other", f"{P}/serial/FRAME/A2"),
        ("item", f"{P}/item/FRAME"),
    }


def test_a_whole_container_names_no_lot() -> None:
    event = last_of(builders.scrap("PAL-1"))

    assert about(event) == {("container.out", f"{P}/container/PAL-1")}


def test_what_is_packed_is_used_and_goes_in_and_an_inner_container_leaves_its_place() -> None:
    event = last_of(builders.receipt(), builders.pack("1 KGM of STEEL-1", "BOX-1"))

    assert about(event) == {
        ("container.in", f"{P}/container/PAL-1"),
        ("container.out", f"{P}/container/BOX-1"),
        ("lot.used", STEEL),
    }


def test_what_came_out_of_a_container_is_only_touched() -> None:
    event = last_of(builders.receipt(), builders.unpack("1 KGM of STEEL-1"))

    assert about(event) == {("container.out", f"{P}/container/PAL-1"), ("lot.other", STEEL)}


def test_a_split_is_an_activity_of_its_own() -> None:
    event = last_of(builders.receipt(), builders.split("2 KGM of STEEL-1", "1 KGM lot S-A", "1 KGM lot S-B"))

    activity = event_activity(ORIGIN, event.id or "")
    assert {("activity.in", activity), ("activity.out", activity), ("lot.used", STEEL)} <= about(event)
    assert ("lot.made", f"{P}/site/P1/lot/STEEL/S-A") in about(event)


def test_a_vessel_is_an_activity_and_a_place() -> None:
    vessel, place = f"{P}/vessel/P1/TANK-1", f"{P}/place/P1/TANK-1"

    fill = about(last_of(builders.receipt(), builders.fill("1 KGM of STEEL-1")))
    draw = about(last_of(builders.draw()))
    into_order = about(last_of(builders.draw(lot=None, order="WO-1")))
    emptied = about(last_of(builders.emptying()))

    assert fill == {("activity.in", vessel), ("place", place), ("lot.used", STEEL)}
    assert {("activity.out", vessel), ("lot.made", f"{P}/site/P1/lot/MIX/DRAW-1")} <= draw
    assert {("activity.out", vessel), ("activity.in", ORDER)} <= into_order
    assert emptied == {("activity.in", vessel), ("activity.out", vessel), ("place", place)}


def test_a_shipment_for_processing_enters_the_order() -> None:
    event = last_of(
        builders.receipt(), builders.shipment("1 KGM of STEEL-1", purpose="processing", work_order="WO-1", carrier="T")
    )

    assert about(event) == {
        ("shipment", f"{P}/shipment/P1/SH-1"),
        ("lot.used", STEEL),
        ("activity.in", ORDER),
        ("party", f"{P}/party/T"),
    }


def test_a_part_and_its_unit_are_both_found_from_a_swap() -> None:
    made = builders.production("1 EA of FRAME lot F-1")
    event = last_of(made, builders.receipt(), builders.swap("F-1", into="1 KGM of STEEL-1", at="day 3, 08:00"))

    assert about(event) == {("lot.made", FRAME), ("lot.used", FRAME), ("lot.used", STEEL)}


def test_common_fields_are_subjects_of_every_event() -> None:
    event = last_of(
        builders.move(
            "PAL-1",
            place="DOCK",
            resources=[{"kind": "equipment", "id": "FORKLIFT"}],
            documents=[{"type": "protocol", "number": "7", "issuer": "LAB"}],
        )
    )

    assert {
        ("place", f"{P}/place/P1/DOCK"),
        ("resource", "equipment/FORKLIFT"),
        ("document", "protocol/7"),
        ("party", f"{P}/party/LAB"),
    } <= about(event)


def test_a_correction_is_about_the_entry_that_it_corrects_and_all_that_this_and_its_replacement_are_about() -> None:
    plant = recorded(builders.receipt(), builders.correction(0, builders.receipt("STEEL-2"), place="urn:x:office"))
    wrong, correction = (entry.event for entry in plant.entries)
    right = recorded(builders.receipt("STEEL-2")).entries[0].event

    found = subjects(correction, origin=ORIGIN, corrected=[wrong, right])

    assert found == subjects(wrong, origin=ORIGIN) | subjects(right, origin=ORIGIN) | {Subject("entry", "0")}


def test_a_signature_is_about_entries_not_about_material() -> None:
    told = {
        "type": "signed",
        "event_time": builders.time("day 1, 08:00"),
        "seqs": [0],
        "meaning": "review",
        "method": "pin",
        "signer": "P-1",
        "printed_name": "Ann",
    }

    assert about(last_of(told)) == {("entry", "0")}
