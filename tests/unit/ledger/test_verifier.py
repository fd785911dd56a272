"""The auditor's verifier: what holds is said to hold, and whatever was done to a bundle is found, with its sentence."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.bundles import KEYS, NEXT_KEYS, SignedEntries, full_world, json_line, redone, zipped
from tests.plant import _lived, plant
from tests.scenarios.plants import CorePlant
from thread.demo import demo_documents, demo_events
from thread.events import dump_event, parse_event
from thread.genealogy.projection import MemoryHistory, Recorded
from thread.genealogy.trace import trace
from thread.interop import read_epcis
from thread.ledger import verifier
from thread.ledger.keys import SigningKeys
from thread.ledger.verifier import BundleUnusable, ed25519_accepts, verify_bundle

VERIFIER = Path(verifier.__file__)
STORY = """
    1. day 1, 08:00   receive 10 KGM of COPPER lot CU-1 from MINE
    2. day 1, 08:10   receive 10 KGM of STEEL lot S-1 from ACME
    3. day 2, 08:00   issue 5 KGM of CU-1 to WO-1
    4. day 2, 10:00   produce 2 EA of MOTOR lot M-1 serials M01 to M02 from WO-1
    5. day 3, 08:00   issue serial M01 of M-1 and 4 KGM of S-1 to WO-2
    6. day 3, 12:00   produce 1 EA of PUMP lot P-1 serials P01 from WO-2
    7. day 3, 13:00   pack serial P01 of P-1 into PAL-1
    8. day 4, 08:00   ship PAL-1 to FARM as SH-1
    9. day 5, 08:00   instead of line 3, because "weighed again": issue 6 KGM of CU-1 to WO-1
