"""Write the reference of the command line from the commands themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import click

from thread.cli.main import command_line

_INTRODUCTION = """\
# The command line

`thread` works on one ledger: the one that `--ledger` names, else the environment variable `THREAD_LEDGER`, else
`sqlite:///thread.db` in the current folder. A path without a scheme is an SQLite file.

## Every command

These options work before and after the name of the command.

| option | does |
|---|---|
| `--ledger URL` | names the ledger |
| `--json` | prints exactly one JSON document on standard output and nothing else |
| `-h`, `--help` | says what a command does and takes |

**Exit status.** A program can rely on it:

| status | meaning |
|---|---|
| 0 | done; the answer is yes |
| 1 | the answer is "no": verification failed, nothing goes by that name, the ledger is broken |
| 2 | bad input or usage; nothing was recorded, unless `--each` says otherwise |
| 130 | stopped by Ctrl-C |
| 141 | whoever read the output closed the pipe |

**Errors.** One line on standard error, `thread: ` and then what is wrong, where, and what to do. Under `--json` the
same stands on standard output as a document, beside whatever else the command answers:

```json
{"error": {"code": "name-not-found", "text": "nothing recorded goes by the name 'S-78'; ...", "facts": {"near": []}}}
```

`code` is stable; `facts` holds the names, numbers and places that a program needs. A name that fits several lots is
refused with the list (`facts.candidates`), one that fits none with names that look like it (`facts.near`).

What is wrong with several events of a file is listed on standard output, the first of them on standard error.

**Output.** Colour appears only on a terminal, and not where `NO_COLOR` is set. Piped text is never cut or wrapped, and
the same question at the same ledger gives the same bytes. Work of more than a second tells its progress on standard
error; under `--json` only if that is a terminal.

**Names.** Wherever a command takes a lot, it takes its name, a scan (GS1 element string, Digital Link), any short form
such as `STEEL/S-77` or `S-77`, and whatever else `thread find` finds exactly that lot by: a supplier's lot number, a
printed mark, other case. Trace and recall take orders, containers, shipments and serials as well.

