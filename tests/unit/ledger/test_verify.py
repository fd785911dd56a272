"""Verification: what it finds, in whose words, and what it leaves alone."""

import json
from base64 import b64encode
from typing import Any

import pytest

from tests.unit.ledger.sample import (
    CLOCK_US,
    SIGNED_AT,
    Sample,
    chained,
    opening,
    received,
    sample,
    sample_entries,
    signing_keys,
    written,
)
from thread.ledger import (
    EMPTY_ROOT,
    ZERO_PREV,
    Checked,
    Checkpoint,
    Entry,
    KeyMalformed,
    Problem,
    Verification,
    canonical_bytes,
    sign_checkpoint,
    verify_entries,
)
from thread.ledger.problems import MAX_PER_CODE

Rows = list[tuple[int, bytes]]


def codes(verification: Verification) -> list[tuple[int | None, str]]:
    return [(problem.seq, problem.code) for problem in verification.problems]


def altered(rows: Rows, seq: int, old: bytes = b'"KGM"', new: bytes = b'"GRM"') -> Rows:
    """Return rows in which the bytes of one entry are changed."""
    changed = [(place, data.replace(old, new) if place == seq else data) for place, data in rows]
    assert changed != rows
    return changed


def raw(seq: int, prev: bytes, **changed: Any) -> bytes:
    """Return canonical bytes that `write_entry` might refuse to write."""
    entry = json.loads(written(1, prev, received(1)).data) | {"seq": seq}
    return canonical_bytes(entry | changed)


def test_an_untouched_ledger_has_no_problem() -> None:
    ledger = sample(8)

    found = verify_entries(
        ledger.rows,
        nodes=ledger.nodes,
        checkpoints=[ledger.checkpoint(0), ledger.checkpoint(3), ledger.checkpoint(8)],
        kept=[ledger.checkpoint(5)],
        verifier_keys=ledger.keys.verifier_keys,
    )

    assert found.ok
    assert found.problems == ()
    assert found.size == 8
    assert found.checked == Checked(chain=True, tree=True, signatures=True, index=False, readings=False)
    assert found.anchored
    assert found.opened is not None
    assert found.opened.origin == "example.com/plant-7"


def test_the_answer_has_the_published_json_form() -> None:
    ledger = sample(3)

    found = verify_entries(altered(ledger.rows, 2), nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])

    assert found.to_json() == {
        "ok": False,
        "size": 3,
        "root": b64encode(found.root or b"").decode(),
        "checked": {
            "chain": True,
            "tree": True,
            "signatures": True,
            "index": False,
            "readings": False,
            "projections": False,
            "values": False,
        },
        "problems": [
            {
                "seq": 0,
                "code": "root-differs",
                "text": (
                    "The stored entries do not give the root of the checkpoint of size 3 stored with the ledger. "
                    "One of the entries 0 to 2 was changed after it was signed."
                ),
            }
        ],
        "fingerprint": ledger.keys.fingerprint,
        "current_fingerprint": ledger.keys.fingerprint,
        "anchored": False,
    }


def test_what_was_not_looked_at_is_not_called_checked() -> None:
    found = verify_entries(sample(3).rows)

    assert found.ok
    assert found.checked == Checked(chain=True, tree=False, signatures=False, index=False, readings=False)
    assert not found.anchored


def test_a_ledger_without_entries_is_no_ledger() -> None:
    found = verify_entries([])

    assert codes(found) == [(0, "ledger-empty")]
    assert (found.size, found.root, found.opened) == (0, EMPTY_ROOT, None)


@pytest.mark.parametrize("seq", [1, 2, 3, 4, 5, 6])
def test_a_changed_entry_is_named(seq: int) -> None:
    ledger = sample(8)

    found = verify_entries(altered(ledger.rows, seq), nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])

    assert codes(found) == [(seq, "entry-changed")]
    assert found.root is None


def test_the_report_says_what_an_auditor_can_look_up() -> None:
    ledger = sample(8)
    rows = altered(ledger.rows, 3)

    found = verify_entries(rows)

    recorded, stored = ledger.entries[3].leaf_hash.hex()[:16], _leaf(rows[3][1])[:16]
    assert found.problems == (
        Problem(
            3,
            "entry-changed",
            f"Entry 3 was changed after entry 4 was recorded: entry 4 holds the fingerprint {recorded}… of it, "
            f"but the stored bytes have the fingerprint {stored}….",
        ),
    )


