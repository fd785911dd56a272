"""Evidence at a large ledger: verifying, indexing, signing and proving, each beside a peer in the same run.

Measured on one ledger of `--entries` receipts (1,000,000 for the published figures; less by default, as making it takes
most of the time): chain and tree verified against reading and hashing the same bytes; everything with the index, per
entry; the index made anew, per subject; a checkpoint after 1,000 new entries; proofs of an entry and of a subject. On a
plant of layers: a bundle of about a thousand nodes written, and checked by the single file that lies in it.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from itertools import islice
from pathlib import Path

from benchmarks.floors import layers, receipts
from thread import open_ledger
from thread.ledger import verifier, verify_entries
from thread.service import Actor, Ledger
from thread.store.reader import SqliteReader
from thread.store.subject_index import IndexBuilder, SubjectIndex, stored_lists
from thread.store.tables import create_statement

BATCH = 10_000
CLERK = Actor("bench", "asserted")
FRESH = 1_000


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def record(ledger: Ledger, events: list[dict[str, object]]) -> None:
    """Record events in one transaction."""
    with ledger.recording() as recorder:
        for event in events:
            recorder.record(event, key=None, actor=CLERK)


def hash_all(path: Path) -> None:
    """Read all entries and hash each: the least that a verification can do."""
    with closing(sqlite3.connect(path)) as database:
        for (data,) in database.execute("SELECT bytes FROM entries ORDER BY seq"):
            sha256(b"\x00" + data).digest()


def check_chain(path: Path) -> None:
    """Verify chain and tree as an outsider does."""
    with closing(sqlite3.connect(path)) as database:
        reader = SqliteReader(database)
        assert verify_entries(reader.rows(), nodes=reader.nodes()).ok


def index_anew(path: Path, covers: int) -> int:
    """Make the whole index in a fresh database, from the postings; return how many subjects it has."""
    with closing(sqlite3.connect("", isolation_level=None)) as database, closing(sqlite3.connect(path)) as stored:
        database.execute("PRAGMA journal_mode = OFF")
        database.execute("BEGIN")
        for name in ("meta", "index_leaves", "index_nodes"):
            database.execute(create_statement(name))
        builder = IndexBuilder(SubjectIndex(database))
        builder.take_lists(stored_lists(stored, start=0, stop=covers))
        builder.write(covers)
        builder.root()
        (count,) = database.execute("SELECT count(*) FROM index_leaves").fetchone()
        return int(count)


def main() -> None:
    """Make the ledger, measure, and print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=100_000)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.db"
        source = receipts(told.entries + FRESH)
        with Ledger.create(f"sqlite:///{path}", origin="bench.example") as ledger:
            while events := list(islice(source, min(BATCH, told.entries + 1 - ledger.size))):
                record(ledger, events)
            first = seconds(ledger.checkpoint)
            print(f"{told.entries} entries; the first checkpoint, with the whole index: {first:.2f} s")
            record(ledger, list(source))
            after = seconds(ledger.checkpoint)
            print(f"a checkpoint after {FRESH} new entries: {after:.3f} s (goal 0.5 at 1,000,000)")
            measure_proofs(ledger, told.entries)
            measure_verification(ledger, path)
        measure_index(path, told.entries)
        measure_bundle(Path(folder))


def measure_bundle(folder: Path) -> None:
    """Print how long it takes to write a bundle of a thousand nodes, and to check it as a program of its own."""
    url = f"sqlite:///{folder / 'layers.db'}"
    with Ledger.create(url, origin="bench.example") as ledger:
        record(ledger, list(layers(levels=13, width=60, inputs=3)))
        ledger.checkpoint()
        focus = ledger.resolve_lot("B12-0")
        nodes = len(ledger.trace(focus, direction="backward").nodes)
    with open_ledger(url) as ledger:
        started = time.perf_counter()
        written = ledger.bundle(focus, direction="backward")
        taken = time.perf_counter() - started
        (folder / "bundle.zip").write_bytes(written.data)
        traced = seconds(lambda: ledger.trace(focus, direction="backward").as_json())
    program = [sys.executable, "-S", str(Path(verifier.__file__)), str(folder / "bundle.zip")]
    checked = seconds(lambda: subprocess.run(program, check=True, stdout=subprocess.DEVNULL))
    print(
        f"bundle of {nodes} nodes, {written.entries} entries, {len(written.data) >> 10} KiB: written in {taken:.2f} s,"
    )
    print(f"checked by verifier.py in {checked:.2f} s (goals 2 and 2); the trace alone, as JSON: {traced:.2f} s")


def measure_proofs(ledger: Ledger, entries: int) -> None:
    """Print how long proofs take."""
    places = range(1, entries, max(1, entries // 200))
    inclusion = statistics.median(seconds(lambda seq=seq: ledger.inclusion_proof(seq)) for seq in places)  # type: ignore[misc]
    names = [str(ledger.entry(seq).event["lot"]) for seq in places]
    subject = statistics.median(seconds(lambda name=name: ledger.subject_proof("lot.made", name)) for name in names)  # type: ignore[misc]
    print(f"proof of an entry {inclusion * 1e3:.2f} ms, of a subject {subject * 1e3:.2f} ms (goals 5 and 5)")


def measure_verification(ledger: Ledger, path: Path) -> None:
    """Print what verification takes beside the least that it can do."""
    size = ledger.size
    least = statistics.median(seconds(lambda: hash_all(path)) for _ in range(3))
    chain = statistics.median(seconds(lambda: check_chain(path)) for _ in range(3))
    print(f"chain and tree {chain / size * 1e6:.1f} µs an entry, reading and hashing {least / size * 1e6:.1f} µs")
    print(f"ratio: {least / chain:.2f} (goal 0.5 or more)")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    whole = seconds(ledger.verify)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"everything with the index: {whole / size * 1e6:.1f} µs an entry (goal 60), {grown >> 10} MiB more memory")


def measure_index(path: Path, covers: int) -> None:
    """Print what making the index anew takes, beside hashing its leaves and turns alone."""
    subjects = 0

    def make() -> None:
        nonlocal subjects
        subjects = index_anew(path, covers)

    taken = seconds(make)
    keys = [sha256(number.to_bytes(8, "big")).digest() for number in range(subjects)]
    bare = seconds(lambda: [sha256(b"\x00" * 74 + key).digest() + sha256(key + key).digest() for key in sorted(keys)])
    print(f"index of {subjects} subjects made anew: {taken / subjects * 1e6:.1f} µs a subject (goal 8),")
    print(f"ratio to sorting and hashing as much: {bare / taken:.3f}")


if __name__ == "__main__":
    main()
