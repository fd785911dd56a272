"""Every type of event reads as one plain sentence, with the names, amounts and reasons that were told."""

from __future__ import annotations

import pytest

from tests.story import events
from thread.events import EVENT_TYPES, parse_event
from thread.genealogy.sentences import sentence

TOLD = (
    (
        'item STEEL in KGM, description "Sheet, 2 mm", tracked by lot',
        "Item STEEL is kept in KGM and traced by lot: Sheet, 2 mm.",
    ),
    (
        'party ACME is supplier + carrier, label "ACME Steel"',
        "Party ACME (ACME Steel) is a supplier and a carrier.",
    ),
    (
        "place SILO is vessel, pooling mixed",
        "Place SILO is a vessel whose content is mixed.",
    ),
    (
        'resource equipment OVEN, label "Oven 1"',
        "Equipment OVEN is known as Oven 1.",
    ),
    (
        "open 9 KGM of STEEL lot OLD-1, all safety stock",
        "9 KGM of OLD-1 was in stock when recording began, just in case (safety stock).",
    ),
    (
        "find 3 KGM of STEEL lot F-0, in quarantine",
        "3 KGM of F-0 turned up without a record of how it came, into quarantine.",
    ),
    (
        (
            "receive 100 KGM of STEEL lot S-77 from ACME on DN-4711, supplier lots H-1 + H-2, pegged"
            " 60 to SO-1, rest forecast, rejected 2 KGM"
        ),
        (
            "100 KGM of S-77 came in from ACME, supplier lots H-1 and H-2 (despatch advice DN-4711), 2"
            " KGM rejected, just in time 60 KGM for SO-1, the rest just in case (forecast)."
        ),
    ),
    (
        "move 20 KGM of S-77 from DOCK to RACK-1",
        "20 KGM of S-77 went from DOCK to RACK-1.",
    ),
    (
        "count 95 KGM of S-77, at RACK-1",
        "A count at RACK-1 found 95 KGM of S-77.",
    ),
    (
        "pack 10 EA of F-1 into PAL-1, declared",
        "10 EA of F-1 went into container PAL-1, by the sender's word.",
    ),
    (
        "pack PAL-1 into LOAD-1",
        "All that was in container PAL-1 went into container LOAD-1.",
    ),
    (
        "unpack PAL-1",
        "Everything came out of container PAL-1.",
    ),
    (
        (
            "assemble kit KIT-1 from 2 EA of BOLT lot B-2 (instead of SCREW, concession C-9) and 1 EA"
            " of N-1, for order WO-1, all forecast"
        ),
        (
            "Kit KIT-1 was put together from 2 EA of B-2 and 1 EA of N-1 for order WO-1, B-2 in place"
            " of SCREW under concession C-9, just in case (forecast)."
        ),
    ),
    (
        'break kit KIT-1, because "order cancelled"',
        "Everything came out of kit KIT-1: order cancelled.",
    ),
    (
        "fill 50 KGM of S-77 into SILO",
        "50 KGM of S-77 went into vessel SILO.",
    ),
    (
        "draw 9 KGM from SILO as FLOUR lot L-1",
        "9 KGM left vessel SILO as L-1.",
    ),
    (
        "draw 9 KGM from SILO into WO-1 run R1",
        "9 KGM left vessel SILO into order WO-1, run R1.",
    ),
    (
        "empty SILO leaving 0 KGM, cleaned",
        "Vessel SILO was emptied and cleaned; nothing stayed inside.",
    ),
    (
        'split 10 EA of F-1 into 4 EA of FRAME lot F-1A and 6 EA of FRAME lot F-1B, because "two customers"',
        "10 EA of F-1 was divided into 4 EA of F-1A and 6 EA of F-1B: two customers.",
    ),
    (
        "merge 4 EA of F-1A and 6 EA of F-1B into 10 EA of FRAME lot F-1C",
        "4 EA of F-1A and 6 EA of F-1B were joined into 10 EA of F-1C.",
    ),
    (
        "relabel 10 EA of F-1 as 10 EA of FRAME lot X-1",
        "10 EA of F-1 now goes by 10 EA of X-1.",
    ),
    (
        "rework 10 EA of F-1 into 10 EA of FRAME lot F-1 under order WO-9",
        "10 EA of F-1 was reworked into 10 EA of F-1 under order WO-9.",
    ),
    (
        "release order WO-1 for 40 EA of FRAME, processor PLATER, pegged 30 to SO-1, rest overrun",
        (
            "Order WO-1 was released for 40 EA of FRAME at PLATER, just in time 30 EA for SO-1, the rest"
            " just in case (overrun)."
        ),
    ),
    (
        "issue 30 KGM of S-77 to WO-1 run R1, pull JIT for SO-1, backflush",
        "30 KGM of S-77 went into order WO-1, run R1, pulled just in time by SO-1, booked by backflush.",
    ),
    (
        "issue 30 KGM of STEEL either S-77 or S-78 to WO-1",
        "30 KGM of S-77 or S-78 (nobody knows which) went into order WO-1.",
    ),
    (
        "return 3 KGM of S-77 from WO-1, opened",
        "3 KGM of S-77 came back from order WO-1, opened at the line.",
    ),
    (
        (
            "do step WELD on order WO-1 run R1, using equipment OVEN, parameter TEMP 180 CEL between"
            " 170 and 190, result pass"
        ),
        "Step WELD was done on order WO-1, run R1 with equipment OVEN, result pass: TEMP 180 CEL.",
    ),
    (
        (
            'produce 20 EA of FRAME lot F-1 serials A01 to A20 (marks "BBE 12 MAR") and 3 KGM of SCRAP'
            " lot W-1 (waste) from WO-1"
        ),
        "Order WO-1 brought forth A01 to A20 of F-1 and 3 KGM of W-1 (waste).",
    ),
    (
        "close order WO-1, lost 2 KGM of STEEL lot S-77 as dust",
        "Order WO-1 was closed, lost: 2 KGM of S-77 (dust).",
    ),
    (
        'repeg order WO-1 from SO-1 to nobody, because "cancelled"',
        "The peg of order WO-1 moved from SO-1 to no demand: cancelled.",
    ),
    (
        (
            "swap ALTERNATOR of serials V01 of VEHICLE: out serials P1 of ALT lot A-1 to scrapped, in"
            " serials P2 of ALT lot A-2"
        ),
        "At position ALTERNATOR of V01 of VEHICLE, P1 of A-1 came out (to scrap) and P2 of A-2 went in.",
    ),
    (
        "inspect 5 EA of F-1: fail, specification SP-1, value TENSILE 420 MPA",
        "5 EA of F-1 failed inspection against SP-1: TENSILE 420 MPA.",
    ),
    (
        "sample 1 EA of F-1 (destroyed) and 1 EA of F-1 (retained, kept at FRIDGE, until 2027-01-01)",
        "Samples were taken: 1 EA of F-1 (destroyed) and 1 EA of F-1 (retained at FRIDGE until 2027-01-01).",
    ),
    (
        'hold lot F-1 as H-1, because "metal found", decision rework',
        "Hold H-1 blocks F-1: metal found (decision: rework).",
    ),
    (
        'release hold H-1, because "clean", decision use as is',
        "Hold H-1 ended: clean (decision: use as is).",
    ),
    (
        "scrap 2 EA of F-1 as DENT, method crushed",
        "2 EA of F-1 was scrapped, reason DENT, method crushed.",
    ),
    (
        'change expiry of F-1 from 2026-12-31 to 2027-06-30, because "retest"',
        "The expiry of F-1 changed from 2026-12-31 to 2027-06-30: retest.",
    ),
    (
        "check equipment DETECTOR: bad, value FE 1.5 MMT",
        "Equipment DETECTOR was checked and was bad: FE 1.5 MMT.",
    ),
    (
        "ship PAL-1 to RIDE as SH-1",
        "Shipment SH-1 left to RIDE with all that was in container PAL-1.",
    ),
    (
        "ship 5 EA of F-1 for transfer to site P2 as SH-2",
        "Shipment SH-2 left to site P2 as a transfer with 5 EA of F-1.",
    ),
    (
        "ship 5 EA of F-1 for processing on WO-2 to PLATER as SH-3",
        "Shipment SH-3 left to PLATER for processing under order WO-2 with 5 EA of F-1.",
    ),
    (
        "deliver SH-1 to DOCK, refused 1 EA of F-1",
        "Shipment SH-1 arrived at DOCK, refused: 1 EA of F-1.",
    ),
    (
        'take back 1 EA of F-1 from RIDE of SH-1, label unknown, condition "wet"',
        "1 EA of F-1 came back from RIDE of shipment SH-1, label missing, into quarantine: wet.",
    ),
    (
        'complaint C-1 from RIDE about lot F-1 of SH-1, printed "BBE 12 MAR", harm, text "it broke"',
        (
            "RIDE complained (C-1) about F-1, shipment SH-1 and goods marked 'BBE 12 MAR', somebody"
            " may have been harmed: it broke."
        ),
    ),
    (
        "hand over 5 EA of F-1 to owner BANK",
        "5 EA of F-1 belongs to BANK from now on.",
    ),
    (
        'policy P-1 for STEEL from ACME is JIC, parameter cover_days 14, because "late deliveries"',
        "By policy P-1, STEEL is released just in case from ACME (cover_days 14): late deliveries.",
    ),
)