def _leaf(data: bytes) -> str:
    from thread.ledger import leaf_hash

    return leaf_hash(data).hex()


def test_a_changed_link_is_put_down_to_the_entry_that_holds_it() -> None:
    ledger = sample(8)
    link = ledger.entries[3].leaf_hash.hex().encode()

    found = verify_entries(altered(ledger.rows, 4, link, b"0" * 64), nodes=ledger.nodes)

    assert codes(found) == [(4, "entry-changed")]
    assert found.problems[0].text == (
        "Entry 4 was changed: it fits neither the entry before it nor the entry after it. "
        "Entry 3 may have been changed too."
    )


def test_a_changed_link_in_the_last_but_one_entry_is_put_down_to_it() -> None:
    ledger = sample(8)
    link = ledger.entries[5].leaf_hash.hex().encode()

    found = verify_entries(altered(ledger.rows, 6, link, b"0" * 64), nodes=ledger.nodes)

    assert codes(found) == [(6, "entry-changed")]


def test_two_changed_entries_far_apart_are_both_found() -> None:
    ledger = sample(8)

    found = verify_entries(altered(altered(ledger.rows, 2), 5), nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])

    assert codes(found) == [(2, "entry-changed"), (5, "entry-changed")]


def test_a_changed_entry_does_not_hide_a_rewritten_end() -> None:
    ledger = sample(8)
    rewritten = chained([received(66, "1"), received(77, "1")], ledger.entries[:6])

    found = verify_entries(altered(Sample(rewritten).rows, 2), checkpoints=[ledger.checkpoint(4), ledger.checkpoint()])

    assert codes(found) == [(2, "entry-changed"), (4, "root-differs")]
    assert "One of the entries 4 to 7 was changed" in found.problems[1].text


def test_neighbours_that_are_both_changed_are_told_together() -> None:
    ledger = sample(9)
    three = altered(altered(altered(ledger.rows, 2), 3), 4)

    found = verify_entries(three, nodes=ledger.nodes, kept=[ledger.checkpoint()])

    assert codes(found) == [(4, "entry-changed"), (None, "root-unknown")]
    assert "Entries 2 to 3 may have been changed too." in found.problems[0].text
    assert not found.checked.tree


def test_a_wholly_changed_ledger_gives_a_short_report() -> None:
    ledger = sample(60)
    rows = [(seq, data.replace(b'"KGM"', b'"GRM"')) for seq, data in ledger.rows]

    found = verify_entries(rows, nodes=ledger.nodes, kept=[ledger.checkpoint()])

    assert [problem.code for problem in found.problems] == ["entry-changed"] * 4 + ["root-unknown"]
    assert found.problems[0].text.startswith("Entries 1 to 16 do not fit together: entry 2 holds the fingerprint ")


@pytest.mark.parametrize("size", [2, 8])
def test_a_change_in_the_last_entry_is_found_by_the_checkpoint(size: int) -> None:
    ledger = sample(size)
    rows = altered(ledger.rows, size - 1)

    assert verify_entries(rows).ok
    found = verify_entries(rows, kept=[ledger.checkpoint(size - 1), ledger.checkpoint()])

    assert codes(found) == [(size - 1, "root-differs")]
    assert f"Entry {size - 1} was changed after it was signed." in found.problems[0].text


def test_a_changed_link_in_the_last_entry_names_the_pair() -> None:
    ledger = sample(8)
    link = ledger.entries[6].leaf_hash.hex().encode()

    found = verify_entries(altered(ledger.rows, 7, link, b"0" * 64), nodes=ledger.nodes)

    assert codes(found) == [(6, "entry-changed"), (6, "node-differs")]
    assert found.problems[0].text.startswith("Entries 6 and 7 do not fit together: entry 7 holds the fingerprint")


def test_a_link_before_the_first_entry_is_refused() -> None:
    ledger = sample(4)

    found = verify_entries(altered(ledger.rows, 0, b"0" * 64, b"1" * 64), nodes=ledger.nodes)

    assert codes(found) == [(0, "entry-changed")]
    assert "nothing comes before the first entry" in found.problems[0].text


