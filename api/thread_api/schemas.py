"""The shapes of the answers, as the API's description publishes them (DESIGN 8).

Answers are printed by the core and sent as they are. These models say what they hold; a test reads every kind of answer
with them, so a member that is missing here, or there, fails.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from thread.events.base import Document
from thread.values.reasons import LONGEST_REASON

__all__ = [
    "Balance",
    "BatchRecorded",
    "Captured",
    "CorrectionPreviewAnswer",
    "CorrectionTold",
    "EntryAnswer",
    "FindingToClose",
    "FindingsPage",
    "Health",
    "Loaded",
    "LotCard",
    "LotHistory",
    "LotPage",
    "MappingRemoved",
    "Mappings",
    "ProblemDocument",
    "ProblemKind",
    "Reason",
    "Recorded",
    "ScopeAnswer",
    "ScopeQuestion",
    "SearchHit",
    "SearchKind",
    "TraceAnswer",
    "VerificationAnswer",
]

Decimal = str
"""A decimal as text."""

Reason = Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": LONGEST_REASON})]
"""Words that show something; whoever records checks them, so that the rule is the same whichever way they come in."""


class Answer(BaseModel):
    """Base of everything that is answered: exactly these members."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class LedgerFacts(Answer):
    """Which ledger an answer rests on, at which size, with which root hash (base64, as in a checkpoint)."""

    origin: str
    size: int
    root: str


class FindingFacts(Answer):
    """Something about a recorded event that somebody should look at. `path`: JSON Pointer into the event."""

    code: str
    text: str
    path: str | None = None


class Recorded(Answer):
    """What became of an event."""

    seq: int
    """Place of the entry in the ledger."""
    event_id: str
    """Id of the event; made, if none was told."""
    duplicate: bool
    """The same was recorded before, under the same key or id; `seq` is the entry that it has."""
    findings: tuple[FindingFacts, ...]


class FaultFacts(Answer):
    """One thing that is wrong with an event. `path`: JSON Pointer into it, "" where it is about all of it."""

    path: str
    text: str


class Rejected(Answer):
    """An event of a batch that was not recorded, and why. `path`: JSON Pointer into the event."""

    index: int
    """Place in the batch, from 0."""
    line: int | None
    path: str
    code: str
    reason: str
    findings: tuple[FaultFacts, ...]
    """All that is wrong with it; `path` and `reason` tell the first."""


class BatchRecorded(Answer):
    """What became of a batch."""

    recorded: int
    duplicates: int
    rejected: tuple[Rejected, ...]
    """The first hundred."""
    rejected_count: int
    findings: int
    """How many findings the recorded events have together."""


SearchKind = Literal[
    "lot",
    "order",
    "shipment",
    "container",
    "document",
    "item",
    "party",
    "place",
    "vessel",
    "resource",
    "hold",
    "activity",
    "serial",
]


class SearchHit(Answer):
    """A thing that goes by a text."""

    kind: SearchKind
    """What it is; an activity is a split, merge, relabelling or rework."""
    name: str
    """Its one name, by which every question about it can be asked."""
    label: str
    """The name as tables show it."""
    matched: str
    """The text that fits, as it was told."""
    how: Literal["exact", "prefix", "within", "part"]
    """The text is equal, begins with what was asked, holds it, or is one element of a label that was scanned."""
    by: str
    """What kind of name the text is: code, supplier lot, printed mark, description, private name, GTIN …"""
    seq: int | None
    """The first entry that names it."""
    voided: bool
    """Every entry that names it was voided or replaced."""


class RejectedPart(Answer):
    """Something in a document that was not captured, and why. `path`: JSON Pointer into the document."""

    file: str
    index: int | None
    path: str
    reason: str


class Captured(Answer):
    """What became of a captured document."""

    recorded: int
    duplicates: int
    master_data: int
    """Descriptions of items, places and parties that came with the events and were not known before."""
    rejected: tuple[RejectedPart, ...]


class RowFaultFacts(Answer):
    """One thing that is wrong in a row of a table. `column` as the file calls it, `field` as we do."""

    line: int
    column: str | None
    field: str | None
    value: str | None
    expected: str | None
    code: str
    text: str