@pytest.mark.parametrize(
    ("told", "expected"), TOLD, ids=[told.split(" ", 2)[0] + str(n) for n, (told, _) in enumerate(TOLD)]
)
def test_what_was_told_reads_as_one_sentence(told: str, expected: str) -> None:
    (event,) = events(f"site P1\nday 1, 08:00 {told}")

    assert sentence(parse_event(event)) == expected


def test_a_void_entry_says_which_and_why() -> None:
    *_, event = events(
        """
        day 1, 08:00 receive 5 KGM of STEEL lot S-1
        day 1, 09:00 line 1 did not happen, because "booked twice", code duplicate, approver Q-1
        """
    )

    assert sentence(parse_event(event)) == (
        "Entry 0 is void, because it was told twice: booked twice (approved by Q-1)."
    )


def test_a_replaced_entry_says_what_stands_in_its_place() -> None:
    *_, event = events(
        """
        day 1, 08:00 receive 5 KGM of STEEL lot S-1
        day 1, 09:00 instead of line 1, because "misread", code wrong lot: receive 5 KGM of STEEL lot S-7 from ACME
        """
    )

    assert sentence(parse_event(event)) == (
        "Entry 0 was wrong, because the wrong lot was told: misread; in its place stands: 5 KGM of"
        " S-7 came in from ACME."
    )


