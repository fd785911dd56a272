"""An index that is not the one that the entries give is found, whoever signed it, and so are tables behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import receipt
from tests.properties.test_index import Lists, plain_index_root
from tests.stores.test_altered import alter, told
from tests.stores.test_recording import day
from thread.ledger.index import IndexEntryMalformed, verify_subject_list
from thread.service import Ledger
from thread.service.proofs import IndexMissing, SubjectKindUnknown
from thread.store.subject_index import stored_lists
from thread.store.writer import SqliteWriter


def lists_of(ledger: Ledger) -> Lists:
    """What the entries say, as the tables hold it before anybody lied."""
    with ledger._store.reading() as reader:
        return {
            (kind, name): list(seqs) for kind, name, seqs in stored_lists(reader.connection, start=0, stop=reader.size)
        }


def sign_index(ledger: Ledger, lists: Lists, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign a checkpoint over an index of these lists, as a plant could that wrote a program of its own."""
    with monkeypatch.context() as patch:
        patch.setattr(SqliteWriter, "index_root", lambda *_: plain_index_root(lists))
        ledger.checkpoint()


def used_steel(lists: Lists) -> tuple[str, str]:
    return next(key for key in lists if key[0] == "lot.used" and key[1].endswith("/STEEL-1"))


@pytest.mark.requirement("EVI-2")
def test_a_signed_index_that_omits_an_entry_is_found(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    day(ledger)
    lists = lists_of(ledger)
    kept_back = used_steel(lists)
    left = lists[kept_back][:-1]
    others = {key: seqs for key, seqs in lists.items() if key != kept_back}
    sign_index(ledger, {**others, kept_back: left} if left else others, monkeypatch)

    verdict = ledger.verify()

    assert (7, "index-differs") in told(verdict)
    assert verdict.results["index"] == "bad"
    assert verdict.problems[0].text.startswith(
        "The index in entry 7 is not the one that the entries before it give: it leaves out an entry about a subject, "
        "or lists one that is not about it."
    )


@pytest.mark.requirement("EVI-2")
def test_a_signed_index_that_lists_a_foreign_entry_is_found(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    day(ledger)
    lists = lists_of(ledger)
    used = used_steel(lists)
    sign_index(ledger, {**lists, used: sorted({*lists[used], 1})}, monkeypatch)

    assert (7, "index-differs") in told(ledger.verify())


def test_an_index_that_was_right_stays_right_beside_one_that_is_not(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    day(ledger)
    ledger.checkpoint()
    ledger.record(receipt("STEEL-9"))
    sign_index(ledger, {("lot.made", "made up"): [3]}, monkeypatch)
    ledger.record(receipt("STEEL-10"))
    ledger.checkpoint()

    assert [seq for seq, code in told(ledger.verify()) if code == "index-differs"] == [9]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE index_leaves SET count = count + 1 WHERE rowid_key", "The table index_leaves says that "),
        ("DELETE FROM index_leaves WHERE rowid_key", "The entries say that the index lists "),
        ("UPDATE index_nodes SET hash = zeroblob(32) WHERE bits = 4", "The table index_nodes says that "),
        ("UPDATE meta SET value = '3' WHERE name = 'indexed'", "The index is noted as being over 3 entries"),
    ],
)
def test_tables_of_the_index_that_were_altered_are_found_and_made_anew(
    ledger: Ledger, path: Path, again: Callable[[], Ledger], statement: str, words: str
) -> None:
    day(ledger)
    ledger.checkpoint()
    ledger.close()
    alter(path, statement.replace("rowid_key", "key = (SELECT min(key) FROM index_leaves)"))

    with again() as altered:
        verdict = altered.verify()
        altered.rebuild()

        assert [problem.text for problem in verdict.problems if problem.text.startswith(words)]
        assert {code for _, code in told(verdict)} == {"projection-differs"}
        assert altered.verify().ok


def test_a_list_is_proven_as_of_the_newest_index_and_absence_too(ledger: Ledger) -> None:
    with pytest.raises(IndexMissing, match="sign one"):
        ledger.subject_proof("party", "ACME")
    day(ledger)
    with pytest.raises(IndexMissing):
        ledger.subject_proof("lot.used", "STEEL-1")
    ledger.checkpoint()

    used = ledger.subject_proof("lot.used", "STEEL-1")
    ledger.record(receipt("STEEL-9"))
    nothing = ledger.subject_proof("party", "NOBODY")

    assert used.name.endswith("/STEEL-1")
    assert used.seqs
    for one in (used, nothing):
        assert one.covers == 7
        verify_subject_list(root=one.index_root, kind=one.kind, name=one.name, seqs=one.seqs, proof=one.proof)
    assert nothing.seqs == ()
    with pytest.raises(SubjectKindUnknown, match=r"'lot.eaten' is no kind of subject; tell one of activity.in"):
        ledger.subject_proof("lot.eaten", "STEEL-1")


def test_an_empty_ledger_has_an_empty_index(ledger: Ledger) -> None:
    ledger.checkpoint()

    proof = ledger.subject_proof("item", "anything")

    assert (proof.seqs, proof.covers, proof.proof) == ((), 1, b"")
    assert ledger.verify().ok
    assert ledger.size == 2


def test_an_index_is_told_once_where_nothing_was_recorded_since(ledger: Ledger) -> None:
    day(ledger)
    first = ledger.checkpoint()

    assert ledger.checkpoint() == first
    assert ledger.size == 8


def test_memory_of_what_waits_is_bounded_and_the_index_is_the_same(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thread.store.subject_index._MOST_WAITING", 2)
    day(ledger)
    ledger.checkpoint()
    assert ledger.verify().ok
    ledger.rebuild()
    assert ledger.verify().ok


@pytest.mark.parametrize(
    "harm",
    [{"root": "00"}, {"covers": -1}, {"covers": "7"}, {"more": "x"}, {"v": 2}, {"root": "G" * 64}, {"subjects": True}],
)
def test_an_entry_that_tells_no_index_is_refused_by_its_reader(harm: dict[str, object]) -> None:
    from thread.ledger.index import index_event, read_index_event

    event = index_event(event_id="id", event_time="t", root=bytes(32), subjects_version=1, covers=7)

    with pytest.raises(IndexEntryMalformed, match="this is no entry of the index"):
        read_index_event({**event, **harm})