class RowFindingFacts(Answer):
    """Something about a row that somebody should look at."""

    line: int | None
    text: str


class Loaded(Answer):
    """What became of a table, or would become of it."""

    kind: str
    dry_run: bool
    rows: int
    """Rows that were looked at."""
    recorded: int
    would_record: int
    """Of a dry run: rows that can be recorded."""
    duplicates: int
    rejected: tuple[RowFaultFacts, ...]
    """The first thousand faults."""
    rejected_rows: int
    gave_up: bool
    """So many rows were wrong that later ones were not looked at."""
    findings: tuple[RowFindingFacts, ...]
    finding_count: int
    notes: tuple[str, ...]
    """What somebody should know about the file."""
    first_seq: int | None
    last_seq: int | None


class Mappings(Answer):
    """Saved mappings of columns by their names."""

    mappings: dict[str, dict[str, Any]]


class MappingRemoved(Answer):
    """The name of the mapping that is gone."""

    removed: str


class OriginPartFacts(Answer):
    """A quantity of one mode, with what explains it."""

    mode: Literal["JIT", "JIC", "UNKNOWN"]
    quantity: Decimal
    trigger: str | None
    pegs: tuple[dict[str, Any], ...]


class OriginTotals(Answer):
    """Quantities by mode, in the unit of the lot."""

    JIT: Decimal
    JIC: Decimal
    UNKNOWN: Decimal


class SerialRangeFacts(Answer):
    """Serials from first to last."""

    first: str
    last: str


class GapFacts(Answer):
    """A node that rests on something less than a plain fact."""

    id: str
    codes: tuple[str, ...]
    entries: tuple[int, ...]


class RemovalFacts(Answer):
    """A node that left the answer through corrections, and the entries that made it so."""

    id: str
    kind: Literal["lot", "activity", "container", "shipment"]
    entries: tuple[int, ...]


class FlowFacts(Answer):
    """One told flow of material. Times are null where nobody knows a bound."""

    seq: int
    index: int
    time_from: str | None
    time_to: str | None
    quantity: Decimal | None
    quantity_max: Decimal | None
    gross: Decimal | None
    in_time: bool
    certain: bool
    via: str | None
    serials: tuple[SerialRangeFacts, ...]
    entries: tuple[int, ...]


class TraceEdgeFacts(Answer):
    """All flows from one node to another; `source` is always upstream of `target`."""

    source: str
    target: str
    kind: Literal["flow", "component", "structure", "custody"]
    quantity: Decimal | None
    quantity_max: Decimal | None
    gross: Decimal | None
    unit: str | None
    in_time: bool
    certain: bool
    flows: tuple[FlowFacts, ...]


class TraceNodeFacts(Answer):
    """A lot, activity, container or shipment."""

    id: str
    kind: Literal["lot", "activity", "container", "shipment"]
    depth: int
    in_time: bool
    serials: tuple[SerialRangeFacts, ...]
    item: str | None
    lot: str | None
    quantity: Decimal | None
    unit: str | None
    status: dict[str, Decimal]
    origin: OriginTotals
    origin_parts: tuple[OriginPartFacts, ...]
    entries: tuple[int, ...]
    customer: str | None = None
    """Of shipments only."""
    customers: tuple[str, ...] | None = None
    """Of a shipment whose number was used for several customers."""
    consignee: str | None = None
    """Of a shipment that went to no customer: the supplier, processor, disposer or place of ours that received it."""


class Dropped(Answer):
    """How many nodes and edges `in_time` left out."""

    nodes: int
    edges: int


class CleanBreakFacts(Answer):
    """A vessel was emptied: material before it is not in what was drawn after it."""

    seq: int
    before: str
    after: str


class TraceFacts(Answer):
    """What a trace says about itself."""

    focus: str
    direction: Literal["backward", "forward", "both"]
    in_time_only: bool
    as_of: str | None
    known_at: int
    complete: bool
    frontier: tuple[str, ...]
    gaps: tuple[GapFacts, ...]
    dropped: Dropped
    clean_breaks: tuple[CleanBreakFacts, ...]
    removed: tuple[TraceEdgeFacts, ...]
    removed_by: tuple[RemovalFacts, ...]
    ledger: LedgerFacts
    entries: tuple[int, ...]


