"""The page of plain words in a bundle, for whoever opens it and has never heard of hashes."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from thread.genealogy.trace import Trace
from thread.ledger import VerifierKey
from thread.ledger.keys import public_key_fingerprint

__all__ = ["bundle_page", "question_text"]

_WAYS: Final = {
    "backward": "where {focus} came from",
    "forward": "where {focus} went",
    "both": "where {focus} came from and where it went",
}


def question_text(focus: str, direction: str) -> str:
    """Return what a trace answers, in words: `where X came from`."""
    return _WAYS[direction].format(focus=focus)


def bundle_page(answer: Trace, *, root: str, keys: tuple[VerifierKey, ...], entries: int, lists: int) -> bytes:
    """Return the page, as HTML in UTF-8.

    `root`: that of the checkpoint, in base64; `keys`: those that may sign; `entries`, `lists`: how many are in it.
    """
    lots = sum(node.kind == "lot" for node in answer.nodes)
    activities = sum(node.kind == "activity" for node in answer.nodes)
    facts: dict[str, Any] = {
        "question": question_text(answer.focus.name, answer.direction),
        "origin": answer.origin,
        "size": answer.known_at,
        "root": root,
        "lots": lots,
        "activities": activities,
        "entries": entries,
        "lists": lists,
        "fingerprint": public_key_fingerprint(keys),
    }
    return _PAGE.format(**{name: escape(str(value)) for name, value in facts.items()}).encode()


_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Evidence of {origin}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:44em;margin:2em auto;padding:0 1em;color:#1b1f24}}
code{{background:#f2f4f6;padding:.1em .3em;overflow-wrap:anywhere}}
table{{border-collapse:collapse}}td{{vertical-align:top;padding:.3em .8em .3em 0}}
td:first-child code{{white-space:nowrap}}</style></head><body>
<h1>Evidence of {origin}</h1>
<p>This file answers: <strong>{question}</strong>. It was written by the ledger of {origin}, and you need not trust
it: everything in it can be checked on a computer of your own, without a connection to anybody.</p>
<h2>What is in it</h2>
<table>
<tr><td><code>answer.json</code></td><td>the answer: {lots} lots and {activities} activities, with what went from which
into which</td></tr>
<tr><td><code>entries.ndjson</code></td><td>the {entries} entries that it rests on, byte for byte as
recorded</td></tr>
<tr><td><code>checkpoint.txt</code></td><td>the signed statement that the ledger had {size} entries, with the hash
<code>{root}</code> over all of them</td></tr>
<tr><td><code>inclusion.json</code></td><td>hashes which show that these entries are among those {size}</td></tr>
<tr><td><code>index.json</code></td><td>{lists} lists of entries, one for each thing that the answer passed, and what
shows that no list leaves an entry out</td></tr>
<tr><td><code>keys.json</code></td><td>the public keys of the ledger</td></tr>
<tr><td><code>manifest.json</code></td><td>what this file is about, and the hash of every other part</td></tr>
<tr><td><code>verifier.py</code></td><td>the program that checks all of this; Python 3.9 or later runs it</td></tr>
</table>
<h2>How to check it</h2>
<ol>
<li>Ask the owner of the ledger, by another way than you got this file, for the fingerprint of its keys. It should be
<br><code>{fingerprint}</code></li>
<li>Take <code>verifier.py</code> out of this file, or better: take it from where you got thread itself.</li>
<li>Run <code>python3 verifier.py BUNDLE.zip --fingerprint FINGERPRINT</code> with the fingerprint that you were
told.</li>
</ol>
<p>It makes the answer again from the entries alone, and says whether the signatures are genuine, whether each entry is
in the ledger, whether the lists are complete, and whether the answer is what the entries say; and where it is not,
what is wrong.</p>
<h2>What it cannot show</h2>
<p>That what people recorded was true. An entry shows what was told, by whom and when, and that nobody changed it or
left it out afterwards. The check makes the ways again that material went; quantities and times that stand beside them
in the answer are to be read in the entries. Events that were recorded after the {size} entries of the checkpoint are
not in it.</p>
</body></html>
"""