**Times** are written with their offset from UTC: `2026-03-09T14:07:00+01:00`.
"""

_EXAMPLES = {
    "init": "thread init --origin ledger.example.com/plant-1",
    "record": "thread record receipts.ndjson\nscanner | thread record - --each --actor dock-2",
    "import": "thread import despatch.json --json\n"
    "thread import receipts.csv --kind receipts --site LYON --dry-run\n"
    "thread import stock.xlsx --kind opening --map Artikel=item --decimal comma --save-mapping erp\n"
    "thread import --template receipts -o receipts.xlsx",
    "mapping list": "thread mapping list",
    "mapping show": "thread mapping show acme > acme.json",
    "mapping save": "thread mapping save acme acme.json",
    "mapping remove": "thread mapping remove acme",
    "export": "thread export -o entries.ndjson\nthread export --format csv --kind receipts -o receipts.csv",
    "find": "thread find S-77\nthread find DN-47 --kind document --limit 100\nthread find '(01)09506000134352(10)S-77'",
    "lot": "thread lot STEEL/S-77",
    "trace": "thread trace F-1 --backward\nthread trace S-77 --forward --in-time --table",
    "balance": "thread balance S-77 --json",
    "correct": "thread correct 4 --replace right.json --reason 'the tag says S-78' --reason-code wrong_lot\n"
    "thread correct 6 --void --reason 'the count was of another rack' --dry-run",
    "recall scope": "thread recall scope S-77 S-78",
    "findings": "thread findings --severity high\nthread findings --rules fsma204 --kind fields --lot TUNA-7",
    "findings close": 'thread findings close stock-missing:17:8d916b692d37 --reason "spilled at the dock" --as p-31',
    "report history": "thread report history S-77 -o history-S-77.html",
    "report balance": "thread report balance S-77 --format csv",
    "report customers": "thread report customers S-77 -o customers.xlsx",
    "report findings": "thread report findings --severity high -o findings.xlsx",
    "report receipts": "thread report receipts --supplier ACME --since 2026-03-01T00:00:00+01:00 -o receipts.csv",
    "checkpoint": "thread checkpoint -o 2026-03-09.checkpoint\n"
    "thread checkpoint --add-cosignature from-the-witness.txt",
    "prove": "thread prove 4 -o entry-4.tlog-proof\nthread prove --from 3 --to 5 --json\n"
    "thread prove --subject lot.used:S-77",
    "bundle": "thread bundle S-77 --forward -o s-77.zip",
    "verify-bundle": "thread verify-bundle s-77.zip --fingerprint 366941e5...",
    "verify": "thread verify --checkpoint 2026-03-09.checkpoint",
    "keys list": "thread keys list",
    "keys rotate": "thread keys rotate --prepare-next",
    "keys export": "thread keys export -o public-keys.txt\nthread keys export --private -o safe.keys",
    "keys import": "thread keys import safe.keys",
    "rebuild": "thread rebuild",
    "erase": "thread erase YTWhBXTibp4AsUn2pkYqWnAZLVwzRsjwGZm1M1eMlmc --yes",
    "schema": "thread schema received",
    "serve": "thread serve --port 8080",
    "demo": "thread demo --no-serve",
}
_REJECTED = '{"file", "index", "line", "path", "code", "reason"}'
_RECORDED = (
    f'{{"recorded", "duplicates", "master_data", "rejected": [{_REJECTED}], "first_seq", "last_seq",'
    ' "entries": [{"seq", "event_id", "duplicate", "findings"}], "entries_left_out"}`; `entries` tells the first 1,000.'
    " `index` counts from 0, `line` from 1, `path` is a JSON Pointer. Where something is rejected, `error` stands there"
    " too and the exit status is 2. `master_data` counts descriptions of items, places and parties that came with EPCIS"
    " documents and were not known before"
)
_JSON = {
    "init": '`{"ledger", "origin", "fingerprint", "size"}`; with `--prepare-next-key`, `next_key` too',
    "record": f"`{_RECORDED}",
    "import": f"`{_RECORDED}. Of tables, `rejected` holds one element for each fault, with `column`, `field` (their"
    " name, ours), `value` and `expected` beside it; `dry_run`, `would_record` and `tables` ({`file`, `kind`, `rows`,"
    " `gave_up`, `notes`, `findings`} of each) stand there too",
    "mapping list": '`{"mappings": {NAME: mapping}}`',
    "mapping show": "the mapping",
    "mapping save": '`{"saved"}`',
    "mapping remove": '`{"removed"}`',
    "export": '`{"file", "format", "bytes"}` with `-o`; else the EPCIS document, or an array of all entries',
    "find": '`[{"kind", "name", "label", "matched", "how", "by", "seq", "voided"}]`; `how` is `exact`, `prefix`,'
    " `within`, or `part` for one element of a label; that there are more is said on standard error",
    "lot": "the card: `id`, `short`, `item`, `lot`, `assigner`, `supplier_lots`, `arrivals`, `origin`, `origin_parts`,"
    " `status`, `balance`, `places`, `containers`, `holds`, `findings`, `history`, `ledger`",
    "trace": "node-link data of NetworkX (`edges` under `edges`); `graph` says what the answer is about, whether it is"
    " `complete`, its `frontier` and `gaps`, and from which `ledger` it was read"
    " ([what an answer says](../explanation/answers.md))",
    "balance": '`{"lot", "unit", "in": [...], "out": [...], "difference", "findings", "serial_of"}`; each line is'
    ' `{"line", "quantity",'
    ' "quantity_max", "place", "owner", "state", "calculated", "entries"}`',
    "correct": 'with `--dry-run` the preview: `{"seq", "void", "reason_code", "reason", "approver", "told_by", "old",'
    ' "new", "changes": [{"event", "path", "field", "old", "new", "text"}], "findings", "lots": [{"id", "short",'
    ' "unit", "named", "balance": [{"side", "line", "place", "owner", "state", "calculated", "before", "after"}],'
    ' "findings_opened", "findings_closed"}], "answers": [{"lot", "short", "scope": {"lots", "shipments", "customers"},'
    ' "where_from"}], "shipments", "signatures", "complete", "left_out", "seen", "ledger"}`; else `{"preview",'
    ' "recorded": {"seq", "event_id", "duplicate", "findings"}}`',
    "recall scope": '`{"start", "lots", "containers", "customers", "totals", "complete", "frontier", "gaps",'
    ' "removed_by", "ledger"}`',
    "findings": '`{"findings": [{"id", "code", "kind", "severity", "state", "title", "text", "to_do", "subject",'
    ' "lots", "seqs", "since", "age_days", "caused_by", "facts_sha256", "closing"}], "total", "by_severity", "asked",'
    ' "ledger"}`;'
    " [what each code means](findings.md)",
    "findings close": '`{"seq", "event_id", "duplicate", "findings"}`',
    **dict.fromkeys(
        ("report history", "report balance", "report customers", "report receipts", "report findings"),
        '`{"report", "title", "asked", "columns", "rows", "remarks", "ledger"}`, each row an object by the names of the'
        ' columns; with `-o`, `{"file", "format", "rows", "bytes"}`',
    ),
    "checkpoint": '`{"origin", "size", "root", "checkpoint", "file"}`; `root` in base64, as in the checkpoint; with'
    ' `--add-cosignature`, `{"size", "added", "cosignatures"}`',
    "prove": 'of an entry `{"seq", "size", "root", "leaf_hash", "proof", "entry", "checkpoint"}`, of two sizes'
    ' `{"from": {"size", "root"}, "to": {"size", "root"}, "proof"}`, of a subject'
    ' `{"subject": {"kind", "name"}, "seqs", "covers", "index_root", "proof", "index_entry"}`, where `index_entry` is'
    " the proof of the entry that tells the root of the index; hashes in base64",
    "bundle": '`{"focus", "direction", "size", "entries", "subjects", "newer", "file", "bytes"}`; `newer` counts'
    " entries that were recorded since the checkpoint",
    "verify-bundle": '`{"ok", "anchored", "fingerprint", "origin", "size", "question", "checks", "problems": [{"check",'
    ' "code", "text", "where"}], "notes"}`',
    "verify": '`{"ok", "size", "root", "checked", "problems": [{"seq", "code", "text"}], "fingerprint",'
    ' "current_fingerprint", "anchored"}`',
    "keys list": '`{"origin", "fingerprint", "current_fingerprint", "size", "keys": [{"state", "fingerprint", "keys",'
    ' "seq", "first_size", "last_size", "private"}]}`; `state` is `valid`, `retired`, `follows`, `prepared` or'
    " `unused`, `private` is `in clear`, `sealed`, `missing`, `unusable` or `elsewhere`",
    "keys rotate": '`{"seq", "fingerprint", "next_key"}`',
    "keys export": '`{"state", "fingerprint", "keys", "seq", "first_size", "last_size", "origin", "private", "file"}`;'
    ' with `--private`, `{"fingerprint", "private", "file"}`',
    "keys import": '`{"fingerprint"}`',
    "rebuild": '`{"rebuilt", "size"}`',
    "erase": '`{"erased": [...], "not_found": [...]}`',
    "schema": '`{"types": [{"type", "text"}]}`, or the JSON Schema itself',
    "serve": '`{"url", "ledger", "origin"}` before it serves',
    "demo": '`{"ledger", "origin", "size", "root", "complaint", "where_from", "guilty", "correction", "affected_lots",'
    ' "customers", "complete", "verified", "anchored"}`',
}
_COMMON = frozenset({"ledger", "json", "help"})


def make(root: Path) -> None:
    """Write `docs/reference/cli.md`."""
    (root / "docs" / "reference" / "cli.md").write_text("\n".join([_INTRODUCTION, *_commands()]), encoding="utf-8")


def _commands() -> Iterator[str]:
    context = click.Context(command_line, info_name="thread")
    for name in command_line.list_commands(context):
        command = command_line.get_command(context, name)
        assert command is not None
        yield from _command(command, context, name)


def _command(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent)
    if isinstance(command, click.Group):
        if command.invoke_without_command:
            yield from _section(command, context)
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            assert found is not None
            yield from _command(found, context, inner)
        return
    yield from _section(command, context)


def _section(command: click.Command, context: click.Context) -> Iterator[str]:
    path = context.command_path.removeprefix("thread ")
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"## thread {path}\n"
    yield f"```\n{context.command_path} {usage}\n```\n"
    yield f"{inspect.cleandoc(command.help or '')}\n"
    rows = [
        _row(option) for option in command.params if isinstance(option, click.Option) and option.name not in _COMMON
    ]
    if rows:
        yield "| option | does |\n|---|---|\n" + "\n".join(rows) + "\n"
    yield f"Under `--json`: {_JSON[path]}.\n"
    yield f"```sh\n{_EXAMPLES[path]}\n```\n"


def _row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    takes = "" if option.is_flag else f" `{_metavar(option)}`"
    default = f" Default: `{option.default}`." if option.show_default and option.default is not None else ""
    told = re.sub(r"\s+", " ", option.help or "").strip()
    return f"| {names}{takes} | {told}{default} |".replace("SIZE|TIME", "SIZE\\|TIME")


def _metavar(option: click.Option) -> str:
    return option.metavar or option.make_metavar(click.Context(command_line)).strip("[]").replace("|", " or ")