@pytest.mark.parametrize("seq", [1, 4, 6])
def test_a_missing_entry_is_named_and_nothing_else(seq: int) -> None:
    ledger = sample(8)
    rows = [row for row in ledger.rows if row[0] != seq]

    found = verify_entries(rows, nodes=ledger.nodes, checkpoints=[ledger.checkpoint(7), ledger.checkpoint()])

    assert found.problems == (Problem(seq, "entry-missing", f"Entry {seq} is missing."),)
    assert (found.size, found.root) == (8, None)


def test_several_missing_entries_are_counted() -> None:
    ledger = sample(9)
    rows = [row for row in ledger.rows if row[0] not in {3, 4, 5}]

    found = verify_entries(rows, nodes=ledger.nodes, kept=[ledger.checkpoint(3), ledger.checkpoint()])

    assert [problem.text for problem in found.problems] == [
        "Entries 3 to 5 (3 entries) are missing.",
        (
            "The root of the checkpoint of size 9 that you kept could not be computed: too many entries before it are "
            "missing or changed."
        ),
    ]
    assert not found.checked.tree


def test_a_changed_entry_after_a_gap_is_found_too() -> None:
    ledger = sample(9)
    rows = [row for row in altered(ledger.rows, 7) if row[0] not in {3, 4, 5}]

    assert codes(verify_entries(rows)) == [(3, "entry-missing"), (7, "entry-changed")]


def test_a_missing_first_entry_is_missed() -> None:
    ledger = sample(5)

    found = verify_entries(ledger.rows[1:], nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])

    assert codes(found) == [(0, "entry-missing")]
    assert found.opened is None
    assert not found.checked.signatures


def test_a_gap_after_entries_that_do_not_fit_leaves_both_told() -> None:
    ledger = sample(9)
    rows = [row for row in altered(ledger.rows, 3) if row[0] != 5]

    assert codes(verify_entries(rows, nodes=ledger.nodes)) == [(3, "entry-changed"), (5, "entry-missing")]


def test_exchanged_entries_are_both_named() -> None:
    ledger = sample(8)
    rows = ledger.rows
    rows[3], rows[5] = (3, rows[5][1]), (5, rows[3][1])

    found = verify_entries(rows, nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])

    assert codes(found) == [(3, "entry-moved"), (5, "entry-moved")]
    assert found.problems[0].text.startswith("In place 3 stands an entry that calls itself number 5:")


def test_exchanged_neighbours_are_both_named() -> None:
    ledger = sample(8)
    rows = ledger.rows
    rows[3], rows[4] = (3, rows[4][1]), (4, rows[3][1])

    assert codes(verify_entries(rows, nodes=ledger.nodes)) == [(3, "entry-moved"), (4, "entry-moved")]


def test_an_inserted_entry_moves_all_that_follow() -> None:
    ledger = sample(6)
    alien = written(3, ledger.entries[2].leaf_hash, received(99), key="alien")
    data = [entry.data for entry in [*ledger.entries[:3], alien, *ledger.entries[3:]]]

    found = verify_entries(list(enumerate(data)), kept=[ledger.checkpoint()])

    assert codes(found)[:3] == [(4, "entry-moved"), (5, "entry-moved"), (6, "entry-moved")]


def test_rows_out_of_order_or_twice_are_refused() -> None:
    rows = sample(5).rows

    found = verify_entries([*rows[:4], rows[1], rows[4]])

    assert found.problems == (Problem(4, "entry-out-of-order", "A row numbered 1 comes where entry 4 should follow."),)
    assert found.root is None


def test_bytes_that_are_no_entry_are_told_with_the_reason() -> None:
    ledger = sample(8)
    rows = altered(ledger.rows, 3, b'{"actor"', b'{ "actor"')

    found = verify_entries(rows, nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])

    assert codes(found) == [(3, "entry-malformed")]
    assert "at byte 1 stands ' \"actor\"'" in found.problems[0].text


def test_unreadable_neighbours_lose_the_tree_but_not_the_chain() -> None:
    ledger = sample(9)
    rows = ledger.rows
    rows[3], rows[4] = (3, b"?"), (4, b"?")
    rows = altered(rows, 6)

    found = verify_entries(rows, nodes=ledger.nodes)

    assert codes(found) == [(3, "entry-malformed"), (4, "entry-malformed"), (6, "entry-changed")]


