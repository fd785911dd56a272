"""What others sign under our checkpoints is kept and served byte for byte."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import receipt
from tests.stores.test_keys import keys_of
from thread.errors import ThreadError
from thread.ledger import CheckpointMalformed, KeySchedule, read_checkpoint, sign_checkpoint
from thread.ledger.checkpoint import MAX_SIGNATURES
from thread.service import CheckpointMissing, Ledger
from thread.service.cosigning import CosignatureRefused, cosignature_lines, told_size
from thread.store.refusals import CosignaturesTooMany

WITNESS = keys_of("w", "witness.example/w1")


def witnessed(note: bytes, timestamp: int = 1_800_000_100) -> bytes:
    """Return the signature lines of a witness under a checkpoint."""
    signed = sign_checkpoint(read_checkpoint(note).checkpoint, WITNESS.signers, timestamp)
    return signed.split(b"\n\n", 1)[1]


def line(number: int) -> bytes:
    return f"\u2014 witness.example/{number} {b64encode(bytes([0, 0, 0, number, 1])).decode()}\n".encode()


@pytest.mark.requirement("EVI-4")
def test_a_checkpoint_that_a_witness_signed_keeps_its_lines_byte_for_byte(
    ledger: Ledger, again: Callable[[], Ledger]
) -> None:
    note = ledger.checkpoint()
    lines = witnessed(note)

    kept = ledger.add_cosignatures(note + lines)

    assert kept == (2, 2, 2)
    assert ledger.checkpoint() == ledger.latest_checkpoint() == note + lines
    assert ledger.checkpoints() == (note + lines,)
    assert ledger.inclusion_proof(0).checkpoint == note + lines
    ledger.record(receipt("STEEL-1"))
    with again() as reopened:
        assert reopened.checkpoints() == (note + lines,)
        reopened.rebuild()
        assert reopened.checkpoints() == (note + lines,)
        assert reopened.verify().ok


def test_bare_lines_belong_under_the_newest_checkpoint_and_are_kept_once(ledger: Ledger) -> None:
    ledger.checkpoint()
    ledger.record(receipt("STEEL-1"))
    note = ledger.checkpoint()
    lines = witnessed(note)

    assert ledger.add_cosignatures(lines) == (4, 2, 2)
    assert ledger.add_cosignatures(lines + line(1) + line(1)) == (4, 1, 3)
    assert ledger.add_cosignatures(note + lines) == (4, 0, 3)
    assert ledger.latest_checkpoint() == note + lines + line(1)


def test_an_older_checkpoint_is_found_by_its_size(ledger: Ledger) -> None:
    old = ledger.checkpoint()
    ledger.record(receipt("STEEL-1"))
    new = ledger.checkpoint()

    assert ledger.add_cosignatures(old + line(1)).size == 2
    assert ledger.checkpoints() == (old + line(1), new)


def test_signatures_by_keys_that_nobody_knows_are_kept_and_passed_over(ledger: Ledger) -> None:
    ledger.add_cosignatures(ledger.checkpoint() + line(1))

    found = ledger.verify(verifier_keys=ledger.opened.keys)

    assert (found.ok, found.vouched) == (True, 2)


def test_a_witness_that_is_known_bears_out_the_ledger(ledger: Ledger) -> None:
    note = ledger.checkpoint()
    ledger.add_cosignatures(note + witnessed(note))

    found = ledger.verify(verifier_keys=WITNESS.verifier_keys)

    assert (found.ok, found.anchored, found.vouched) == (True, True, 2)


@pytest.mark.requirement("EVI-4")
def test_what_belongs_to_another_checkpoint_or_bears_our_own_name_is_refused(ledger: Ledger) -> None:
    note = ledger.checkpoint()
    checkpoint = read_checkpoint(note).checkpoint
    other = note.replace(note.split(b"\n")[2], b"A" * 43 + b"=", 1)
    forged = sign_checkpoint(checkpoint, ledger.signers_at(2), 1_800_000_500)

    with pytest.raises(CosignatureRefused, match="of another checkpoint"):
        ledger.add_cosignatures(other + line(1))
    with pytest.raises(CosignatureRefused, match="the ledger's own key"):
        ledger.add_cosignatures(forged)
    with pytest.raises(CheckpointMissing):
        ledger.add_cosignatures(note.replace(b"\n2\n", b"\n3\n", 1) + line(1))
    with pytest.raises(CheckpointMalformed):
        ledger.add_cosignatures(b"anything")
    with pytest.raises(CosignatureRefused, match="more than 7000 characters"):
        ledger.add_cosignatures(f"\u2014 w {b64encode(bytes(6_000)).decode()}\n".encode())
    assert ledger.latest_checkpoint() == note


def test_there_is_nothing_to_sign_under_before_a_checkpoint_is_signed(ledger: Ledger) -> None:
    with pytest.raises(CheckpointMissing):
        ledger.add_cosignatures(line(1))


def test_a_checkpoint_has_no_more_lines_than_are_read(ledger: Ledger) -> None:
    note = ledger.checkpoint()
    for start in (0, 31):
        ledger.add_cosignatures(b"".join(line(number) for number in range(start, start + 31)))

    with pytest.raises(CosignaturesTooMany):
        ledger.add_cosignatures(line(100))
    assert len(read_checkpoint(ledger.latest_checkpoint()).signatures) == MAX_SIGNATURES
    assert ledger.latest_checkpoint().startswith(note)
    assert ledger.verify().ok


def test_a_ledger_of_an_earlier_release_takes_cosignatures(
    ledger: Ledger, path: Path, again: Callable[[], Ledger]
) -> None:
    note = ledger.checkpoint()
    ledger.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP TABLE cosignatures")
    with again() as old:
        assert old.latest_checkpoint() == note
        assert old.verify().ok

        old.add_cosignatures(line(1))

        assert old.latest_checkpoint() == note + line(1)
        assert old.verify().ok


def test_a_cosignature_that_was_altered_behind_the_back_of_the_ledger_is_found_with_its_key(
    ledger: Ledger, path: Path
) -> None:
    note = ledger.checkpoint()
    ledger.add_cosignatures(note + witnessed(note))
    changed = witnessed(note, 1_800_000_101).decode().split("\n")[0]
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER cosignatures_refuse_update")
        connection.execute(
            "UPDATE cosignatures SET line = ? WHERE position = 0", (f"{changed[:-8]}AAAA{changed[-4:]}\n",)
        )

    found = ledger.verify(verifier_keys=WITNESS.verifier_keys)

    assert "trigger-missing" in {problem.code for problem in found.problems}
    assert "signature-invalid" in {problem.code for problem in found.problems}


@given(
    st.binary(max_size=300)
    | st.builds(lambda at, more: line(1)[:at] + more, st.integers(0, 40), st.binary(max_size=40))
    | st.builds(lambda text: f"\u2014 {text}\n".encode("utf-8", "surrogatepass"), st.text(max_size=60))
)
def test_no_bytes_make_the_reader_raise_anything_of_its_own(data: bytes) -> None:
    note = sign_checkpoint(read_checkpoint(SIGNED).checkpoint, keys_of("k").signers, 1)
    try:
        told_size(data)
        found = cosignature_lines(data, note, KeySchedule("plant.example", ()))
    except ThreadError:
        return
    assert "".join(found).encode() == b"".join(dict.fromkeys(data.splitlines(keepends=True)))


SIGNED = f"plant.example\n1\n{b64encode(bytes(32)).decode()}\n\n".encode() + line(1)
