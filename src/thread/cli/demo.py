"""`thread demo`: a plant to try things on, and the story of one recall, told from what its ledger answers.

The words come with the plant; every number, name and verdict is asked of the ledger while the story is told.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any, Final

import click

from thread.cli.options import Command, ledger_url, wants_json
from thread.cli.output import Page, document
from thread.cli.progress import Progress
from thread.cli.serving import DEFAULT_HOST, DEFAULT_PORT, checked_port, serve_ledger
from thread.cli.words import count_words, entries_words, joined
from thread.errors import Conflict
from thread.values.names import label

if TYPE_CHECKING:
    from thread import Ledger
    from thread.genealogy.trace import Trace
    from thread.recall.scope import Scope

__all__ = ["ORIGIN", "LedgerInTheWay", "demo_command", "demo_ledger", "tell_story"]

ORIGIN: Final = "velo-lyon.example"
"""Name of the demo ledger."""

_DEFAULT_LEDGER: Final = "sqlite:///thread-demo.db"

Told = Mapping[str, Any]


class LedgerInTheWay(Conflict):
    """Where the demo would be loaded lies a ledger that is not the demo. It is left as it is."""

    code = "ledger-in-the-way"

    def __init__(self, *, url: str, why: str) -> None:
        super().__init__(f"{url} {why}; name a file of its own for the demo with --ledger", ledger=url, why=why)


@click.command(cls=Command, name="demo")
@click.option("--no-serve", is_flag=True, help="Tell the story and stop.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=DEFAULT_PORT, show_default=True, metavar="N", help="Port."
)
@click.pass_context
def demo_command(context: click.Context, *, no_serve: bool, port: int) -> None:
    """Load the demo plant, tell its recall, and serve it.

    The plant is a bicycle maker, with eight weeks of work. It is served until Ctrl-C. The ledger is thread-demo.db in
    this folder, or the one that --ledger names. A demo that is there already is used again; any other ledger is left
    as it is, and the demo refuses to start.
    """
    url = ledger_url(context, default=_DEFAULT_LEDGER)
    as_json = wants_json(context)
    if not no_serve:
        checked_port(DEFAULT_HOST, port)
    with demo_ledger(url, quiet=as_json) as ledger:
        story = _Story(ledger)
        if as_json:
            document({"ledger": url, **story.as_json()})
        else:
            tell_story(Page(), story, url)
    if not no_serve:
        serve_ledger(url, host=DEFAULT_HOST, port=port, as_json=as_json, announce=not as_json)


def demo_ledger(url: str, *, quiet: bool = True) -> Ledger:
    """Return the demo ledger at a URL, open; made and loaded if there is none.

    Loading again what is there changes nothing, so a demo whose loading was stopped is completed, and entries that
    somebody added to it stay.

    Raises:
        LedgerInTheWay: another ledger, or the demo of another release, lies there.
    """
    from thread.service import Actor

    ledger = _opened_or_made(url, Actor("demo"))
    try:
        _check_origin(ledger, url)
        _load(ledger, url, Actor("demo"), quiet=quiet)
    except BaseException:
        ledger.close()
        raise
    return ledger


def _check_origin(ledger: Ledger, url: str) -> None:
    if ledger.origin != ORIGIN:
        raise LedgerInTheWay(url=url, why=f"holds the ledger {ledger.origin}, not the demo")


def _opened_or_made(url: str, actor: Any) -> Ledger:
    from thread import Ledger, open_ledger
    from thread.errors import NotFound

    try:
        return open_ledger(url)
    except NotFound:
        return Ledger.create(url, origin=ORIGIN, actor=actor)


def _load(ledger: Ledger, url: str, actor: Any, *, quiet: bool) -> None:
    from thread.demo import demo_documents, demo_events
    from thread.errors import ThreadError, Unavailable

    try:
        with Progress("loading the demo", unit="events", quiet=quiet) as progress, ledger.recording() as recorder:
            for number, line in enumerate(demo_events(), start=1):
                recorder.record(line["event"], key=line["key"], actor=actor, force_reason=line.get("force"))
                progress.reached(number)
        for name, data in demo_documents():
            ledger.import_document(data, file=name, actor=actor)
    except Unavailable:
        raise
    except ThreadError as error:
        raise LedgerInTheWay(url=url, why=f"holds another version of the demo ({error.text})") from None


class _Story:
    """What the ledger answers to the questions of the story."""

    def __init__(self, ledger: Ledger) -> None:
        from thread.demo import demo_story

        self.ledger = ledger
        self.words: Told = demo_story()
        complaint, guilty = self.words["complaint"], self.words["guilty"]
        self.serial = f"{complaint['item']}/{complaint['serial']}"
        self.steel = f"{guilty['item']}/{guilty['lot']}"
        self.where_from: Trace = ledger.trace(self.serial, direction="backward")
        self.scope: Scope = ledger.recall_scope([self.steel])
        self.name = self.scope.start[0]
        self.complaint_seq = self._complaint_seq(complaint["number"])
        self.correction_seq = self._correction_seq()
        self.scope_before: Scope = ledger.recall_scope([self.steel], known_at=self.correction_seq)
        ledger.checkpoint()
        self.verdict = ledger.verify()

    def _complaint_seq(self, number: str) -> int:
        told = self.ledger.history().about("lot", self.where_from.focus.name)
        return next(one.seq for one in told if getattr(one.event, "complaint", None) == number)

    def _correction_seq(self) -> int:
        """Return the entry that corrected what was told about the steel."""
        told = self.ledger.history().about("lot", self.name)
        return next(one.entries[-1] for one in told if len(one.entries) > 1)

    def sentences(self, *types: str) -> tuple[tuple[int, str], ...]:
        """Return seq and sentence of what was told of the steel by events of some types."""
        from thread.genealogy.sentences import sentence

        told = self.ledger.history().about("lot", self.name)
        return tuple((one.seq, sentence(one.event)) for one in told if one.event.type in types)

    def sentence_of(self, seq: int) -> str:
        """Return an entry's sentence."""
        from thread.events import parse_event
        from thread.genealogy.sentences import sentence

        return sentence(parse_event(self.ledger.entry(seq).event))

    @property
    def way(self) -> tuple[Told, ...]:
        """The steps from the complaint back to the steel, as the trace found them."""
        found = (self.where_from.focus.lot or "", *self.where_from.lots)
        labels = {label(name).split(" (")[0].rsplit(" / ", 1)[-1] for name in found}
        return tuple(step for step in self.words["where_from"] if step["lot"] in labels)

    def as_json(self) -> dict[str, object]:
        """The story as `thread demo --json` prints it."""
        return {
            "origin": self.ledger.origin,
            "size": self.ledger.size,
            "root": self.ledger.root,
            "complaint": {"focus": self.where_from.focus.name, "entry": self.complaint_seq},
            "where_from": list(self.where_from.lots),
            "guilty": {"lot": self.name, "entries": [seq for seq, _ in self.sentences("received")]},
            "correction": {"entry": self.correction_seq, "customers_before": len(self.scope_before.customers)},
            "affected_lots": [lot.id for lot in self.scope.lots],
            "customers": [customer.as_json() for customer in self.scope.customers],
            "complete": self.scope.complete,
            "verified": self.verdict.ok,
            "anchored": self.verdict.anchored,
        }