def test_an_unreadable_entry_after_entries_that_do_not_fit_leaves_both_told() -> None:
    ledger = sample(9)
    rows = altered(ledger.rows, 3)
    rows[5] = (5, b"?")

    assert codes(verify_entries(rows, nodes=ledger.nodes)) == [(3, "entry-changed"), (5, "entry-malformed")]


def test_an_unreadable_entry_right_after_a_changed_one() -> None:
    ledger = sample(9)
    rows = altered(ledger.rows, 3)
    rows[4] = (4, b"?")

    found = verify_entries(rows, nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])

    assert (4, "entry-malformed") in codes(found)
    assert not found.ok


def test_an_unreadable_last_entry_is_told() -> None:
    ledger = sample(4)
    rows = [*ledger.rows[:3], (3, b"")]

    found = verify_entries(rows, nodes=ledger.nodes, kept=[ledger.checkpoint()])

    assert codes(found) == [(3, "entry-malformed"), (None, "root-unknown")]


def test_a_clock_that_went_back_is_told() -> None:
    first = sample_entries(1)[0]
    second = written(1, first.leaf_hash, received(1), recorded_at_us=CLOCK_US)
    third = written(2, second.leaf_hash, received(2))

    found = verify_entries(Sample([first, second, third]).rows)

    assert codes(found) == [(1, "time-not-increasing")]
    assert "2026-03-08T20:00:00.000000Z, not later than entry 0" in found.problems[0].text


def test_a_key_that_was_used_twice_is_told_with_both_entries() -> None:
    first = sample_entries(1)[0]
    second = written(1, first.leaf_hash, received(1), key="clerk-1/0")
    third = written(2, second.leaf_hash, received(2), key="clerk-1/0")

    found = verify_entries(Sample([first, second, third]).rows)

    assert [problem.text for problem in found.problems] == [
        "Entry 1 bears the same key as entry 0; what was told twice may be recorded only once.",
        "Entry 2 bears the same key as entry 0; what was told twice may be recorded only once.",
    ]


def test_a_ledger_must_be_opened_by_its_first_entry() -> None:
    found = verify_entries(Sample(chained([received(0), received(1)])).rows)

    assert codes(found) == [(0, "opening-malformed")]
    assert "its type is 'received', not 'ledger.opened'" in found.problems[0].text


def test_a_ledger_is_opened_once() -> None:
    found = verify_entries(Sample(chained([opening(), received(1), opening()])).rows)

    assert codes(found) == [(2, "opened-again")]


def test_a_cut_tail_is_found_by_a_checkpoint() -> None:
    ledger = sample(8)

    found = verify_entries(ledger.rows[:5], checkpoints=[ledger.checkpoint()], kept=[ledger.checkpoint(7)])

    assert found.problems == (
        Problem(
            5,
            "tail-missing",
            "The ledger ends after 5 entries, but the checkpoint of size 8 stored with the ledger counts 8: "
            "the last 3 entries are missing.",
        ),
    )


def test_one_entry_cut_off_is_told_in_the_singular() -> None:
    ledger = sample(8)

    found = verify_entries(ledger.rows[:7], kept=[ledger.checkpoint()])

    assert found.problems[0].text.endswith("that you kept counts 8: the last entry is missing.")


def test_a_cut_tail_is_found_by_nodes_that_stayed() -> None:
    ledger = sample(8)

    found = verify_entries(ledger.rows[:5], nodes=ledger.nodes)

    assert [problem.text for problem in found.problems] == [
        "The stored tree node over entries 4 to 5 stands over entries that are missing."
    ]


def test_a_ledger_rewritten_from_an_entry_on_is_found_by_older_checkpoints() -> None:
    ledger = sample(8)
    rewritten = Sample(chained([received(number, "1") for number in range(5, 8)], ledger.entries[:5]))

    found = verify_entries(
        rewritten.rows,
        nodes=rewritten.nodes,
        checkpoints=[ledger.checkpoint(size) for size in (3, 5, 6, 7)],
        kept=[ledger.checkpoint(4), ledger.checkpoint()],
    )

    assert codes(found) == [(5, "root-differs"), (5, "root-differs")]
    assert [problem.text for problem in found.problems] == [
        (
            "The stored entries do not give the root of the checkpoint of size 6 stored with the ledger. "
            "Entry 5 was changed after it was signed."
        ),
        (
            "The stored entries do not give the root of the checkpoint of size 8 that you kept. "
            "One of the entries 4 to 7 was changed after it was signed. "
            "What is stored beside the entries points to entry 5 or later."
        ),
    ]


