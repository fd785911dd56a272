"""How a lot leaves, is delivered, refused, brought back, or changes its owner (EVENTS 4, 6 "Dispatch")."""

from __future__ import annotations

from decimal import Decimal

from thread.events.base import Line
from thread.events.dispatch import CustomerReturned, Delivered, OwnershipChanged, ShipLine, Shipped
from thread.genealogy.books import Books
from thread.genealogy.movement import Selection
from thread.genealogy.projection import Told
from thread.genealogy.serial_map import serials_in
from thread.genealogy.stock import Bucket, Wanted
from thread.genealogy.stock_movements import is_calculated
from thread.values.quantity import EXACT, ZERO, exact_sum
from thread.values.serials import Span, without

__all__ = ["REFUSED", "came_back", "delivered", "owner_changed", "shipped"]

REFUSED = "refused"


def shipped(books: Books, told: Told, event: Shipped) -> None:
    """Book what left: sold, between sites, to a processor, on consignment, back to the supplier, disposed of."""
    for line in event.lots:
        if not event.custody:
            _drop_shipped(books, told, event, line)
            continue
        chosen = books.meant(told, line, place=event.ship_from)
        if chosen is None:
            continue
        if event.purpose == "transfer" and chosen.certain:
            books.shift(told, chosen, lambda bucket: _on_the_way(bucket, event), "transfer", may_owe=True)
        elif event.purpose == "consignment" and chosen.certain:
            books.shift(told, chosen, lambda bucket: _on_consignment(bucket, event), "consignment", may_owe=True)
        else:
            books.leave(told, chosen, _gone(event), event.purpose, keep_container=True)


def _on_the_way(bucket: Bucket, event: Shipped) -> Bucket:
    return bucket._replace(state="in_transit", place=None, shipment=event.shipment)


def _on_consignment(bucket: Bucket, event: Shipped) -> Bucket:
    return bucket._replace(
        state="on_consignment",
        place=event.ship_to,
        owner=event.owner or bucket.owner,
        shipment=event.shipment,
        customer=event.consignee or event.customer,
    )


def _gone(event: Shipped) -> Bucket:
    receiver = event.customer or event.consignee
    calculated = is_calculated(event)
    match event.purpose:
        case "processing":
            return Bucket(
                "in_process",
                event.site,
                event.ship_to,
                event.owner,
                "at_processor",
                shipment=event.shipment,
                customer=receiver,
                order=event.work_order,
                calculated=calculated,
            )
        case "supplier_return":
            line = "returned_to_supplier"
        case "disposal":
            line = "scrapped"
        case _:
            line = "shipped"
    return Bucket(line, event.site, event.ship_to, shipment=event.shipment, customer=receiver, calculated=calculated)


def _drop_shipped(books: Books, told: Told, event: Shipped, line: ShipLine) -> None:
    """Goods that never were in our hands come and go in one step; stock of the same lot here stays as it is."""
    if line.lot != books.lot or line.amount is None:
        return
    amount = books.amount_of(line.quantity, told) if line.quantity is not None else line.amount
    if amount is not None:
        source = Bucket("received", event.site, owner=event.owner, state="drop_shipment", shipment=event.shipment)
        books.pass_through(told, amount, source, _gone(event)._replace(state="drop_shipment"), line.spans)


def delivered(books: Books, told: Told, event: Delivered) -> None:
    """Book what a recipient accepted; what was refused is on its way until it is brought back."""
    for line in event.refused or ():
        _refused(books, told, event, line)
    here = _on_way(books, event.shipment)
    arriving = [bucket for bucket in here if bucket.customer is None and bucket.run != REFUSED]
    if not arriving:
        return

    def arrived(bucket: Bucket) -> Bucket:
        place = event.to_place or event.place
        return bucket._replace(state="free", site=event.site, place=place, shipment=None)

    wanted = Wanted(event.site, shipment=event.shipment)
    if event.accepted is None:
        books.shift(told, Selection(None, (), arriving, wanted, certain=True, whole=True), arrived, "delivered")
        return
    for line in event.accepted:
        chosen = books.meant(told, line)
        if chosen is not None:
            buckets = [bucket for bucket in _on_way(books, event.shipment) if bucket in arriving]
            if chosen.whole:
                buckets = [bucket for bucket in chosen.buckets if bucket in buckets]
            books.shift(told, chosen._replace(buckets=buckets), arrived, "delivered")