@pytest.mark.requirement("SEC-1")
def test_a_signature_names_the_signer_by_pseudonym_and_never_by_the_printed_name() -> None:
    *_, event = events(
        """
        day 1, 08:00 receive 5 KGM of STEEL lot S-1
        day 1, 09:00 sign line 1 by P-7 "Ann Example" as approval, method pin
        """
    )

    assert sentence(parse_event(event)) == "P-7 signed entry 0, meaning approval."


def test_a_closed_finding_names_who_decided_what_and_why() -> None:
    *_, event = events(
        f"""
        day 1, 08:00 receive 5 KGM of STEEL lot S-1
        day 1, 09:00 close finding stock-missing:0:5f1c0e9a77d4 on line 1 as follow up, by P-9, facts {"a" * 64},
            because "Scale was out of its limit"
        """
    )

    assert sentence(parse_event(event)) == (
        "Finding stock-missing:0:5f1c0e9a77d4 was closed by P-9 as followed up elsewhere: Scale was out of its limit."
    )


def captured(**reading: object) -> str:
    event = parse_event(
        {
            "type": "epcis_captured",
            "event_time": "2026-03-02T08:00:00Z",
            "text": "{}",
            "document_sha256": "0" * 64,
            "reading": reading,
        }
    )
    return sentence(event)


def test_a_captured_transformation_says_what_became_of_what() -> None:
    text = captured(
        kind="TransformationEvent",
        business_step="https://ref.gs1.org/cbv/BizStep-commissioning",
        inputs=[
            {
                "name": "https://id.gs1.org/01/09506000134352/10/A",
                "kind": "lot",
                "quantity": {"value": "5", "unit": "KGM"},
            }
        ],
        outputs=[{"name": "https://id.gs1.org/01/09506000134369/10/B", "kind": "lot"}],
    )

    assert text == (
        "An EPCIS TransformationEvent tells that 5 KGM of (01)09506000134352(10)A became (01)09506000134369(10)B, step"
        " commissioning."
    )


def test_a_captured_packing_says_what_is_in_which_container() -> None:
    text = captured(
        kind="AggregationEvent",
        action="ADD",
        container="https://id.gs1.org/00/106141412345678908",
        contents=[{"name": "https://id.gs1.org/01/09506000134352/21/7", "kind": "serial"}],
    )

    assert text == "An EPCIS AggregationEvent adds (01)09506000134352(21)7 in (00)106141412345678908."


def test_a_captured_event_that_its_sender_took_back_says_so() -> None:
    text = captured(
        kind="ObjectEvent",
        action="OBSERVE",
        lots=[{"name": "urn:example:lot:1", "kind": "unknown"}],
        error={"declared_at": "2026-03-03T08:00:00Z", "reason": "did_not_occur"},
    )

    assert text == "The sender took back an EPCIS ObjectEvent about lot:1: did_not_occur."


def test_captured_master_data_says_whom_it_describes() -> None:
    text = captured(
        kind="MasterData", master_data={"vocabulary": "EPCClass", "name": "https://id.gs1.org/01/09506000134352"}
    )

    assert text == "A partner described (01)09506000134352 (EPCIS master data)."


def test_a_sentence_is_one_line_also_where_free_text_has_several() -> None:
    (event,) = events('site P1\nday 1, 08:00 hold lot F-1 as H-1, because "metal"')

    text = sentence(parse_event({**event, "reason": "metal\n\tfound"}))

    assert text == "Hold H-1 blocks F-1: metal found."


def test_the_case_of_a_lot_code_is_kept_at_the_start_of_a_sentence() -> None:
    (event,) = events("day 1, 08:00 inspect lot s-77: pass")

    assert sentence(parse_event(event)) == "s-77 passed inspection."


def test_every_type_of_event_has_a_sentence_of_its_own() -> None:
    from thread.genealogy import sentences

    own = sentences._told.registry

    assert [name for name, model in EVENT_TYPES.items() if model not in own] == []
