"""Decimals keep the digits that were told; sums of them are exact."""

from decimal import Decimal, Inexact
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from thread.values.quantity import (
    AmountText,
    DecimalText,
    Money,
    PositiveText,
    Quantity,
    UnitCode,
    decimal_text,
    exact_sum,
    is_decimal_text,
)

_DECIMALS = st.decimals(
    min_value=Decimal(-(10**17)), max_value=Decimal(10**17), places=12, allow_nan=False, allow_infinity=False
)


@pytest.mark.parametrize("text", ["0", "1", "-1", "0.5", "1.50", "0.000000000001", "999999999999999999.999999999999"])
def test_a_decimal_is_digits_with_at_most_one_point(text: str) -> None:
    assert is_decimal_text(text)
    assert TypeAdapter(DecimalText).validate_python(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "-", "-0", "-0.00", "00", "01", "1.", ".5", "+1", "1e3", "1,5", "1 000", "1_000", " 1", "1\n", "NaN",
     "Infinity", "١", "1000000000000000000", "0.0000000000001", "1.2.3", "--1"],
)  # fmt: skip
def test_what_has_two_spellings_or_none_is_no_decimal(text: str) -> None:
    assert not is_decimal_text(text)
    with pytest.raises(ValidationError, match=r"is not a decimal; write digits with a point, like 12\.50"):
        TypeAdapter(DecimalText).validate_python(text)


def test_an_amount_is_never_negative_and_some_are_never_zero() -> None:
    with pytest.raises(ValidationError, match="is negative"):
        TypeAdapter(AmountText).validate_python("-1")
    with pytest.raises(ValidationError, match="the quantity is zero"):
        TypeAdapter(PositiveText).validate_python("0.00")

    assert TypeAdapter(AmountText).validate_python("0.00") == "0.00"


@pytest.mark.parametrize("unit", ["KGM", "EA", "C62", "2N"])
def test_units_are_codes_of_recommendation_20(unit: str) -> None:
    assert TypeAdapter(UnitCode).validate_python(unit) == unit


@pytest.mark.parametrize("unit", ["kg", "K", "KILO", "", "K M"])
def test_other_words_for_units_are_refused(unit: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(UnitCode).validate_python(unit)


def test_a_quantity_keeps_the_zeros_that_were_told_and_counts_exactly() -> None:
    quantity = Quantity(value="31.40", unit="KGM")

    assert str(quantity) == "31.40 KGM"
    assert quantity.amount == Decimal("31.4")


def test_catch_weight_is_told_beside_the_count() -> None:
    told = {"value": "12", "unit": "EA", "also": [{"value": "31.4", "unit": "KGM"}]}

    quantity = Quantity.model_validate_json('{"value":"12","unit":"EA","also":[{"value":"31.4","unit":"KGM"}]}')

    assert quantity.model_dump(mode="json") == told


@pytest.mark.parametrize("value", [12, 12.5, Decimal(12), None, True])
def test_a_quantity_is_told_as_text_so_no_binary_number_touches_it(value: object) -> None:
    with pytest.raises(ValidationError):
        Quantity.model_validate({"value": value, "unit": "EA"})


@pytest.mark.parametrize("model", [Quantity, Money])
def test_values_are_frozen_and_refuse_unknown_fields(model: type[BaseModel]) -> None:
    assert model.model_config["frozen"] is True
    assert model.model_config["extra"] == "forbid"


def test_money_may_be_negative_and_has_a_currency() -> None:
    assert Money(value="-2.50", currency="EUR").value == "-2.50"
    with pytest.raises(ValidationError):
        Money(value="2.50", currency="euro")


@given(_DECIMALS)
def test_a_computed_decimal_is_written_in_the_one_spelling_and_reads_back(value: Decimal) -> None:
    text = decimal_text(value)

    assert is_decimal_text(text)
    assert Decimal(text) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [("1E+3", "1000"), ("-0", "0"), ("1.500", "1.5"), ("0E-12", "0"), ("1E-12", "0.000000000001"), ("100", "100")],
)
def test_a_computed_decimal_has_no_exponent_and_no_trailing_zeros(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


@given(st.lists(_DECIMALS))
def test_a_sum_is_exact_whatever_the_order(values: list[Decimal]) -> None:
    exact = sum((Fraction(value) for value in values), Fraction(0))

    assert Fraction(exact_sum(values)) == Fraction(exact_sum(reversed(values))) == exact


def test_a_sum_that_would_have_to_round_is_an_error_not_a_number() -> None:
    with pytest.raises(Inexact):
        exact_sum([Decimal("1e60"), Decimal("1e-12")])