class TraceAnswer(Answer):
    """NetworkX node-link data (`edges="edges"`): nodes by (depth, id), edges by (source, target)."""

    directed: bool
    multigraph: bool
    graph: TraceFacts
    nodes: tuple[TraceNodeFacts, ...]
    edges: tuple[TraceEdgeFacts, ...]


class BalanceLine(Answer):
    """One line of a balance; `line` is a word of EVENTS 4."""

    line: str
    quantity: Decimal | None
    quantity_max: Decimal | None
    place: str | None
    owner: str | None
    state: str | None
    calculated: bool
    entries: tuple[int, ...]


class BalanceFinding(Answer):
    """Something in a balance that does not fit, such as more that left than ever came in."""

    code: str
    text: str
    entries: tuple[int, ...]


class Balance(Answer):
    """The mass balance of a lot, in its own unit: all that came in = all that went out + what is there."""

    model_config = ConfigDict(populate_by_name=True)

    lot: str
    unit: str | None
    in_: tuple[BalanceLine, ...] = Field(alias="in")
    out: tuple[BalanceLine, ...]
    difference: Decimal
    findings: tuple[BalanceFinding, ...]


class FieldChangeFacts(Answer):
    """A field that a correction changed. null: it was not told, or is not told any more."""

    event: int
    """Which of the events that stand at the entry, from 0."""
    path: str
    """JSON Pointer into that event."""
    field: str
    """The field in words."""
    old: str | None
    new: str | None
    text: str
    """The change in words: `quantity 100 KGM → 60 KGM`."""


class CorrectionFacts(Answer):
    """A correction of an entry, told against what stood there just before it."""

    seq: int
    """The correcting entry."""
    corrects: int
    """The entry that was wrong."""
    void: bool
    event_time: str | None
    recorded_at: str
    actor: str
    """Who told it."""
    reason_code: str
    reason: str
    approver: str | None
    old: tuple[str, ...]
    """What stood there before, each event as a sentence; empty: it was void."""
    new: tuple[str, ...]
    """What stands there from now on; empty: it is void."""
    changes: tuple[FieldChangeFacts, ...]


class HistoryLine(Answer):
    """One thing that was told of a lot."""

    seq: int
    type: str
    event_time: str | None
    recorded_at: str
    text: str
    corrected_by: int | None
    actor: str
    forced: bool
    reason: str | None
    """Of what was recorded by force: why, as somebody typed it."""
    corrects: int | None
    """The entry in whose place this stands, or that it made void."""
    correction: CorrectionFacts | None
    """Where this line is a correction: what it put in place of what, by whom, when and why."""
    corrected: CorrectionFacts | None
    """Where something else stands in the place of this line: the correction that put it there."""


class MeasureFacts(Answer):
    """A quantity in another unit."""

    value: Decimal
    unit: str


class QuantityFacts(Answer):
    """How much, in which unit; `also`: the same stuff told in other units."""

    value: Decimal
    unit: str
    also: tuple[MeasureFacts, ...] = ()


class MoneyFacts(Answer):
    """An amount of money with its ISO 4217 currency."""

    value: Decimal
    currency: str


class ArrivalFacts(Answer):
    """One receipt or declaration of a lot."""

    id: str | None
    entries: tuple[int, ...]
    event_time: str
    kind: str
    supplier: str | None
    supplier_lots: tuple[str, ...]
    documents: tuple[dict[str, str], ...]
    quantity: QuantityFacts
    place: str | None
    origin: OriginTotals
    origin_parts: tuple[OriginPartFacts, ...]
    unit_cost: MoneyFacts | None
    expiry: str | None
    best_before: str | None
    made_on: str | None
    country: str | None
    status: str
    contents_declared: bool


class PlaceShare(Answer):
    """How much of a lot is at a place; null: nobody told where."""

    place: str | None
    quantity: Decimal


class ContainerShare(Answer):
    """How much of a lot a container holds."""

    container: str
    quantity: Decimal


class HoldFacts(Answer):
    """A hold that is not released. `quantity` null: all of its target, now and later."""

    hold_id: str
    reason: str
    quantity: Decimal | None
    serials: tuple[SerialRangeFacts, ...]
    place: str | None
    container: str | None
    within: str | None
    entries: tuple[int, ...]


