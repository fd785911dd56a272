"""What acceptance lets through leaves books that make sense, in whatever order it was told."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import ORIGIN, Life, lives
from tests.unit.acceptance.judged import judged
from tests.unit.genealogy.balances import findings
from thread.acceptance import RULES, accept
from thread.events import Event, subjects
from thread.events.corrections import Corrected
from thread.genealogy.account import account_from, account_of
from thread.genealogy.book_shelf import BookShelf
from thread.genealogy.custody import Custody
from thread.genealogy.projection import Correction, MemoryHistory, Recorded, Told, defines
from thread.values.times import instant

NOW = instant("2030-01-01T00:00:00Z")


def _recorded_as_far_as_accepted(life: Life) -> MemoryHistory:
    entries: list[Recorded] = []
    for event in life.events:
        is_late = any(entry.event.at > event.at for entry in entries)
        # A hold that is told late is a fact, and so is a count; what was used meanwhile gets findings.
        if isinstance(event, Corrected) or event.type == "counted" or (event.type == "held" and is_late):
            continue
        history = MemoryHistory(entries, origin=ORIGIN)
        if not accept(event, history, Custody(history), now_ns=NOW).refusals:
            entries.append(Recorded(len(entries), event, "2030-01-01T00:00:00.000000Z", "teller"))
    return MemoryHistory(entries, origin=ORIGIN)


@pytest.mark.requirement("ACC-2")
@given(lives())
def test_nothing_that_is_accepted_makes_stock_negative_or_uses_what_is_held(life: Life) -> None:
    history = _recorded_as_far_as_accepted(life)
    custody = Custody(history)

    for lot in life.lots:
        codes = {finding.code for finding in account_of(lot, history, custody).findings}
        assert not codes & {"negative-stock", "lot-held", "returned-not-issued", "returned-not-shipped"}, lot


STEPS = st.tuples(
    st.sampled_from(
        [
            "issue {} KGM of either A-1 or B-1 to WO-1",
            "issue {} KGM of A-1 to WO-2",
            "ship {} KGM of A-1 to RIDE as SH-1",
            "scrap {} KGM of A-1 as RUST",
            "move {} KGM of A-1 to CAGE",
            "pack {} KGM of A-1 into BOX-1",
            'hold {} KGM of A-1 as H-1, because "rust"',
            "receive {} KGM of STEEL lot A-1 from ACME, to STORE, in quarantine",
        ]
    ),
    st.sampled_from([1, 20, 40, 60]),
)


@given(st.lists(STEPS, min_size=4, max_size=9))
def test_no_more_than_was_free_is_used_before_a_hold_is_released(steps: list[tuple[str, int]]) -> None:
    """What one of two lots may have lost is used once at most, and never in the place of what is held."""
    start = """
        day 1, 07:00  receive 100 KGM of STEEL lot A-1 from ACME, to STORE
        day 1, 07:00  receive 100 KGM of STEEL lot B-1 from ACME, to STORE
    """
    told = start
    used = Decimal(0)
    for number, (sentence, amount) in enumerate(steps):
        longer = f"{told}\n        day 1, {8 + number:02}:00  {sentence.format(amount)}"
        if judged(longer).refusals:
            continue
        told = longer
        used += amount if "of A-1 to" in sentence and "move" not in sentence else 0

    assert used <= 100
    assert not set(findings(told, "A-1")) & {"negative-stock", "lot-held"}


@given(lives())
def test_every_finding_is_a_rule_of_the_table_and_says_where_and_what_to_do(life: Life) -> None:
    history = life.history()
    custody = Custody(history)

    for event in life.valid_events:
        for finding in accept(event, history, custody, now_ns=NOW).findings:
            assert finding.code in RULES
            assert finding.path.startswith("/")
            assert len(finding.text) > len(finding.code)


@given(lives())
def test_books_kept_on_a_shelf_say_what_books_counted_anew_say(life: Life) -> None:
    shelf = BookShelf(most_lots=3)
    live = _Growing()

    for event in life.valid_events:
        live.append(event)
        custody = Custody(live)
        for lot in life.lots:
            kept = shelf.books(lot, live, custody)
            if kept is not None:
                assert account_from(kept) == account_of(lot, live, custody)


@given(lives())
def test_acceptance_with_a_shelf_finds_what_it_finds_without_one(life: Life) -> None:
    shelf = BookShelf()
    live = _Growing()

    for event in life.valid_events:
        custody = Custody(live)
        assert accept(event, live, custody, now_ns=NOW, shelf=shelf) == accept(event, live, custody, now_ns=NOW)
        live.append(event)


class _Growing:
    """A history that takes in entries one by one and keeps what it has told, as the one of a writer does."""

    def __init__(self) -> None:
        self._entries: list[Recorded] = []
        self._told: dict[tuple[str, str], tuple[Told, ...]] = {}
        self._types: set[str] = set()

    @property
    def origin(self) -> str:
        return ORIGIN

    @property
    def size(self) -> int:
        return len(self._entries)

    def append(self, event: Event) -> None:
        entry = Recorded(self.size, event, "2030-01-01T00:00:00.000000Z", "teller")
        self._entries.append(entry)
        self._types.add(event.type)
        told = Told(entry.seq, 0, event, (entry.seq,))
        for key in {(one.kind.partition(".")[0], one.name) for one in subjects(event, origin=ORIGIN)}:
            self._told[key] = tuple(sorted((*self._told.get(key, ()), told), key=lambda one: one.position))

    def about(self, kind: str, name: str) -> tuple[Told, ...]:
        return self._told.get((kind, name), ())

    def definitions(self, item: str) -> tuple[Told, ...]:
        return tuple(told for told in self.about("item", item) if defines(told, item))

    def entry(self, seq: int) -> Recorded | None:
        return self._entries[seq] if seq < self.size else None

    def corrections(self, seq: int) -> tuple[Correction, ...]:
        return ()

    def has_type(self, type_name: str) -> bool:
        return type_name in self._types

    @property
    def saw_correction(self) -> bool:
        return False

    def ever_told(self) -> _Growing:
        return self
