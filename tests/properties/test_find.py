"""Whatever things are called, a search finds them, and the answer is that of a plain scan over all that was told."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.builders import item, order, pack, production, receipt, shipment
from thread import Ledger
from thread.errors import ThreadError
from thread.service.find import Found, SearchTextMissing
from thread.store.search import catch_up
from thread.store.search_texts import KINDS, kind_of, texts_of_event, texts_of_name
from thread.values.folding import folded
from thread.values.uri import percent
from thread.values.visible import is_visible

NASTY = [
    "%",
    "_",
    "'",
    '"',
    "''",
    "S-77",
    "s-77",
    "S-771",
    "ACME",
    "NOT",
    "50%_Zn",
    "\\",
    "\\%",
    "Ä",
    "ä",
    "ＡＢＣ",
    "ﬁn",
    "straße",
    "STRASSE",
    "İstanbul",
    "ς",
    "日本語ロット",
    "क्\u200dष",
    "👩\u200d🔧-7",
    "½",
    "(10)",
    "(99)x",
    "~2",
    "x~2",
    "a/b/c",
    "#1",
    "A#1",
    "]x",
    "null",
    "0",
    "-",
    "--",
    "https:",
    "a:b",
    "urn:",
    "�",
    "ﷺ",
    "Ⅷ",
    "ꭰ",
    "Ꭰ",
    "ẛ̣",
    "{a}:b",
    "^begin",
    "a-b+c",
    "col:umn",
]
NASTY += ['"" OR 1=1 --', "'; DROP TABLE entries; --", "NEAR(a b, 2)", "a* AND b", "order S-77", "A #1"]

codes = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=12),
    st.text(st.sampled_from("sS7-%_ /~ab"), min_size=1, max_size=6),
    st.tuples(st.sampled_from(NASTY), st.sampled_from(NASTY)).map("".join),
)


def _is_code(text: str) -> bool:
    try:
        percent(text)
    except ThreadError:
        return False
    return True


usable = codes.filter(_is_code)


@contextmanager
def fresh_ledger() -> Iterator[Ledger]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Ledger.create(f"sqlite:///{Path(folder) / 'l.db'}", origin="plant.example") as ledger,
    ):
        yield ledger


def told_names(ledger: Ledger) -> list[tuple[str, str, list[str]]]:
    """Return kind, name and folded texts of every thing, by kind, the latest first: a scan that asks no index."""
    texts: dict[tuple[str, str], list[str]] = {}
    with ledger._store.reading() as reader:
        subjects = reader.connection.execute("SELECT kind, name FROM subjects ORDER BY id DESC").fetchall()
    for kind, name in subjects:
        texts[kind, name] = list(texts_of_name(kind, name, ledger.origin))
    for entry in ledger.entries(1):
        for called in texts_of_event(entry.event):
            value = ledger.private_value(called.text) if called.by == "private name" else called.text
            if value is not None:
                texts[called.kind, called.name].append(value)
    found = [(kind_of(kind, name, ledger.origin), name, told) for (kind, name), told in texts.items()]
    by_kind = [(kind, name, [folded(one) for one in told]) for kind, name, told in found if kind is not None]
    return sorted(by_kind, key=lambda one: KINDS.index(one[0]))


def scanned_for(ledger: Ledger, text: str) -> list[tuple[str, str]]:
    """Return how each thing fits a plain code, and its name: equal, beginning alike, holding it."""
    asked, things = folded(text), told_names(ledger)
    exact = [name for _, name, told in things if asked in told]
    exact += [
        lot
        for lot in lots_on(ledger, [name for kind, name, told in things if kind == "document" and asked in told])
        if lot not in exact
    ]
    beginning = [
        (KINDS.index(kind), min(one for one in told if one.startswith(asked)), at, name)
        for at, (kind, name, told) in enumerate(things)
        if name not in exact and any(one.startswith(asked) for one in told)
    ]
    prefix = [name for _, _, _, name in sorted(beginning)]
    within = [
        name
        for _, name, told in things
        if len(asked) >= 3 and name not in exact and name not in prefix and any(asked in one for one in told)
    ]
    listed = {"exact": exact, "prefix": prefix, "within": within}
    return [(how, name) for how, names in listed.items() for name in names]


def lots_on(ledger: Ledger, documents: list[str]) -> list[str]:
    """Return the lots that were received on documents, for each document the latest lot first."""
    on: dict[str, list[str]] = {name: [] for name in documents}
    for entry in ledger.entries(1):
        for document in entry.event.get("documents", ()):
            on.setdefault(f"{document['type']}/{document['number']}", []).insert(0, entry.event["lot"])
    return list(dict.fromkeys(lot for name in documents for lot in on[name]))


def listed(found: Found) -> list[tuple[str, str]]:
    return [(hit.how, hit.name) for hit in found.hits]


def plant_of(names: list[str]) -> list[dict[str, Any]]:
    """Return events that call things so: a lot, a supplier lot, a mark, an order, a customer, a document, an item."""
    pick = iter(names * 20)
    return [
        receipt(next(pick), at="day 1, 08:00", supplier_lots=[next(pick)], marks=[next(pick)]),
        receipt("PLAIN-1", at="day 1, 08:01", documents=[{"type": "despatch_advice", "number": next(pick)}]),
        item(next(pick), at="day 1, 08:02", description=next(pick)),
        order(next(pick), at="day 1, 08:03"),
        production("2 EA lot MADE-1", order="WO-7", at="day 1, 08:04"),
        pack("2 EA of MADE-1", container=next(pick), at="day 1, 08:05"),
        shipment("PAL-7", number=next(pick), customer=next(pick), at="day 1, 08:06"),
        {
            "type": "party_defined",
            "event_time": "2026-03-02T08:00:00+01:00",
            "site": "P1",
            "party": next(pick),
            "name": next(pick),
            "label": next(pick),
        },
    ]


def record_what_can_be(ledger: Ledger, events: list[dict[str, Any]]) -> None:
    for event in events:
        try:
            ledger.record(event)
        except ThreadError:
            ledger.record(event, force_reason="a test of names") if event["type"] == "shipped" else None


@pytest.mark.requirement("NAM-5")
@given(st.lists(usable, min_size=1, max_size=4, unique=True), codes)
@settings(max_examples=12)
def test_a_search_answers_what_a_scan_over_all_names_does_however_far_the_index_got(
    names: list[str], other: str
) -> None:
    with fresh_ledger() as ledger:
        record_what_can_be(ledger, plant_of(names))
        half = ledger.size
        asked = [text for text in (*names, names[0][:2], names[0][1:], other) if text.strip()]
        plain = [text for text in asked if not any(sign in text for sign in "/~()#]:") and " of order" not in text]
        before = [listed(ledger.find(text, limit=1000)) for text in plain]
        assert before == [scanned_for(ledger, text) for text in plain]

        catch_up(ledger._store, ledger.origin)
        assert [listed(ledger.find(text, limit=1000)) for text in plain] == before

        record_what_can_be(ledger, plant_of([f"{name}{half}" for name in names if _is_code(f"{name}{half}")] or ["Z"]))
        partly = [listed(ledger.find(text, limit=1000)) for text in plain]
        assert partly == [scanned_for(ledger, text) for text in plain]
        ledger.rebuild()
        assert [listed(ledger.find(text, limit=1000)) for text in plain] == partly
        for text, whole in zip(plain, partly, strict=True):
            short = ledger.find(text, limit=1)
            assert (listed(short), short.more) == (whole[:1], len(whole) > 1)


@pytest.fixture(scope="module")
def shared_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """Return a ledger to which examples add, indexed or not."""
    folder = tmp_path_factory.mktemp("ledger")
    with Ledger.create(f"sqlite:///{folder / 'l.db'}", origin="plant.example") as ledger:
        record_what_can_be(ledger, plant_of(["S-77", "50%_Zn", "straße"]))
        yield ledger


@pytest.mark.requirement("NAM-5")
@given(usable, usable, st.booleans())
@example("a/b/c", "x~2", True)
@example("(10)S", "order S-77", True)
@example("]C1abc", "urn:x:y", False)
def test_whatever_a_lot_a_customer_or_a_document_is_called_it_is_found(
    shared_ledger: Ledger, lot: str, other: str, indexed: bool
) -> None:
    documents = [{"type": "despatch_advice", "number": other}]
    try:
        seq = shared_ledger.record(receipt(lot, supplier=other, documents=documents)).seq
    except ThreadError:
        assume(False)
    if indexed:
        catch_up(shared_ledger._store, shared_ledger.origin)

    by_lot = {hit.name: hit.how for hit in shared_ledger.find(lot, limit=1000).hits}
    by_other = {hit.name: hit.how for hit in shared_ledger.find(other, limit=1000).hits}

    event = shared_ledger.entry(seq).event
    assert by_lot[event["lot"]] == "exact"
    assert by_other[event["supplier"]] == "exact"
    assert by_other[f"despatch_advice/{event['documents'][0]['number']}"] == "exact"


@pytest.mark.requirement("NAM-5")
@given(st.one_of(st.text(max_size=40), st.sampled_from(NASTY), st.sampled_from(["\ud800", "S-77\x00", "x" * 10**7])))
def test_no_text_breaks_a_search(shared_ledger: Ledger, text: str) -> None:
    assume(is_visible(text))

    found = shared_ledger.find(text)

    assert len(found.hits) <= 20
    assert found.more or shared_ledger.find(text, limit=1000).hits == found.hits


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u2003", "\0", "\u200b"])
def test_nothing_to_look_for_is_said_so(shared_ledger: Ledger, text: str) -> None:
    with pytest.raises(SearchTextMissing, match="there is nothing to look for"):
        shared_ledger.find(text)