class LotFindingFacts(Answer):
    """Something about a lot that somebody should look at. `open` false: it was so once, and was made good."""

    code: str
    text: str
    entries: tuple[int, ...]
    open: bool
    reason: str | None
    """Of what was recorded by force: why, as somebody typed it."""


class SerialWhereabouts(Answer):
    """Where one piece is or went; more than one of these: nobody told which of them it is."""

    line: str
    place: str | None
    container: str | None
    shipment: str | None
    customer: str | None
    order: str | None
    state: str | None
    entries: tuple[int, ...]


class SerialFacts(Answer):
    """One piece of a lot. Quantities are kept by lot, so its balance is the one of `lot`."""

    lot: str
    serial: str
    where: tuple[SerialWhereabouts, ...]


class LotBalance(Balance):
    """The mass balance of a lot. Quantities are kept by lot, so a single piece has none of its own."""

    serial_of: SerialFacts | None
    """Where the name is a serial number of a lot: of which, whose balance counts it, and where that piece is."""


class LotCard(Answer):
    """What is known of a lot."""

    id: str
    short: str
    item: str | None
    lot: str | None
    assigner: str | None
    unit: str | None
    suppliers: tuple[str, ...]
    supplier_lots: tuple[str, ...]
    arrivals: tuple[ArrivalFacts, ...]
    origin: OriginTotals
    origin_parts: tuple[OriginPartFacts, ...]
    expiry: str | None
    best_before: str | None
    made_on: str | None
    retest_date: str | None
    grade: str | None
    planning_class: str | None
    status: dict[str, Decimal]
    balance: Balance
    places: tuple[PlaceShare, ...]
    containers: tuple[ContainerShare, ...]
    holds: tuple[HoldFacts, ...]
    findings: tuple[LotFindingFacts, ...]
    history: tuple[HistoryLine, ...]
    serial_of: SerialFacts | None
    """Where the name is a serial number of a lot: of which, and where that piece is."""
    ledger: LedgerFacts


class LotHistory(Answer):
    """What was told of a lot, in the order that it happened."""

    id: str
    history: tuple[HistoryLine, ...]
    ledger: LedgerFacts


class LotRow(Answer):
    """A lot in a list."""

    id: str
    short: str
    item: str | None
    lot: str | None


class LotPage(Answer):
    """Lots by name. `next`: where the next page begins (`after=`); null: this is the last."""

    lots: tuple[LotRow, ...]
    next: str | None
    ledger: LedgerFacts


class ReportFact(Answer):
    """What a report was asked, or is about."""

    name: str
    value: str


class ReportColumn(Answer):
    """A column of a report. `amount`: decimals as text; `count`: whole numbers; `time`, `name`: moments and URIs."""

    name: str
    kind: Literal["text", "amount", "count", "time", "name"]


class ReportAnswer(Answer):
    """A report: its rows are objects by the names of its columns, in their order."""

    report: str
    title: str
    asked: tuple[ReportFact, ...]
    columns: tuple[ReportColumn, ...]
    rows: tuple[dict[str, str | int | None], ...]
    remarks: tuple[str, ...]
    ledger: LedgerFacts


class InclusionProofAnswer(Answer):
    """A proof that an entry is among the first `size`. Hashes in base64; `proof` from the leaf up to the root."""

    seq: int
    size: int
    root: str
    leaf_hash: str
    proof: tuple[str, ...]
    entry: str
    """The entry as it is stored: SHA-256(0x00 || these bytes) is the leaf hash."""
    checkpoint: str | None
    """The signed checkpoint of that size, where there is one."""


class SubjectName(Answer):
    """What a list of entries is about: kind with role, and name."""

    kind: str
    name: str


class SubjectProofAnswer(Answer):
    """All entries before a signed index that name a subject in a role. Hashes and proofs in base64."""

    subject: SubjectName
    seqs: tuple[int, ...]
    covers: int
    """Over how many entries the index is; its entry is the one of that seq."""
    index_root: str
    proof: str
    """Shows the list in the index (Merkle Patricia tree), or that the index has none."""
    index_entry: InclusionProofAnswer
    """Shows the entry that tells the root of the index."""