def test_a_ledger_rewritten_and_signed_again_is_found_by_a_kept_checkpoint() -> None:
    ledger = sample(8)
    rewritten = Sample(chained([received(number, "1") for number in range(5, 8)], ledger.entries[:5]))

    found = verify_entries(
        rewritten.rows, nodes=rewritten.nodes, checkpoints=[rewritten.checkpoint()], kept=[ledger.checkpoint()]
    )

    assert codes(found) == [(0, "root-differs")]
    assert found.problems[0].text.endswith(
        "Another checkpoint of the same size has another root: two histories of this ledger were signed."
    )


@pytest.mark.requirement("INT-3")
def test_a_ledger_written_anew_with_other_keys_is_found_by_the_key_of_its_owner() -> None:
    keys = signing_keys("b")
    forged = Sample(chained([opening(keys), received(1)]), keys)

    alone = verify_entries(forged.rows, checkpoints=[forged.checkpoint()])
    anchored = verify_entries(
        forged.rows, checkpoints=[forged.checkpoint()], verifier_keys=signing_keys().verifier_keys
    )

    assert alone.ok
    assert not alone.anchored
    assert codes(anchored) == [(0, "keys-differ"), (None, "checkpoint-not-signed")]
    assert signing_keys("b").fingerprint in anchored.problems[0].text


def test_one_of_the_two_keys_is_enough_to_anchor() -> None:
    ledger = sample(3)

    found = verify_entries(ledger.rows, checkpoints=[ledger.checkpoint()], verifier_keys=[ledger.keys.verifier_keys[1]])

    assert found.ok
    assert found.anchored


def test_the_right_fingerprint_anchors_what_is_signed_with_those_keys() -> None:
    ledger = sample(5)
    told = ledger.keys.fingerprint.upper()

    found = verify_entries(ledger.rows, checkpoints=[ledger.checkpoint(3)], fingerprint=f"{told[:32]} {told[32:]}\n")
    unsigned = verify_entries(ledger.rows, fingerprint=told)
    alone = verify_entries(ledger.rows, checkpoints=[ledger.checkpoint(3)])

    assert (found.ok, found.anchored, found.vouched, found.results["keys"]) == (True, True, 3, "good")
    assert (unsigned.ok, unsigned.anchored, unsigned.vouched, unsigned.results["keys"]) == (True, False, 0, "good")
    assert (alone.ok, alone.anchored, alone.results["keys"]) == (True, False, "not done")


def test_another_fingerprint_is_told_with_the_one_that_the_ledger_has() -> None:
    ledger, expected = sample(3), signing_keys("b").fingerprint

    found = verify_entries(ledger.rows, checkpoints=[ledger.checkpoint()], fingerprint=expected)

    assert codes(found) == [(0, "keys-differ")]
    assert expected in found.problems[0].text
    assert ledger.keys.fingerprint in found.problems[0].text
    assert not found.anchored
    assert found.results["keys"] == "bad"


@pytest.mark.parametrize("text", ["", "12", "g" * 64, "0" * 63, "٣" * 64])
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    with pytest.raises(KeyMalformed, match="64 hex digits"):
        verify_entries(sample(2).rows, fingerprint=text)


def test_a_check_is_bad_where_a_problem_of_it_is_told_and_good_only_where_none_is() -> None:
    ledger = sample(8)

    good = verify_entries(ledger.rows, nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])
    changed = verify_entries(altered(ledger.rows, 3), nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])
    cut = verify_entries(ledger.rows[:5], nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])
    bare = verify_entries(ledger.rows)

    told = [[found.results[name] for name in ("chain", "tree", "signatures")] for found in (good, changed, cut, bare)]
    assert told == [
        ["good", "good", "good"],
        ["bad", "bad", "good"],
        ["good", "bad", "good"],
        ["good", "not done", "not done"],
    ]
    assert good.results["index"] == good.results["readings"] == "not done"


def test_a_cut_tail_is_told_once() -> None:
    ledger = sample(8)

    found = verify_entries(ledger.rows[:5], nodes=ledger.nodes, checkpoints=[ledger.checkpoint()])

    assert codes(found) == [(5, "tail-missing")]