def tell_story(page: Page, story: _Story, url: str) -> None:
    """Write the story from the complaint to the customers, each chapter with the command that asks the same."""
    words = story.words
    page.line((words["title"], "bold"), f": {words['plant']['name']}")
    page.line(words["plant"]["text"])
    page.line(f"The ledger {url} holds {count_words(story.ledger.size, 'entry')} of it.")
    _chapter(page, "1. A complaint", f"thread lot {story.words['complaint']['lot']}")
    page.line(words["complaint"]["text"])
    page.line(f"Entry {story.complaint_seq}: {story.sentence_of(story.complaint_seq)}")
    _tell_where_from(page, story)
    _tell_steel(page, story)
    _tell_scope(page, story)
    _tell_verdict(page, story)
    _tell_what_to_try(page, story, url)


def _chapter(page: Page, title: str, command: str) -> None:
    page.heading(title)
    page.line((f"$ {command}", "cyan"))


def _tell_where_from(page: Page, story: _Story) -> None:
    _chapter(page, "2. Where did it come from?", f"thread trace {story.serial} --backward")
    complete = "complete" if story.where_from.complete else "cut"
    page.line(f"The answer is {complete}: {count_words(len(story.where_from.lots), 'lot')}. This is the way back:")
    for step in story.way:
        page.line(f"  {step['lot']:<8}", step["text"])