class SizeAndRoot(Answer):
    """How many entries, and the root hash over them in base64."""

    size: int
    root: str


class ConsistencyProofAnswer(Answer):
    """A proof that the smaller ledger is the beginning of the larger one. Hashes in base64."""

    from_: SizeAndRoot = Field(alias="from")
    to: SizeAndRoot
    proof: tuple[str, ...]


class EntryAnswer(Answer):
    """An entry as it is stored. `leaf_hash`: SHA-256(0x00 || entry bytes), RFC 9162, 64 hex digits."""

    seq: int
    leaf_hash: str
    entry: dict[str, Any]


class CheckedFacts(Answer):
    """What a verification looked at."""

    chain: bool
    tree: bool
    signatures: bool
    index: bool
    readings: bool
    projections: bool
    values: bool


class ProblemFacts(Answer):
    """One thing that is wrong with the stored ledger."""

    seq: int | None
    code: str
    text: str


class PublicKeyFacts(Answer):
    """A pair of public keys. `keys`: C2SP verifier keys, Ed25519 then ML-DSA-44; none where it is only prepared."""

    state: Literal["retired", "valid", "follows", "prepared"]
    """`valid`: signs at the present size. `follows`: from a larger size on. `prepared`: no other can follow."""
    fingerprint: str
    keys: tuple[str, ...]
    seq: int | None
    """The entry that names them."""
    first_size: int | None
    """The smallest size of a checkpoint that they may sign."""
    last_size: int | None
    """The largest; null where no others follow."""


class KeysAnswer(Answer):
    """The public keys of the ledger. `fingerprint`: of the first ones, which identifies the ledger."""

    origin: str
    fingerprint: str
    current_fingerprint: str
    size: int
    keys: tuple[PublicKeyFacts, ...]


class VerificationAnswer(Answer):
    """What a verification found. `root`: base64, as in a checkpoint."""

    ok: bool
    size: int
    root: str | None
    checked: CheckedFacts
    problems: tuple[ProblemFacts, ...]
    fingerprint: str | None
    """Fingerprint of the ledger's first public keys, 64 hex digits: compare it with what its owner told you."""
    current_fingerprint: str | None
    """Fingerprint of the public keys that follow from them by the newest change of keys."""
    anchored: bool
    """Whether a checkpoint from outside was compared; if not, a ledger that was written anew is not found."""


