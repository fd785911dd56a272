"""Published GS1 examples: each EPC URN becomes the Digital Link that the standard's own hashing examples show."""

import re
from pathlib import Path

import pytest

from thread.values.names import normalise

EPC = re.compile(r"urn:epc:(?:id|class|idpat):[a-z]+:[^\s\"'<>\\,]+")
DIGITAL_LINK = re.compile(
    r"https://id\.gs1\.org/[0-9]+/[^=]*?(?=(?:epc|action|[a-z]+[A-Z]\w*?|source|destination|\{|$))"
)
EXAMPLES = [
    "ReferenceEventHashAlgorithm",
    "epcisDocWith2DifferentTransformationEvents",
    "epcisDocWithShippingAndTransportingEvent",
    "epcisDocWithSingleEvent",
]


@pytest.mark.requirement("NAM-1")
@pytest.mark.conformance
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_urns_of_a_document_become_the_digital_links_of_its_prehash(example: str, shared: Path) -> None:
    folder = shared / "standards" / "epcis" / "epcis-event-hash-generator" / "examples"
    documents = [path.read_text("utf-8") for path in folder.glob(f"{example}.*") if path.suffix in {".xml", ".jsonld"}]
    prehashes = (folder / f"{example}.prehashes").read_text("utf-8").splitlines()

    expected = {link for line in prehashes for link in DIGITAL_LINK.findall(line)}
    names = [{normalise(epc).name for epc in EPC.findall(document)} for document in documents]

    assert expected
    assert names
    assert all(found == expected for found in names)


@pytest.mark.conformance
def test_digital_links_in_gs1_samples_are_canonical_already(shared: Path) -> None:
    folder = shared / "standards" / "epcis" / "gs1-EPCIS" / "samples"
    links = {
        link
        for path in folder.rglob("*")
        if path.suffix in {".jsonld", ".xml"}
        for link in re.findall(r"https://id\.gs1\.org/[0-9]+/[^\s\"'<>\\,]+", path.read_text("utf-8"))
    }

    assert links
    assert {link for link in links if normalise(link).name != link} == set()


@pytest.mark.conformance
def test_gs1_and_openepcis_samples_hold_no_urn_that_stays_unread(shared: Path) -> None:
    unread = {
        epc
        for folder in ("gs1-EPCIS/samples", "openepcis-test-resources")
        for path in (shared / "standards" / "epcis" / folder).rglob("*")
        if path.suffix in {".json", ".jsonld", ".xml"}
        for epc in EPC.findall(path.read_text("utf-8"))
        if normalise(epc).name == epc
    }

    assert unread == set()


@pytest.mark.requirement("EXC-3")
@pytest.mark.conformance
def test_malformed_names_of_real_documents_are_kept_with_a_finding(shared: Path) -> None:
    folder = shared / "real" / "opentraceability"
    text = "".join(path.read_text("utf-8-sig", errors="replace") for path in folder.glob("*.jsonld"))

    found = {epc: normalise(epc) for epc in EPC.findall(text) if "sscc:08600031303" in epc}

    assert found
    assert all(told.name == epc for epc, told in found.items())
    assert all([finding.code for finding in told.findings] == ["gs1-malformed"] for told in found.values())


@pytest.mark.conformance
def test_gdst_names_of_real_documents_stay_as_they_are(shared: Path) -> None:
    folder = shared / "real" / "opentraceability"
    text = "".join(path.read_text("utf-8-sig", errors="replace") for path in folder.glob("*.jsonld"))

    names = set(re.findall(r"urn:gdst:[^\s\"\\]+", text))

    assert len(names) > 50
    assert {name for name in names if (told := normalise(name)).name != name or told.findings} == set()
