"""Answers that leave the building with the proof that they are complete: lists of subjects, and bundles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thread.service.collector import collector_paused
from thread.service.ledger_evidence import LedgerEvidence
from thread.service.ledger_questions import LedgerQuestions

if TYPE_CHECKING:
    from thread.genealogy.trace import Asked
    from thread.service.bundles import Bundle
    from thread.service.proofs import SubjectProof

__all__ = ["LedgerBundles"]

_RESOLVED_KINDS = frozenset({"lot", "activity", "container", "shipment"})
"""Kinds of subject that a question takes by any of their names."""


class LedgerBundles(LedgerQuestions, LedgerEvidence):
    """What is proven to be complete."""

    def subject_proof(self, kind: str, name: str) -> SubjectProof:
        """Return which entries name a subject in a role, with the proof that these are all, or that there are none.

        `kind`: with its role, such as `lot.used`. `name`: its whole name; of lots, orders, containers and shipments any
        name that a question takes. The list is that of the newest signed index.

        Raises:
            SubjectKindUnknown: there is no such kind or role.
            NameNotFound, NameAmbiguous: nothing goes by a short name, or several things do.
            IndexMissing: no index was signed yet.
        """
        from thread.events.subjects import SUBJECT_KINDS
        from thread.service.proofs import SubjectKindUnknown, subject_proof
        from thread.values.names import is_uri

        if kind not in SUBJECT_KINDS:
            raise SubjectKindUnknown(kind=kind)
        is_short = kind.partition(".")[0] in _RESOLVED_KINDS and not is_uri(name)
        whole = self.resolve(name) if is_short else name
        with self._store.snapshot() as reader:
            return subject_proof(reader, kind, whole)

    def bundle(self, name: str, *, direction: Asked = "backward") -> Bundle:
        """Return the bundle of a trace: the answer with all that it rests on, to be checked by an outsider.

        It tells what was known at the newest checkpoint; entries recorded since are not in it. The same question at the
        same checkpoint gives the same bytes.

        Args:
            name: a lot, serial, order, container or shipment, as people write it.
            direction: `backward`, `forward` or `both`.

        Raises:
            NameNotFound, NameAmbiguous: the name fits nothing known at that checkpoint, or several things.
            IndexMissing: no index was signed yet.
        """
        from thread.genealogy.trace import trace
        from thread.service.bundles import NotingHistory, bundle
        from thread.service.proofs import newest_index

        with collector_paused(), self._store.snapshot() as reader:
            index = newest_index(reader)
            _, (resolved,), root = self._asked(index.size, name)
            history = NotingHistory(self._store.reading, origin=self.origin, size=index.size)
            with history.in_one_go():
                answer = trace(history, resolved, direction=direction, root=root)
                # What the facts of its nodes ask afterwards is beside the trace.
                passed = frozenset(history.asked)
                return bundle(reader, answer, passed, index=index, schedule=self.key_schedule(reader))