class CorrectionTold(BaseModel):
    """What is right in the place of an entry: that it did not happen, or what happened."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    void: bool = False
    """It did not happen at all."""
    replaced_by: tuple[dict[str, Any], ...] | None = None
    """Whole events as they should have been told, without id."""
    reason_code: Literal["wrong_lot", "wrong_quantity", "wrong_time", "did_not_happen", "duplicate", "other"] = "other"
    """Why, as a code."""
    reason: Reason
    """Why, in words that somebody understands in ten years."""
    approver: str | None = None
    """Pseudonymous id of the person who approved it."""
    event_time: str | None = None
    """When it was corrected (RFC 3339 with offset); now, if not told."""
    performed_by: str | None = None
    """Pseudonymous id of the person who corrects."""
    case: str | None = None
    """Recall, complaint or deviation that this belongs to."""
    note: str | None = None
    """Free text."""
    force_reason: Reason | None = None
    """Why it is recorded although a rule speaks against it."""
    seen: str | None = None
    """`seen` of the preview that somebody confirmed: if it touches something else by now, nothing is recorded."""


class ToldBy(Answer):
    """The entry that tells what stands there now."""

    seq: int
    recorded_at: str
    actor: str


class AmountFacts(Answer):
    """A quantity, or the two ends between which it lies."""

    quantity: Decimal
    quantity_max: Decimal | None


class BalanceChangeFacts(Answer):
    """A line of a balance that says something else. null: there is no such line."""

    side: Literal["in", "out"]
    line: str
    place: str | None
    owner: str | None
    state: str | None
    calculated: bool
    before: AmountFacts | None
    after: AmountFacts | None


class TouchedFinding(Answer):
    """A finding that a lot gets or loses."""

    code: str
    text: str
    entries: tuple[int, ...]


class TouchedLotFacts(Answer):
    """A lot that the entry names, or for which something changes."""

    id: str
    short: str
    unit: str | None
    named: bool
    """Whether the entry names it, before or after; else it lies beside: in the same order, shipment or hold."""
    balance: tuple[BalanceChangeFacts, ...]
    """Only lines that change."""
    findings_opened: tuple[TouchedFinding, ...]
    findings_closed: tuple[TouchedFinding, ...]


class NamesMoved(Answer):
    """Names that leave an answer, and names that enter it."""

    leaves: tuple[str, ...]
    enters: tuple[str, ...]


class ScopeMoved(Answer):
    """What leaves and enters a recall scope."""

    lots: NamesMoved
    shipments: NamesMoved
    customers: NamesMoved


class AnswerMoved(Answer):
    """How the answers about one lot change."""

    lot: str
    short: str
    scope: ScopeMoved
    where_from: NamesMoved
    """Lots that it was made from."""


class OpenShipmentFacts(Answer):
    """Goods on their way that the entry bears on: shipped, and nobody told that they arrived or came back."""

    shipment: str
    number: str
    customer: str | None
    event_time: str
    change: Literal["leaves", "enters", "stays"]
    """Whether it rests on the lots of the entry only before, only after, or both."""
    entries: tuple[int, ...]


class TouchedSignatureFacts(Answer):
    """A signature that does not hold with the correction: somebody has to sign again."""

    seq: int
    """The entry that was signed."""
    signed_by: int
    """The entry that tells the signature."""
    signer: str
    meaning: str
    void_before: bool
    """It did not hold before either."""


class CorrectionPreviewAnswer(Answer):
    """What a correction would touch. Nothing is told that stays as it was, and nothing was recorded."""

    seq: int
    """The entry that is corrected."""
    void: bool
    reason_code: str
    reason: str
    approver: str | None
    told_by: ToldBy | None
    old: tuple[str, ...]
    """What stands there now, each event as a sentence; empty: it is void."""
    new: tuple[str, ...]
    """What would stand there; empty: it would be void."""
    changes: tuple[FieldChangeFacts, ...]
    findings: tuple[FindingFacts, ...]
    """What the correction itself would be recorded with."""
    lots: tuple[TouchedLotFacts, ...]
    answers: tuple[AnswerMoved, ...]
    shipments: tuple[OpenShipmentFacts, ...]
    signatures: tuple[TouchedSignatureFacts, ...]
    complete: bool
    """false: more lots lie beside the entry than were looked at."""
    left_out: int
    seen: str
    """Hand it back with the correction: it is recorded only if it still touches the same."""
    ledger: LedgerFacts


class ScopeQuestion(BaseModel):
    """Where an issue began."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    start: tuple[str, ...] = Field(min_length=1, max_length=1_000)
    """Lots, orders, containers or shipments, by name in any spelling or by short form."""
    known_at: int | str | None = None
    """Size of the ledger, or ledger time: what was known then. Not told: now."""


