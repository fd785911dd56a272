"""What acceptance says of an event: findings, each with a stable code, and the error that carries those that refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from thread.acceptance.rules import RULES
from thread.errors import Conflict

__all__ = ["Acceptance", "Finding", "Refused", "Severity"]

Severity = Literal["refuse", "warn"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about an event that does not fit. `path`: JSON Pointer into the event; `facts` for programs."""

    code: str
    severity: Severity
    path: str
    text: str
    facts: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def forceable(self) -> bool:
        """Whether the event may be recorded all the same, with a reason."""
        return RULES[self.code].forceable if self.code in RULES else True

    def as_json(self) -> dict[str, str]:
        """The finding as an entry holds it."""
        return {"code": self.code, "text": self.text, **({"path": self.path} if self.path else {})}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """All that was found about an event, in the order of its lines."""

    findings: tuple[Finding, ...] = ()

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """The findings that speak against recording it."""
        return tuple(finding for finding in self.findings if finding.severity == "refuse")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that it is recorded with."""
        return tuple(finding for finding in self.findings if finding.severity == "warn")

    def refusals_if(self, *, forced: bool) -> tuple[Finding, ...]:
        """Return the findings that keep it from being recorded; with force, those that no force overcomes."""
        return tuple(one for one in self.refusals if not (forced and one.forceable))

    def require(self, *, forced: bool = False) -> tuple[Finding, ...]:
        """Return the findings that it is recorded with.

        Raises:
            Refused: a rule is broken, and it is not forced or cannot be.
        """
        against = self.refusals_if(forced=forced)
        if against:
            raise Refused(findings=against)
        return self.findings


class Refused(Conflict):
    """An event does not fit what the ledger holds.

    `findings`: every rule that it breaks. `code`: that of the first.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, *, findings: tuple[Finding, ...]) -> None:
        first = findings[0]
        at = f" (at {first.path})" if first.path else ""
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        forced = "; if it happened all the same, record it by force, with a reason" if first.forceable else ""
        facts = {name: fact for name, fact in first.facts.items() if name not in {"text", "findings"}}
        super().__init__(
            f"{first.text}{at}{forced}{more}",
            findings=tuple(one.as_json() for one in findings),
            **{"path": first.path, **facts},
        )
        self.findings = findings
        self.code = first.code  # type: ignore[misc]