def test_bytes_that_are_no_text_are_told_in_our_own_words() -> None:
    ledger = sample(4)
    rows = ledger.rows
    rows[2] = (2, b"\xff\xfe\x00garbage")

    found = verify_entries(rows)

    assert found.problems[0].text.endswith("they are not JSON (from byte 0 on they are not text in UTF-8).")


def test_keys_of_another_ledger_do_not_anchor() -> None:
    found = verify_entries(sample(3).rows, verifier_keys=signing_keys(origin="example.com/other").verifier_keys)

    assert codes(found) == [(0, "keys-differ")]


def test_a_checkpoint_of_another_ledger_is_told() -> None:
    ledger = sample(3)
    other = Sample(ledger.entries, signing_keys(origin="example.com/other")).checkpoint()

    found = verify_entries(ledger.rows, kept=[other])

    assert codes(found) == [(None, "origin-differs")]
    assert found.problems[0].text == (
        "The checkpoint of size 3 that you kept is of the ledger example.com/other, "
        "but this ledger is example.com/plant-7."
    )


def test_a_checkpoint_with_a_wrong_signature_is_told_and_proves_nothing() -> None:
    ledger = sample(4)
    forged = ledger.checkpoint(3).replace(b"\n3\n", b"\n2\n")

    found = verify_entries(ledger.rows, checkpoints=[forged, ledger.checkpoint()])

    assert codes(found) == [(None, "signature-invalid")]
    assert found.problems[0].text.startswith("The checkpoint of size 2 stored with the ledger does not count: the sig")
    assert found.checked.tree


def test_a_checkpoint_that_only_one_key_signed_is_told() -> None:
    ledger = sample(3)
    checkpoint = Checkpoint(ledger.keys.name, 0, EMPTY_ROOT)
    one_key = sign_checkpoint(checkpoint, ledger.keys.signers[:1], SIGNED_AT)

    found = verify_entries(ledger.rows, checkpoints=[one_key])

    assert codes(found) == [(None, "signature-missing")]
    assert "(ML_DSA_44)" in found.problems[0].text


def test_a_checkpoint_that_cannot_be_read_is_told() -> None:
    found = verify_entries(sample(3).rows, checkpoints=[b"x"], kept=[b""])

    assert codes(found) == [(None, "checkpoint-malformed"), (None, "checkpoint-malformed")]
    assert found.problems[0].text.startswith("A checkpoint that you kept cannot be used: ")
    assert found.problems[1].text.startswith("A checkpoint stored with the ledger cannot be used: ")


def test_a_signed_empty_ledger_with_a_wrong_root_is_told() -> None:
    ledger = sample(3)
    checkpoint = Checkpoint(ledger.keys.name, 0, bytes(32))
    wrong = sign_checkpoint(checkpoint, ledger.keys.signers, SIGNED_AT)

    found = verify_entries(ledger.rows, checkpoints=[wrong])

    assert codes(found) == [(0, "root-differs")]
    assert found.problems[0].text.endswith("A ledger without entries has another root: the checkpoint is wrong.")


def test_a_kept_checkpoint_bears_out_that_one_entry_is_the_only_change() -> None:
    ledger = sample(8)

    found = verify_entries(
        altered(ledger.rows, 3), kept=[ledger.checkpoint(2), ledger.checkpoint(6), ledger.checkpoint()]
    )

    assert codes(found) == [(3, "entry-changed"), (3, "root-differs")]
    assert found.problems[1].text == (
        "The stored entries do not give the root of the checkpoint of size 6 that you kept. The entries named in this "
        "report are the only reason: put back as they were recorded, the first 6 entries give that root."
    )


def test_changed_missing_and_surplus_nodes_are_told_where_they_lie() -> None:
    ledger = sample(8)
    nodes = [(node.level, node.position, node.hash) for node in ledger.nodes]
    places = [(level, position) for level, position, _ in nodes]
    changed = [(2, 0, bytes(32)) if node[:2] == (2, 0) else node for node in nodes]
    without = [node for node in nodes if node[:2] != (1, 2)]
    twice = [nodes[0], *nodes]

    assert places == [(1, 0), (1, 1), (2, 0), (1, 2), (1, 3), (2, 1), (3, 0)]
    assert codes(verify_entries(ledger.rows, nodes=changed)) == [(0, "node-differs")]
    assert codes(verify_entries(ledger.rows, nodes=without)) == [(4, "node-missing")]
    assert codes(verify_entries(ledger.rows, nodes=twice)) == [(0, "node-unknown")]


