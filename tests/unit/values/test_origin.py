"""Why supply was released: pegged is just in time, the rest just in case, and silence is unknown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from thread.values.origin import Origin, OriginPart, Peg, mode_totals, origin_parts
from thread.values.quantity import decimal_text

_AMOUNTS = st.integers(1, 400).map(lambda quarters: Decimal(quarters) / 4)
_ORIGINS = st.builds(
    Origin,
    pegs=st.lists(st.builds(Peg, demand=st.just("SO-1"), quantity=_AMOUNTS.map(decimal_text)), max_size=4).map(tuple),
    trigger=st.sampled_from([None, "forecast", "overrun"]),
)


@pytest.mark.requirement("ORI-1")
def test_a_receipt_of_100_against_a_peg_of_60_is_60_jit_and_40_jic() -> None:
    parts = origin_parts(Decimal(100), Origin(pegs=(Peg(demand="SO-1", quantity="60"),), trigger="safety_stock"))

    assert [part.as_json() for part in parts] == [
        {
            "mode": "JIT",
            "quantity": "60",
            "trigger": None,
            "pegs": [{"demand": "SO-1", "kind": "customer_order", "quantity": "60"}],
        },
        {"mode": "JIC", "quantity": "40", "trigger": "safety_stock", "pegs": []},
    ]


@pytest.mark.requirement("ORI-1")
def test_nobody_telling_why_is_unknown_never_jit() -> None:
    assert origin_parts(Decimal(5), None) == (OriginPart("UNKNOWN", Decimal(5)),)
    assert origin_parts(Decimal(5), Origin()) == (OriginPart("UNKNOWN", Decimal(5)),)


def test_the_rest_of_a_peg_without_a_trigger_is_unknown() -> None:
    parts = origin_parts(Decimal(5), Origin(pegs=(Peg(demand="SO-1", quantity="2"),)))

    assert [(part.mode, part.quantity) for part in parts] == [("JIT", Decimal(2)), ("UNKNOWN", Decimal(3))]


def test_pegs_are_filled_in_the_order_told_and_the_last_only_as_far_as_it_goes() -> None:
    first, second, third = (Peg(demand=name, quantity="4") for name in ("SO-1", "SO-2", "SO-3"))

    (part,) = origin_parts(Decimal(6), Origin(pegs=(first, second, third), trigger="forecast"))

    assert [(peg.demand, peg.quantity) for peg in part.pegs] == [("SO-1", "4"), ("SO-2", "2")]


def test_nothing_has_no_parts() -> None:
    assert origin_parts(Decimal(0), None) == ()
    assert origin_parts(Decimal(0), Origin(trigger="forecast")) == ()


def test_totals_name_every_mode() -> None:
    assert mode_totals([]) == {"JIT": "0", "JIC": "0", "UNKNOWN": "0"}
    assert mode_totals([OriginPart("JIC", Decimal("1.50")), OriginPart("JIC", Decimal(2))])["JIC"] == "3.5"


def test_a_peg_of_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="the quantity is zero"):
        Peg(demand="SO-1", quantity="0")


def test_the_longest_quantities_are_divided_to_the_last_digit() -> None:
    whole = Decimal("999999999999999999.999999999999")

    parts = origin_parts(whole, Origin(pegs=(Peg(demand="SO-1", quantity="0.000000000001"),), trigger="forecast"))

    assert [decimal_text(part.quantity) for part in parts] == ["0.000000000001", "999999999999999999.999999999998"]


@pytest.mark.requirement("ORI-1")
@given(_AMOUNTS, st.none() | _ORIGINS)
def test_the_parts_add_up_to_what_was_released_and_jit_is_what_is_pegged(
    quantity: Decimal, origin: Origin | None
) -> None:
    parts = origin_parts(quantity, origin)

    pegged = sum((Decimal(peg.quantity) for part in parts for peg in part.pegs), Decimal(0))
    assert sum(part.quantity for part in parts) == quantity
    assert pegged == sum(part.quantity for part in parts if part.mode == "JIT")
    assert len({part.mode for part in parts}) == len(parts)