def _on_way(books: Books, shipment: str) -> list[Bucket]:
    return [bucket for bucket in books.stock.piles if bucket.shipment == shipment]


def _refused(books: Books, told: Told, event: Delivered, line: Line) -> None:
    """Goods that the recipient did not take are ours again, on the way."""
    sent = [bucket for bucket in books.by_shipment.get(event.shipment, ()) if bucket.line == "shipped"]

    def back(bucket: Bucket) -> Bucket:
        return Bucket(
            "on_hand",
            bucket.site,
            None,
            None,
            "in_transit",
            bucket.container,
            event.shipment,
            bucket.customer,
            run=REFUSED,
        )

    chosen = books.meant(told, line)
    on_way = _on_way(books, event.shipment)
    if chosen is not None and on_way:
        if chosen.whole:
            on_way = [bucket for bucket in chosen.buckets if bucket in on_way]
        books.shift(
            told,
            chosen._replace(buckets=on_way),
            lambda bucket: bucket._replace(state="in_transit", place=None, run=REFUSED),
            "delivered",
        )
        return
    if line.is_whole_container:
        inside = [bucket for bucket in sent if line.container in books.stock.chain(bucket.container)]
        for bucket in inside:
            books.undo(told, (bucket,), books.tally[bucket], (), become=back)
    elif line.lot == books.lot and line.amount is not None:
        amount = books.amount_of(line.quantity, told) if line.quantity is not None else line.amount
        if amount is not None:
            books.undo(told, sent, amount, line.spans, become=back)


def came_back(books: Books, told: Told, event: CustomerReturned) -> None:
    """Book goods that came back: what was refused and on its way, else what was shipped."""
    for line in event.lots:
        if line.is_whole_container:
            _container_back(books, told, event, line)
        elif books.lot in line.candidates and line.amount is not None:
            amount = books.amount_of(line.quantity, told) if line.quantity is not None else line.amount
            if amount is not None:
                _lot_back(books, told, event, line, amount)


def _back_in(event: CustomerReturned, line: Line, bucket: Bucket) -> Bucket:
    """Return where goods stand that came back; inside a container if they came in it."""
    return Bucket(
        "on_hand",
        event.site,
        line.place or event.to_place or event.place,
        None,
        "quarantine" if event.status == "quarantine" else "free",
        bucket.container if line.is_whole_container else line.container,
    )


def _may_be_from(event: CustomerReturned, bucket: Bucket) -> bool:
    if event.shipment is not None:
        return bucket.shipment == event.shipment
    return event.customer is None or bucket.customer is None or bucket.customer == event.customer


def _away(books: Books, event: CustomerReturned) -> list[Bucket]:
    """Return stock that is ours but on its way back, or with a consignee."""
    return [
        bucket
        for bucket in books.stock.piles
        if bucket.shipment is not None and _may_be_from(event, bucket) and (bucket.run == REFUSED or event.shipment)
    ]


def _container_back(books: Books, told: Told, event: CustomerReturned, line: Line) -> None:
    chain = books.stock.chain
    away = [bucket for bucket in _away(books, event) if line.container in chain(bucket.container)]
    if away:
        wanted = Wanted(event.site, shipment=event.shipment)
        chosen = Selection(None, (), away, wanted, certain=True, whole=True)
        books.shift(told, chosen, lambda bucket: _back_in(event, line, bucket), "returned")
    for bucket in [one for one in books.shipped if _may_be_from(event, one)]:
        there = books.tally[bucket]
        if line.container in chain(bucket.container) and there > ZERO:
            books.undo(told, (bucket,), there, books.serials_of(bucket), become=lambda one: _back_in(event, line, one))