def test_leaves_stored_as_nodes_are_compared_too() -> None:
    ledger = sample(4)
    leaves = [(0, entry.seq, entry.leaf_hash) for entry in ledger.entries]
    nodes: list[tuple[int, int, bytes]] = sorted(
        [*leaves, *ledger.nodes], key=lambda node: (((node[1] + 1) << node[0]) - 1, node[0])
    )
    wrong = [(0, 2, bytes(32)) if node[:2] == (0, 2) else node for node in nodes]

    assert verify_entries(ledger.rows, nodes=nodes).ok
    found = verify_entries(ledger.rows, nodes=wrong)

    assert [problem.text for problem in found.problems] == [
        "The stored tree node of entry 2 is not the one that the entries give: it or they were changed."
    ]


def test_a_stretch_of_differing_nodes_is_told_once() -> None:
    ledger = sample(16)
    rewritten = Sample(chained([received(number, "1") for number in range(5, 16)], ledger.entries[:5]))

    found = verify_entries(rewritten.rows, nodes=ledger.nodes)

    assert codes(found) == [(4, "node-differs")]


def test_what_a_damaged_database_hands_over_is_told_and_never_stops_the_check() -> None:
    ledger = sample(4)
    rows: Any = [("0", b"x"), (-1, b"x"), (0, "text"), (1, None), (2, memoryview(b"x")), (3, 3.5), (2**60, b"")]
    nodes: Any = [(2**70, 1, b""), ("1", 0, b""), (1, -1, b""), (1, 0, None)]

    found = verify_entries(rows, nodes=nodes, kept=[ledger.checkpoint()])

    assert {code for _, code in codes(found)} == {
        "entry-out-of-order",
        "entry-malformed",
        "entry-missing",
        "node-unknown",
        "root-unknown",
    }


def test_the_highest_seq_is_no_trouble() -> None:
    first = sample_entries(1)[0]
    last = raw(2**53 - 1, first.leaf_hash)

    found = verify_entries([(0, first.data), (2**53 - 1, last)])

    assert codes(found) == [(1, "entry-missing")]
    assert found.size == 2**53


def test_many_problems_of_one_kind_are_counted() -> None:
    ledger = sample(50)
    rows = [(seq, data if seq % 2 else b"?") for seq, data in ledger.rows]

    found = verify_entries(rows)

    assert [problem.code for problem in found.problems].count("entry-malformed") == MAX_PER_CODE + 1
    assert found.problems[-1] == Problem(
        40, "entry-malformed", "5 more problems of this kind were found, the last at entry 48."
    )


def test_many_problems_about_no_entry_are_counted_without_one() -> None:
    found = verify_entries(sample(1).rows, checkpoints=[b""] * (MAX_PER_CODE + 3))

    assert found.problems[-1] == Problem(None, "checkpoint-malformed", "3 more problems of this kind were found.")


def test_progress_is_told_every_thousand_rows() -> None:
    told: list[int] = []
    entry = sample_entries(1)[0]

    verify_entries([(seq, entry.data) for seq in range(2_001)], progress=told.append)

    assert told == [1_000, 2_000]


def test_rows_are_read_one_by_one() -> None:
    ledger = sample(8)
    nodes, read = iter(ledger.nodes), iter(ledger.rows)

    assert verify_entries(read, nodes=nodes, checkpoints=iter([ledger.checkpoint()])).ok
    assert list(read) == []


def test_a_long_ledger_is_verified_across_batches() -> None:
    entries: list[Entry] = []
    prev = ZERO_PREV
    for seq in range(2_500):
        entries.append(written(seq, prev, received(seq) if seq else opening()))
        prev = entries[-1].leaf_hash
    ledger = Sample(entries)

    found = verify_entries(ledger.rows, nodes=ledger.nodes, kept=[ledger.checkpoint(1_024), ledger.checkpoint(2_000)])

    assert found.ok
    assert found.size == 2_500
    assert codes(verify_entries(altered(ledger.rows, 1_500), nodes=ledger.nodes)) == [(1_500, "entry-changed")]