def _tell_steel(page: Page, story: _Story) -> None:
    _chapter(page, "3. The guilty receipt", f"thread lot {story.steel}")
    page.line(story.words["guilty"]["text"])
    for seq, text in story.sentences("received", "sampled", "inspected"):
        page.line(f"  entry {seq}: {text}")


def _tell_scope(page: Page, story: _Story) -> None:
    _chapter(page, "4. Where did the steel go, and who has it?", f"thread recall scope {story.steel}")
    scope = story.scope
    complete = "complete" if scope.complete else "cut"
    page.line(story.words["scope"]["text"])
    page.line(
        f"The answer is {complete}: {count_words(len(scope.lots), 'lot')} may be affected, and"
        f" {count_words(len(scope.customers), 'customer')} must be told:"
    )
    page.line()
    rows = [
        (
            (label(one.customer) if one.customer else "nobody told to whom", "bold"),
            ", ".join(label(name) for name in one.shipments),
            ", ".join(label(name) for name in one.lots),
        )
        for one in scope.customers
    ]
    page.table(("Customer", "Shipments", "Lots"), rows)
    page.line()
    page.line(story.words["correction"]["text"])
    page.line(f"  entry {story.correction_seq}: {story.sentence_of(story.correction_seq)}")
    before = count_words(len(story.scope_before.customers), "customer")
    page.line(f"As known before that entry: {before}. As known now: {len(scope.customers)}.")
    page.line(story.words["unknown"]["text"])
    uncertain = [gap for gap in scope.gaps if "one_of" in gap.codes]
    for gap in uncertain:
        page.line(f"  {label(gap.id)}: uncertain, because of {entries_words(gap.entries)}")


def _tell_verdict(page: Page, story: _Story) -> None:
    _chapter(page, "5. Can anybody have changed this afterwards?", "thread verify")
    if story.verdict.ok:
        size = count_words(story.verdict.size, "entry")
        page.line(f"Not one entry alone: all {size} fit together, to the root {story.ledger.root},")
        page.line("which the ledger signed. Whoever changed some entries and left the rest would be found.")
        page.line("Whoever wrote the whole ledger anew, with keys of their own, would not: nothing from outside was")
        page.line("compared. To find that too, keep a checkpoint where nobody here can reach it, and compare it later:")
        page.line("  thread checkpoint -o FILE")
        page.line("  thread verify --checkpoint FILE")
    else:
        problems = joined(problem.text for problem in story.verdict.problems)
        page.line(("This ledger does not verify: ", "bold red"), problems)


def _tell_what_to_try(page: Page, story: _Story, url: str) -> None:
    page.heading("Try it")
    program = _program()
    page.line(f"export THREAD_LEDGER={shlex.quote(url)}")
    page.line(f"{program} trace {story.words['unknown']['candidates'][0]} --forward --table")
    page.line(f"{program} balance {story.words['complaint']['lot']}")


def _program() -> str:
    """Return what to type for this program: `thread`, or the path it was started as where no shell would find that."""
    started = Path(sys.argv[0])
    return shlex.quote(str(started)) if started.name == "thread" and which("thread") is None else "thread"