def _lot_back(books: Books, told: Told, event: CustomerReturned, line: Line, amount: Decimal) -> None:
    left, spans = amount, line.spans
    away = _away(books, event) if line.one_of is None else []
    if away:
        there = exact_sum(books.stock.piles[bucket] for bucket in away)
        part = min(there, left)
        wanted = Wanted(event.site, shipment=event.shipment)
        now = spans if part == left else ()
        chosen = Selection(part, now, away, wanted, certain=True, whole=False)
        books.shift(told, chosen, lambda bucket: _back_in(event, line, bucket), "returned")
        left = EXACT.subtract(left, part)
    if left <= ZERO:
        return

    def become(bucket: Bucket) -> Bucket:
        back = _back_in(event, line, bucket)
        if not line.one_of:
            return back
        # Nobody knows which lot it is, but it stands here, and it may have to wait for its inspection.
        state = "quarantine" if back.state == "quarantine" else None
        return bucket._replace(line="unassigned", place=back.place, state=state)

    fallback = Bucket("shipped", event.site, shipment=event.shipment, customer=event.customer)
    short = books.undo(
        told,
        _sent(books, event, spans),
        left,
        spans,
        become=become,
        fallback=None if line.one_of else fallback,
    )
    if short > ZERO and line.one_of is None:
        text = (
            f"{books.told_quantity(short)} more came back than were shipped; record the shipment that is missing,"
            " or correct the lot that came back"
        )
        books.note_overdrawn("returned-not-shipped", told, text, short, fallback)


def _sent(books: Books, event: CustomerReturned, spans: tuple[Span, ...]) -> list[Bucket]:
    """Return what was shipped, the best fitting first: by serial, by shipment, by customer, the latest."""
    latest = list(reversed(books.shipped))
    known = [bucket for _, bucket in books.stock.serials.find(spans)[0] if bucket.line == "shipped"] if spans else []
    of_shipment = [bucket for bucket in latest if event.shipment is not None and bucket.shipment == event.shipment]
    of_customer = [bucket for bucket in latest if event.customer is not None and bucket.customer == event.customer]
    others = latest if event.shipment is None and event.customer is None else []
    return list(dict.fromkeys((*known, *of_shipment, *of_customer, *others)))


def owner_changed(books: Books, told: Told, event: OwnershipChanged) -> None:
    """Book goods to their new owner. Goods on consignment that their keeper buys are sold: they are no longer ours."""
    for line in event.lots:
        chosen = books.meant(told, line)
        if chosen is None or not chosen.certain:
            continue
        buckets = list(chosen.buckets)
        bought = [b for b in buckets if b.state == "on_consignment" and b.customer == event.owner]
        others = [bucket for bucket in buckets if bucket not in bought]
        rest = _sell(books, told, event, chosen._replace(buckets=bought))
        if others and (rest.spans or rest.amount is None or rest.amount > ZERO):
            books.shift(told, rest._replace(buckets=others), lambda bucket: bucket._replace(owner=event.owner), "owner")


def _sell(books: Books, told: Told, event: OwnershipChanged, chosen: Selection) -> Selection:
    """Book what the keeper buys of the goods on consignment; return what is left of the line."""
    amount, spans = chosen.amount, chosen.spans
    known = books.stock.serials.find(spans)[0] if spans else []
    for bucket in chosen.buckets:
        here = tuple(span for span, at in known if at == bucket)
        there = books.stock.piles[bucket]
        part = Decimal(serials_in(here)) if spans else there if amount is None else min(there, amount)
        if part <= ZERO:
            continue
        target = Bucket("shipped", event.site, bucket.place, shipment=bucket.shipment, customer=event.owner)
        one = chosen._replace(amount=part, spans=here, buckets=(bucket,))
        books.leave(told, one, target, "owner", keep_container=True)
        spans = without(spans, here)
        amount = None if amount is None else EXACT.subtract(amount, part)
    return chosen._replace(amount=Decimal(serials_in(spans)) if chosen.spans else amount, spans=spans)
