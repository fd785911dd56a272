"""Master data of EPCIS documents: items, places and parties as their sender describes them. Source: CBV 2.0, 9."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from thread.errors import NameMalformed
from thread.events.captured import Attribute, EpcisReading, MasterData
from thread.interop.epcis_context import expanded
from thread.interop.epcis_findings import Findings
from thread.interop.json_text import written
from thread.values.names import normalise

__all__ = ["read_master_data"]

_MOST_ATTRIBUTES: Final = 500
_LONGEST_ATTRIBUTE: Final = 16_000


def read_master_data(
    vocabulary: str, element: Mapping[str, Any], *, prefixes: Mapping[str, str], findings: Findings
) -> EpcisReading:
    """Return what a vocabulary element says about an item, place or party; structured values as JSON text.

    Elements that lie below it are the attribute `children`.
    """
    data = MasterData(
        vocabulary=vocabulary,
        name=_name(expanded(element["id"], prefixes), findings),
        attributes=tuple(_attributes(element, prefixes, findings)),
    )
    told: dict[str, Any] = {"kind": "MasterData", "master_data": data}
    odd = findings.all()
    return EpcisReading.model_validate({**told, "findings": odd} if odd else told)


def _name(told: str, findings: Findings) -> str:
    try:
        found = normalise(told)
    except NameMalformed as error:
        findings.add(error.code, ("id",), f"{error.text}; kept as given")
        return told
    for finding in found.findings:
        findings.add(finding.code, ("id",), f"{finding.text}; kept as given")
    return found.name


def _attributes(element: Mapping[str, Any], prefixes: Mapping[str, str], findings: Findings) -> Iterator[Attribute]:
    told = [(each["id"], each.get("attribute")) for each in element.get("attributes") or ()]
    told += [("children", element["children"])] if element.get("children") else []
    for at, (name, value) in enumerate(told):
        text = value if isinstance(value, str) else written(value)
        if len(text) > _LONGEST_ATTRIBUTE or at >= _MOST_ATTRIBUTES:
            findings.add("attribute-cut", ("attributes", at), "is too long for the reading; it stands in the text")
        else:
            yield Attribute(name=expanded(name, prefixes), value=text)