class FindingToClose(BaseModel):
    """What was decided about a finding."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    reason: Reason
    """Why, for somebody who reads it in ten years."""
    decision: Literal["accepted", "corrected", "follow_up"] = "accepted"
    """Accepted as it is, corrected by other entries, or followed up elsewhere."""
    performed_by: str | None = None
    """Pseudonymous id of who decided, where that is not who tells it."""
    documents: tuple[Document, ...] = ()
    """Papers that belong to it, such as a nonconformity report."""


class FindingSubject(Answer):
    """What a finding is about."""

    kind: Literal["lot", "entry", "hold"]
    name: str
    label: str
    """As tables show it."""


class NamedLot(Answer):
    """A lot with its short label."""

    name: str
    label: str


class ClosingFacts(Answer):
    """What somebody decided about a finding."""

    entries: tuple[int, ...]
    by: str
    at: str
    decision: Literal["accepted", "corrected", "follow_up"]
    reason: str
    documents: tuple[str, ...]
    stands: bool
    """False: the finding has changed since, and is open again."""


class OneFinding(Answer):
    """Something that somebody should look into."""

    id: str
    """The same as long as the finding lasts."""
    code: str
    kind: str
    severity: Literal["high", "medium", "low"]
    state: Literal["open", "closed", "settled"]
    """`settled`: forced once, and made good since."""
    title: str
    text: str
    to_do: str
    subject: FindingSubject
    lots: tuple[NamedLot, ...]
    seqs: tuple[int, ...]
    """The entries that it rests on."""
    since: str
    age_days: int
    caused_by: tuple[str, ...]
    """Who told these entries or did what they tell; none of them can close it."""
    facts_sha256: str
    """Changes with everything that it rests on; a closing names it."""
    closing: ClosingFacts | None
    """The closing that stands, else the latest that once did."""


class SeverityCounts(Answer):
    """How many findings there are, the ones beyond the limit too."""

    high: int
    medium: int
    low: int


class FindingsAsked(Answer):
    """What was asked for, and by which limits."""

    lot: str | None
    rules: tuple[str, ...]
    hold_days: int
    late_hours: int
    now: str
    """The clock that ages were counted by."""


class FindingsPage(Answer):
    """Findings, the gravest and oldest first."""

    findings: tuple[OneFinding, ...]
    total: int
    by_severity: SeverityCounts
    asked: FindingsAsked
    ledger: LedgerFacts


class Why(Answer):
    """How an issue reached a lot."""

    path: tuple[str, ...]
    entries: tuple[int, ...]


class Whereabouts(Answer):
    """Where some of a lot is."""

    line: str
    quantity: Decimal | None
    quantity_max: Decimal | None
    place: str | None
    shipment: str | None
    customer: str | None
    """Who bought it, or keeps it on consignment."""
    consignee: str | None
    """Who else received it: a supplier it was returned to, a processor, a disposer."""
    state: str | None
    """The state as the balance tells it, of what is still ours: `free`, `held`, `quarantine`, `in_transit` …"""
    serials: tuple[SerialRangeFacts, ...]
    """Serials that are known to be there; empty: nobody told which."""
    entries: tuple[int, ...]


class ScopeLot(Answer):
    """A lot that the issue may have reached."""

    id: str
    item: str | None
    lot: str | None
    serials: tuple[SerialRangeFacts, ...]
    """The serials that may be affected; empty: all of the lot."""
    depth: int
    in_time: bool
    certain: bool
    why: Why
    quantity: Decimal | None
    unit: str | None
    where: tuple[Whereabouts, ...]
    containers: tuple[str, ...]
    held: Decimal


class ScopeDeparture(Answer):
    """Affected goods that left for a customer. `number`: the shipment as people write it."""

    shipment: str
    number: str
    event_time: str
    """When it left, as told."""
    lots: tuple[str, ...]
    in_time: bool
    certain: bool
    """False where only one of several candidates is affected and left with it."""
    entries: tuple[int, ...]


class ScopeCustomer(Answer):
    """Somebody who may have bought affected goods, or keeps them on consignment.

    Suppliers, processors and disposers are no customers: what went to them stands in `where` of the lot.
    """

    customer: str | None
    shipments: tuple[str, ...]
    lots: tuple[str, ...]
    in_time: bool
    certain: bool
    departures: tuple[ScopeDeparture, ...]
    """Sorted by time."""


class ScopeTotals(Answer):
    """Counts."""

    lots: int
    lots_in_time: int
    containers: int
    customers: int
    shipments: int


class ScopeAnswer(Answer):
    """Everything that an issue may have reached: a superset."""

    start: tuple[str, ...]
    lots: tuple[ScopeLot, ...]
    containers: tuple[str, ...]
    customers: tuple[ScopeCustomer, ...]
    totals: ScopeTotals
    complete: bool
    frontier: tuple[str, ...]
    gaps: tuple[GapFacts, ...]
    removed_by: tuple[RemovalFacts, ...]
    ledger: LedgerFacts


class Health(Answer):
    """Whether the server can read its ledger."""

    status: Literal["ok"]
    version: str
    ledger: LedgerFacts


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457). Further members are facts of the error: `findings`, `candidates`, `near` ..."""

    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True)

    type: str
    """Where the kind of problem is explained."""
    title: str
    status: int
    detail: str
    """What is wrong, where, and what to do."""
    code: str
    """Stable name of the kind of problem, for programs."""


class ProblemKind(Answer):
    """What a kind of problem means."""

    code: str
    title: str
    status: int
    text: str
