"""`thread keys`, `thread verify --key` and `thread checkpoint --add-cosignature` as their users meet them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.stores.test_cosignatures import WITNESS, witnessed
from tests.surfaces.cli_shell import Shell, receipts
from thread.store.sealed_keys import is_sealed


@pytest.fixture
def thread(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.delenv("THREAD_KEY_PASSPHRASE", raising=False)
    return Shell(tmp_path, capsys, monkeypatch)


def fingerprints(thread: Shell) -> dict[str, str]:
    return {one["state"]: one["fingerprint"] for one in thread("keys", "list", "--json").json["keys"]}


def grow(thread: Shell, lot: str) -> None:
    assert thread("record", thread.file(f"{lot}.ndjson", receipts(1, lot=lot))).status == 0


@pytest.mark.requirement("KEY-1")
def test_keys_are_changed_and_listed_with_the_sizes_at_which_they_are_valid(thread: Shell) -> None:
    thread.plant()
    thread("checkpoint", "-o", "before.txt")

    ran = thread("keys", "rotate")
    grow(thread, "NEW")
    listed = thread("keys", "list")
    told = thread("keys", "list", "--json").json

    assert ran.status == 0
    assert ran.out.splitlines()[0] == "Entry 9 ends the signing keys and names new ones."
    assert ran.out.splitlines()[2] == (
        "Checkpoints of up to 10 entries are signed with the old keys, later ones with the new."
    )
    assert [line.split()[0] for line in listed.out.splitlines()] == ["State", "retired", "valid"]
    assert [(one["state"], one["first_size"], one["last_size"], one["seq"]) for one in told["keys"]] == [
        ("retired", 0, 10, 0),
        ("valid", 11, None, 9),
    ]
    assert {one["private"] for one in told["keys"]} == {"in clear"}
    assert told["current_fingerprint"] == told["keys"][1]["fingerprint"] != told["fingerprint"]
    thread("checkpoint", "-o", "after.txt")
    verified = thread("verify", "--checkpoint", "before.txt", "--checkpoint", "after.txt")
    assert verified.status == 0
    assert f"fingerprint of the keys that sign now: {told['current_fingerprint']}" in verified.out


@pytest.mark.requirement("KEY-1")
def test_prepared_keys_follow_from_their_own_file(thread: Shell) -> None:
    made = thread("init", "--origin", "plant.example", "--prepare-next-key", "--json").json
    prepared = made["next_key"]
    assert fingerprints(thread)["prepared"] == prepared

    taken = thread("keys", "export", "--private", "--fingerprint", prepared, "-o", "safe.keys")
    (thread.folder / "thread.db.keys" / f"{prepared}.keys").unlink()
    without = thread("keys", "rotate", "--prepare-next")
    brought = thread("keys", "import", "safe.keys", "--json").json
    rotated = thread("keys", "rotate", "--prepare-next", "--json").json

    assert (
        taken.out == f"safe.keys holds the private keys with the fingerprint {prepared}. Keep it where only you are.\n"
    )
    assert stat.S_IMODE((thread.folder / "safe.keys").stat().st_mode) == 0o600
    assert (without.status, without.err.count("\n")) == (1, 1)
    assert brought == {"fingerprint": prepared}
    assert (rotated["seq"], rotated["fingerprint"]) == (1, prepared)
    assert fingerprints(thread)["prepared"] == rotated["next_key"]
    assert thread("verify", "--fingerprint", made["fingerprint"]).status == 0


def test_public_keys_are_exported_and_anchor_a_verification(thread: Shell) -> None:
    thread.plant()
    exported = thread("keys", "export").out.splitlines()
    thread("keys", "rotate")
    grow(thread, "NEW")
    thread("checkpoint")
    new = thread("keys", "export", "--json").json
    written = thread("keys", "export", "-o", "public.txt")

    first = thread("verify", "--key", exported[1], "--json").json
    second = thread("verify", "--key", new["keys"][0], "--key", new["keys"][1])

    assert exported[0].startswith("fingerprint ")
    assert [line.split("+")[0] for line in exported[1:]] == ["plant.example", "plant.example"]
    assert (first["ok"], first["anchored"]) == (True, True)
    assert second.status == 0
    assert "The keys of the ledger are those that you gave, or followed them." in second.out
    assert written.status == 0
    assert (thread.folder / "public.txt").read_text(encoding="utf-8").splitlines()[1:] == new["keys"]
    assert (new["seq"], new["first_size"], new["private"]) == (8, 10, False)


@pytest.mark.parametrize(
    ("arguments", "status", "text"),
    [
        (("keys", "export", "--private"), 2, "--private needs -o FILE"),
        (("keys", "export", "--fingerprint", "12"), 2, "64 hex digits"),
        (("keys", "export", "--fingerprint", "0" * 64), 1, "no entry of the ledger names public keys"),
        (("keys", "export", "--private", "-o", "x", "--fingerprint", "0" * 64), 1, "holds no signing keys"),
        (("keys", "export", "--private", "-o", "thread.db"), 2, "exists already and is left as it is"),
        (("keys", "import", "nothing.keys"), 2, "No such file"),
        (("keys", "import", "plant.ndjson"), 2, "this is not a signing key file"),
        (("keys", "rotate", "--passphrase"), 2, "THREAD_KEY_PASSPHRASE"),
        (("keys",), 2, ""),
        (("verify", "--key", "plant.example"), 2, "this is not a verifier key"),
        (("checkpoint", "--add-cosignature", "plant.ndjson"), 2, "this is not a signed checkpoint"),
        (("checkpoint", "--add-cosignature", "plant.ndjson", "-o", "x"), 2, "either -o FILE or --add-cosignature"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    thread: Shell, arguments: tuple[str, ...], status: int, text: str
) -> None:
    thread.plant()
    (thread.folder / "plant.ndjson").chmod(0o600)

    ran = thread(*arguments)

    assert ran.status == status
    assert ran.err.count("\n") == 1
    assert text in ran.err


@pytest.mark.requirement("KEY-3")
def test_private_keys_are_sealed_with_the_passphrase_of_the_environment(
    thread: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THREAD_KEY_PASSPHRASE", "open sesame")
    made = thread("init", "--origin", "plant.example", "--json").json
    signed = thread("checkpoint")
    file = thread.folder / "thread.db.keys" / f"{made['fingerprint']}.keys"
    monkeypatch.delenv("THREAD_KEY_PASSPHRASE")
    grow(thread, "S")
    closed = thread("checkpoint")
    monkeypatch.setenv("THREAD_KEY_PASSPHRASE", "a guess")
    wrong = thread("checkpoint", "--json")

    assert is_sealed(file.read_text(encoding="utf-8"))
    assert signed.status == 0
    assert (closed.status, closed.err.count("\n")) == (2, 1)
    assert "sealed with a passphrase" in closed.err
    assert (wrong.status, wrong.json["error"]["code"]) == (2, "passphrase-wrong")
    assert "guess" not in wrong.out + wrong.err


def test_somebody_at_a_terminal_is_asked_for_the_passphrase(thread: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def typed(text: str, **_: object) -> str:
        asked.append(text)
        return "open sesame"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.prompt", typed)
    thread("init", "--origin", "plant.example", "--passphrase")
    ran = thread("keys", "rotate")

    assert ran.status == 0
    assert asked == ["New passphrase", "Passphrase of the signing keys"]
    assert {one["private"] for one in thread("keys", "list", "--json").json["keys"]} == {"sealed"}


@pytest.mark.requirement("EVI-4")
def test_cosignatures_are_added_and_served_after_our_own_lines(thread: Shell) -> None:
    thread.plant()
    note = thread("checkpoint").out.encode()
    lines = witnessed(note)
    (thread.folder / "cosigned.txt").write_bytes(note + lines)

    added = thread("checkpoint", "--add-cosignature", "cosigned.txt")
    again = thread("checkpoint", "--add-cosignature", "cosigned.txt", "--json").json

    assert added.out == "Kept 2 new cosignatures under the checkpoint of 9 entries; it has 2 now.\n"
    assert again == {"size": 9, "added": 0, "cosignatures": 2}
    assert thread("checkpoint").out.encode() == note + lines
    by_witness = thread("verify", "--key", WITNESS.verifier_keys[0].vkey, "--json").json
    assert (by_witness["ok"], by_witness["anchored"]) == (True, True)