"""
PUMP = "https://plant.example/site/P1/lot/PUMP/P-1"
COPPER = "https://plant.example/party/MINE/lot/COPPER/CU-1"
STEEL = "https://plant.example/party/ACME/lot/STEEL/S-1"
ORDER = "https://plant.example/order/P1/WO-1"


@cache
def told() -> tuple[dict[str, Any], ...]:
    return tuple(dump_event(entry.event) for entry in CorePlant.of(STORY).entries)


@cache
def ledger() -> SignedEntries:
    return SignedEntries(told())


def bundle(focus: str = PUMP, direction: Any = "backward", **other: Any) -> dict[str, bytes]:
    return ledger().members(focus, direction, **other)


def codes(members: dict[str, bytes], **given: Any) -> set[str]:
    verdict = verify_bundle(zipped(members), **given)
    assert verdict["ok"] is not bool(verdict["problems"])
    return {problem["code"] for problem in verdict["problems"]}


def texts(members: dict[str, bytes]) -> list[str]:
    return [problem["text"] for problem in verify_bundle(zipped(members))["problems"]]


def changed(members: dict[str, bytes], name: str, change: Callable[[Any], None]) -> dict[str, bytes]:
    """Return a bundle in which one JSON member says something else, and a manifest that fits."""
    value = json.loads(members[name])
    change(value)
    return ledger().sealed({**members, name: json_line(value)}, PUMP, "backward")


# RFC 8032, section 7.1: secret keys are not needed here; public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe2465"
            "5141438e7a100b"
        ),
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb0"
            "0d291612bb0c00"
        ),
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc0"
            "27beceea1ec40a"
        ),
    ),
    (
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        (
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a"
            "9ac94fa54ca49f"
        ),
        (
            "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9"
            "bef1177331a704"
        ),
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_signatures_of_rfc_8032_are_accepted_and_no_altered_one(key: str, message: str, signature: str) -> None:
    material, told_text, signed = bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature)

    assert ed25519_accepts(material, told_text, signed)
    assert not ed25519_accepts(material, told_text + b"\x00", signed)
    assert not ed25519_accepts(material, told_text, signed[:32] + bytes([signed[32] ^ 1]) + signed[33:])
    assert not ed25519_accepts(material, told_text, signed[:63])


def test_a_signature_whose_second_half_is_not_reduced_is_refused() -> None:
    key, message, signature = (bytes.fromhex(one) for one in VECTORS[1])
    larger = int.from_bytes(signature[32:], "little") + verifier.ORDER

    assert not ed25519_accepts(key, message, signature[:32] + larger.to_bytes(32, "little"))


@pytest.mark.parametrize("y", [verifier.P, verifier.P + 1, 2**255 - 1])
def test_a_point_that_is_not_written_in_its_one_form_is_refused(y: int) -> None:
    assert not ed25519_accepts(y.to_bytes(32, "little"), b"", bytes(64))


@pytest.mark.parametrize("direction", ["backward", "forward", "both"])
@pytest.mark.parametrize("focus", [PUMP, COPPER, ORDER, "https://plant.example/serial/PUMP/P01"])
def test_a_bundle_that_is_what_it_says_is_verified(focus: str, direction: str) -> None:
    verdict = verify_bundle(zipped(bundle(focus, direction)), fingerprint=KEYS.fingerprint)

    assert verdict["problems"] == []
    assert verdict["checks"] == dict.fromkeys(verifier.CHECKS, "good")
    assert (verdict["ok"], verdict["anchored"], verdict["size"]) == (True, True, 11)
    assert verdict["question"] == {"focus": focus, "direction": direction}


@pytest.mark.parametrize("focus", ["https://plant.example/container/PAL-1", "https://plant.example/shipment/P1/SH-1"])
def test_a_question_about_a_container_or_a_shipment_is_verified_too(focus: str) -> None:
    assert codes(bundle(focus, "both")) == set()


def test_without_a_key_from_elsewhere_the_verdict_is_not_anchored_and_names_the_fingerprint() -> None:
    verdict = verify_bundle(zipped(bundle()))

    assert (verdict["ok"], verdict["anchored"]) == (True, False)
    assert verdict["fingerprint"] == KEYS.fingerprint
    assert verdict["notes"][0].startswith("Not anchored")


def test_a_key_or_a_fingerprint_of_somebody_else_is_told_apart() -> None:
    mine, other = KEYS.verifier_keys[0].vkey, NEXT_KEYS.verifier_keys[0].vkey
    spaced = " ".join(KEYS.fingerprint[at : at + 8].upper() for at in range(0, 64, 8))

    assert verify_bundle(zipped(bundle()), keys=[mine])["anchored"]
    assert verify_bundle(zipped(bundle()), fingerprint=spaced)["anchored"]
    assert codes(bundle(), keys=[other]) == {"key-unknown"}
    assert codes(bundle(), fingerprint=NEXT_KEYS.fingerprint) == {"fingerprint-differs"}


def test_a_whole_ledger_rewritten_with_another_key_is_found_by_whoever_has_the_key() -> None:
    forged = SignedEntries(told(), keys=NEXT_KEYS).members(PUMP)

    assert codes(forged) == set()
    assert codes(forged, keys=[KEYS.verifier_keys[0].vkey]) == {"key-unknown"}


def test_without_cryptography_the_second_signature_is_said_to_be_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifier, "MLDSA44PublicKey", None)

    verdict = verify_bundle(zipped(bundle()), keys=[KEYS.verifier_keys[0].vkey])

    assert (verdict["ok"], verdict["anchored"]) == (True, True)
    assert "The ML-DSA-44 signatures were not checked" in verdict["notes"][0]
    assert not verify_bundle(zipped(bundle()), keys=[KEYS.verifier_keys[1].vkey])["anchored"]


# Changes of keys.


def test_keys_that_were_changed_with_the_word_of_both_sign_from_then_on() -> None:
    rotated = SignedEntries(told(), rotated_to=NEXT_KEYS, next_key=NEXT_KEYS.fingerprint)

    verdict = verify_bundle(zipped(rotated.members(PUMP)), keys=[KEYS.verifier_keys[0].vkey])

    assert (verdict["ok"], verdict["anchored"], verdict["fingerprint"]) == (True, True, NEXT_KEYS.fingerprint)


def test_a_signature_by_a_key_after_its_rotation_is_found() -> None:
    late = SignedEntries(told(), rotated_to=NEXT_KEYS, signed_by=KEYS)

    found = verify_bundle(zipped(late.members(PUMP)))["problems"]

    assert {problem["code"] for problem in found} == {"signature-missing"}
    assert found[0]["text"].endswith("it is signed by a key of the ledger that did not hold then.")


def test_a_change_of_keys_that_a_thief_of_todays_key_made_is_found() -> None:
    announced = SignedEntries(told(), rotated_to=NEXT_KEYS, next_key="0" * 64)
    one_sided = SignedEntries(told(), rotated_to=NEXT_KEYS, rotation_signed_by=(NEXT_KEYS, NEXT_KEYS))

    assert codes(announced.members(PUMP)) == {"key-not-announced"}
    assert codes(one_sided.members(PUMP)) == {"key-not-signed"}


# What was done to a bundle.


@pytest.mark.parametrize("name", [*verifier.READ_BY_IT, *verifier.READ_BY_PEOPLE])
def test_any_flipped_bit_in_any_member_is_rejected(name: str) -> None:
    members = bundle()
    data = members[name]
    for place in range(0, len(data), max(1, len(data) // 12)):
        flipped = data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :]
        try:
            assert not verify_bundle(zipped({**members, name: flipped}))["ok"], (name, place)
        except BundleUnusable:
            assert name == "manifest.json"


@pytest.mark.parametrize("name", [*verifier.READ_BY_IT, *verifier.READ_BY_PEOPLE])
def test_a_missing_member_is_found(name: str) -> None:
    members = bundle()
    del members[name]

    if name == "manifest.json":
        with pytest.raises(BundleUnusable, match=r"the bundle holds no file manifest\.json"):
            verify_bundle(zipped(members))
    else:
        assert "member-missing" in codes(members)


def test_a_member_that_nobody_named_is_found() -> None:
    assert codes({**bundle(), "more.txt": b""}) == {"member-not-named", "member-unknown"}


def test_any_entry_that_is_left_out_is_missed() -> None:
    kept = [json.loads(line)["seq"] for line in bundle()["entries.ndjson"].splitlines()]

    for seq in kept:
        found = codes(bundle(without_entry=seq))
        assert found & {"entry-absent", "opening-missing", "index-not-signed"}, seq


def test_an_entry_that_was_left_out_is_told_in_plain_words() -> None:
    found = texts(bundle(without_entry=5))

    assert any(text.startswith("Entry 5 names ") and text.endswith("it was left out.") for text in found)


@pytest.mark.parametrize("direction", ["backward", "forward"])
@pytest.mark.parametrize("focus", [PUMP, COPPER])
def test_any_list_that_is_left_out_is_missed(focus: str, direction: Any) -> None:
    for subject in sorted(ledger().subjects_passed(focus, direction)):
        found = codes(bundle(focus, direction, without_list=subject))
        assert found & {"list-missing", "focus-unknown", "focus-missing"}, subject


def test_an_index_that_omits_an_entry_is_found() -> None:
    dishonest = SignedEntries(told(), left_out_of_index=frozenset({(("activity.in", ORDER), 9)}))

    found = codes(dishonest.members(PUMP, answer=ledger().answer(PUMP, "backward")))

    assert "index-omits" in found


def test_every_node_and_edge_that_is_taken_out_of_the_answer_or_added_is_found() -> None:
    members = bundle(COPPER, "both")
    answer = json.loads(members["answer.json"])

    def with_answer(value: Any) -> set[str]:
        return codes(ledger().sealed({**members, "answer.json": json_line(value)}, COPPER, "both"))

    for place, node in enumerate(answer["nodes"]):
        less = {**answer, "nodes": answer["nodes"][:place] + answer["nodes"][place + 1 :]}
        assert with_answer(less) & {"node-left-out", "focus-missing"}
        assert with_answer({**answer, "nodes": [*answer["nodes"], {**node, "id": "urn:x:1"}]}) == {"node-too-many"}
    for place, edge in enumerate(answer["edges"]):
        less = {**answer, "edges": answer["edges"][:place] + answer["edges"][place + 1 :]}
        assert with_answer(less) == {"edge-left-out"}
        assert "edge-too-many" in with_answer({**answer, "edges": [*answer["edges"], {**edge, "target": COPPER}]})


def test_a_branch_that_the_answer_leaves_out_with_all_hashes_right_is_found_and_told() -> None:
    def without_steel(answer: dict[str, Any]) -> None:
        answer["nodes"] = [node for node in answer["nodes"] if node["id"] != STEEL]
        answer["edges"] = [edge for edge in answer["edges"] if edge["source"] != STEEL]

    found = texts(changed(bundle(), "answer.json", without_steel))

    assert found[0] == f"The answer leaves out the lot {STEEL}, which the entries lead to."


def test_an_answer_that_was_narrowed_is_no_whole_answer() -> None:
    assert codes(changed(bundle(), "answer.json", lambda answer: answer["graph"].update(as_of="2026-03-03"))) == {
        "answer-narrowed"
    }
    assert codes(changed(bundle(), "answer.json", lambda answer: answer["graph"].update(frontier=["x"]))) == {
        "answer-narrowed"
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seq", 4),
        ("quantity", "5"),
        ("quantity_max", "7"),
        ("gross", None),
        ("time_from", "2026-03-03T08:00:01Z"),
        ("time_to", None),
        ("in_time", False),
        ("certain", False),
        ("via", "https://plant.example/container/PAL-1"),
        ("serials", [{"first": "A1", "last": "A2"}]),
        ("entries", [3]),
    ],
)
def test_whatever_is_altered_on_an_edge_is_found(name: str, value: Any) -> None:
    def alter(answer: dict[str, Any]) -> None:
        edge = next(edge for edge in answer["edges"] if edge["source"] == COPPER)
        edge["flows"][0][name] = value

    assert codes(changed(bundle(), "answer.json", alter)) == {"edge-altered"}


@pytest.mark.parametrize(
    ("name", "value"), [("quantity", "60"), ("unit", "GRM"), ("in_time", False), ("certain", False)]
)
def test_sums_and_marks_of_an_edge_are_added_up_again(name: str, value: Any) -> None:
    def alter(answer: dict[str, Any]) -> None:
        edge = next(edge for edge in answer["edges"] if edge["source"] == COPPER)
        edge[name] = value

    assert codes(changed(bundle(), "answer.json", alter)) == {"edge-altered"}


def test_a_mark_of_a_node_is_redone_and_what_is_not_redone_is_said() -> None:
    verdict = verify_bundle(zipped(bundle()))

    assert codes(changed(bundle(), "answer.json", lambda answer: answer["nodes"][0].update(in_time=False))) == {
        "node-in-time"
    }
    assert "Not redone: what stands beside the nodes (depth, item, quantity, status, origin)" in verdict["notes"][-1]


def test_other_serials_than_the_entries_lead_to_are_found() -> None:
    def other(answer: dict[str, Any]) -> None:
        answer["nodes"][-1]["serials"] = [{"first": "M07", "last": "M09"}]

    assert codes(changed(bundle(), "answer.json", other)) == {"other-serials"}


def test_a_serial_that_is_called_a_lot_does_not_hide_where_it_came_from() -> None:
    serial = "https://plant.example/serial/PUMP/P01"
    members = bundle(serial, "backward")
    answer = json.loads(members["answer.json"])
    answer["nodes"] = [node for node in answer["nodes"] if node["id"] == serial]
    answer["edges"] = []

    found = codes(ledger().sealed({**members, "answer.json": json_line(answer)}, serial, "backward"))

    assert found >= {"node-left-out", "edge-left-out"}


def test_a_lot_that_is_called_a_shipment_does_not_hide_where_it_went() -> None:
    members = bundle(COPPER, "forward")
    answer = json.loads(members["answer.json"])
    answer["nodes"] = [{**node, "kind": "shipment"} for node in answer["nodes"] if node["id"] == COPPER]
    answer["edges"] = []

    found = codes(ledger().sealed({**members, "answer.json": json_line(answer)}, COPPER, "forward"))

    assert found >= {"focus-unknown"}


def test_a_proof_for_another_size_or_with_hashes_too_many_is_refused() -> None:
    def more(proof: dict[str, Any]) -> None:
        proof["nodes"].append([60, 0, "A" * 43 + "="])

    assert codes(changed(bundle(), "inclusion.json", lambda proof: proof.update(size=12))) == {"other-size"}
    assert codes(changed(bundle(), "inclusion.json", more)) == {"proof-malformed"}
    assert codes(changed(bundle(), "inclusion.json", lambda proof: proof["nodes"].reverse())) <= {"proof-malformed"}


def test_an_entry_with_a_further_field_or_in_other_bytes_is_refused() -> None:
    members = bundle()
    lines = members["entries.ndjson"].splitlines()
    further = b"\n".join([*lines[:-1], lines[-1][:-1] + b',"x":1}']) + b"\n"
    spaced = b"\n".join([*lines[:-1], lines[-1].replace(b'"seq":', b'"seq": ')]) + b"\n"

    for data, code in ((further, "entry-malformed"), (spaced, "other-bytes")):
        assert code in codes(ledger().sealed({**members, "entries.ndjson": data}, PUMP, "backward"))


def test_swapped_and_altered_entries_are_found() -> None:
    members = bundle()
    lines = members["entries.ndjson"].splitlines()
    swapped = b"\n".join([lines[0], lines[2], lines[1], *lines[3:]]) + b"\n"
    altered = members["entries.ndjson"].replace(b'"value":"6"', b'"value":"7"')

    assert "entry-order" in codes(ledger().sealed({**members, "entries.ndjson": swapped}, PUMP, "backward"))
    assert codes(ledger().sealed({**members, "entries.ndjson": altered}, PUMP, "backward")) & {
        "entries-altered",
        "entry-unchained",
    }


def test_a_checkpoint_of_another_moment_does_not_fit() -> None:
    younger = SignedEntries(told()[:-1])

    found = codes(ledger().sealed({**bundle(), "checkpoint.txt": younger.checkpoint}, PUMP, "backward"))

    assert "other-checkpoint" in found


# Input that is meant to harm.


def _twice() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("manifest.json", b"{}\n")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("manifest.json", b"{}\n")
    return packed.getvalue()


def _bomb() -> bytes:
    packed = bytearray(zipped({"manifest.json": b"0" * 1000}))
    at = packed.index(b"PK\x01\x02")
    packed[at + 24 : at + 28] = (2**31).to_bytes(4, "little")
    return bytes(packed)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"not a zip",
        zipped({}),
        zipped({"manifest.json": b""}),
        zipped({"manifest.json": b"[" * 100_000 + b"\n"}),
        zipped({"manifest.json": b'{"size":' + b"9" * 100_000 + b"}\n"}),
        zipped({"manifest.json": b'{"format":"thread-bundle","version":2}\n'}),
        zipped({str(number): b"" for number in range(65)}),
        _twice(),
        _bomb(),
    ],
)
def test_what_is_no_bundle_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(BundleUnusable) as refused:
        verify_bundle(data)

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("given", [{"keys": ["x"]}, {"keys": ["a+00000000+BA=="]}, {"fingerprint": "12"}])
def test_a_key_or_fingerprint_that_is_none_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(BundleUnusable):
        verify_bundle(zipped(bundle()), **given)


def test_entries_of_a_strange_shape_end_in_a_verdict() -> None:
    strange: list[dict[str, Any]] = [
        {"type": "material_issued", "lots": 5, "order": ORDER, "event_time": "2026-03-03T08:00:00Z"},
        {"type": "batch_produced", "outputs": [{"lot": PUMP}], "order": ORDER, "event_time": "x"},
        {"type": "received", "lot": PUMP, "serials": [{"first": "A1", "last": "A99999999"}]},
        {"type": "packed", "container": ["x"], "event_time": "2026-03-03T08:00:00Z"},
    ]
    members = bundle()
    for event in strange:
        other = SignedEntries([])
        other._append(event)
        lines = b"".join(entry.data + b"\n" for entry in other.entries)
        verdict = verify_bundle(zipped(ledger().sealed({**members, "entries.ndjson": lines}, PUMP, "backward")))
        assert not verdict["ok"]


# The file itself.


def test_it_runs_alone_on_python_3_9_and_imports_nothing_of_ours() -> None:
    tree = ast.parse(VERIFIER.read_text(encoding="utf-8"), feature_version=(3, 9))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.split(".")[0] for name in imported} <= {*sys.stdlib_module_names, "cryptography"}


def test_only_the_check_of_a_bundle_imports_it() -> None:
    files = [path for path in (VERIFIER.parents[1]).rglob("*.py") if path != VERIFIER]
    importing = [path.name for path in files if "ledger.verifier" in path.read_text(encoding="utf-8")]
    importing += [path.name for path in files if "ledger import verifier" in path.read_text(encoding="utf-8")]

    assert importing == ["checked_bundle.py"]


def test_as_a_program_it_says_what_holds_and_exits_accordingly(tmp_path: Path) -> None:
    (tmp_path / "verifier.py").write_bytes(VERIFIER.read_bytes())
    (tmp_path / "good.zip").write_bytes(zipped(bundle()))
    (tmp_path / "bad.zip").write_bytes(zipped({**bundle(), "READ-ME.html": b"other"}))
    (tmp_path / "none.zip").write_bytes(b"none")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        program = [sys.executable, "-I", "verifier.py", *arguments]
        return subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, check=False)

    good, bad, none = run("good.zip", "--json", "--fingerprint", KEYS.fingerprint), run("bad.zip"), run("none.zip")

    assert (good.returncode, json.loads(good.stdout)["ok"]) == (0, True)
    assert bad.returncode == 1
    assert bad.stdout.startswith("NOT VERIFIED\n")
    assert "The file READ-ME.html is not the one that the manifest was written for: it was changed." in bad.stdout
    assert (none.returncode, none.stdout, none.stderr.count("\n")) == (2, "", 1)
    assert run("absent.zip").returncode == 2


def test_a_key_of_another_ledger_does_not_fit_the_origin() -> None:
    other = SigningKeys.from_seeds(ed25519_seed=b"\x05" * 32, ml_dsa_44_seed=b"\x06" * 32, origin="other.example")

    assert codes(bundle(), keys=[other.verifier_keys[0].vkey]) == {"key-unknown"}


# The plant of `thread demo`: eight weeks of a bicycle maker, with corrections, forced entries and others' EPCIS.


@cache
def bicycles() -> tuple[Recorded, ...]:
    told = [(one["event"], one.get("force"), 1_800_000_000_000_000) for one in demo_events()]
    entries = list(_lived(told, {}, origin="plant.example", first_seq=1).entries)
    for name, document in demo_documents():
        for one in read_epcis(document, file=name).captured:
            event_id = f"00000000-0000-4000-8000-7{len(entries):011d}"
            event = parse_event({**one.event, "id": event_id})
            entries.append(Recorded(len(entries) + 1, event, entries[-1].recorded_at, "teller"))
    return tuple(entries)


def test_every_lot_of_the_demo_plant_is_traced_alike() -> None:
    history = MemoryHistory(bicycles(), origin="plant.example")
    world = full_world(bicycles())
    lots = sorted({name for kind, name in world.lists if kind.startswith("lot.") and "/lot/" in name})

    differing = []
    for lot in lots:
        answer = trace(history, lot, direction="both")
        told_alike, mine = redone(world, answer)
        if told_alike != mine:
            differing.append(lot)

    assert len(lots) > 100
    assert differing == []


def test_a_bundle_of_the_demo_plants_recall_is_verified() -> None:
    events = [dump_event(entry.event) for entry in bicycles()]
    bikes = SignedEntries(events)
    lot = max(
        (name for kind, name in bikes.lists if kind == "lot.used" and "/lot/TUBE" in name),
        key=lambda name: len(bikes.lists["lot.used", name]),
    )

    verdict = verify_bundle(zipped(bikes.members(lot, "forward")))

    assert verdict["problems"] == []
    assert verdict["ok"]


@pytest.mark.parametrize(
    "story",
    [
        # A part that was fitted later is taken out again: the order that built the unit keeps its own.
        """
        1. day 1, 08:00  receive 9 EA of PART lot A from VOLT
        2. day 1, 09:00  issue 1 EA of A to WO-1
        3. day 1, 10:00  produce 1 EA of UNIT lot U from WO-1
        4. day 2, 08:00  swap SEAL of lot U: in 1 EA of A
        5. day 3, 08:00  swap SEAL of lot U: out 1 EA of A to scrapped
        """,
        # A crate left, came back, and was filled after that: it did not leave with what is in it now.
        """
        1. day 1, 08:00  receive 9 EA of PART lot A from VOLT
        2. day 1, 09:00  receive 9 EA of PART lot B from VOLT
        3. day 1, 10:00  pack 1 EA of A into CRATE
        4. day 2, 08:00  ship CRATE for transfer to site P2 as SH-1
        5. day 3, 08:00  take back CRATE of SH-1
        6. day 4, 08:00  pack 1 EA of B into CRATE
        """,
        # A crate left and never came back, yet something is packed into it: possible, not in time.
        """
        1. day 1, 08:00  receive 9 EA of PART lot A from VOLT
        2. day 2, 08:00  ship CRATE for transfer to site P2 as SH-1
        3. day 4, 08:00  pack 1 EA of A into CRATE
        """,
        # The unit had left and come back before the part was fitted and taken out again.
        """
        1. day 1, 08:00  receive 9 EA of PART lot A from VOLT
        2. day 1, 09:00  receive 9 EA of UNIT lot U from VOLT
        3. day 2, 08:00  ship 1 EA of U to FARM as SH-1
        4. day 3, 08:00  take back 1 EA of U from FARM of SH-1
        5. day 4, 08:00  swap SEAL of lot U: in 1 EA of A
        6. day 5, 08:00  swap SEAL of lot U: out 1 EA of A to stock
        """,
        # A box is put from one pallet onto another; the first one leaves without it.
        """
        1. day 1, 08:00  receive 9 EA of PART lot A from VOLT
        2. day 1, 09:00  pack 5 EA of A into BOX
        3. day 1, 10:00  pack container BOX into PAL-1
        4. day 2, 08:00  pack container BOX into PAL-2
        5. day 3, 08:00  ship PAL-1 to FARM as SH-1
        6. day 4, 08:00  ship PAL-2 to MILL as SH-2
        7. day 5, 08:00  issue container BOX to WO-1
        8. day 6, 08:00  produce 1 EA of UNIT lot U from WO-1
        """,
    ],
)
def test_what_is_easily_overlooked_is_traced_alike(story: str) -> None:
    floor = plant(story)
    world = full_world(floor.entries)
    names = {name for kind, name in world.lists if kind.split(".")[0] in ("lot", "activity", "container", "shipment")}

    for name in sorted(names):
        told_alike, mine = redone(world, trace(floor.history, name, direction="both"))
        assert mine == told_alike, name
