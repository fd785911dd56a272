"""Who may sign for a ledger: its public keys and when they are valid, and the private ones behind them.

Private keys lie in the key directory, in clear or sealed with a passphrase, or in a device that signs and never lets
them out: whatever gives a pair of `Signer`s for a fingerprint may stand there. Changing keys writes the new file first
and the entry that names it second, so that a crash between leaves a key file that nobody uses, and a valid ledger.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final, NamedTuple

from thread.errors import BadInput, Conflict, NotFound
from thread.ledger import (
    KeyGeneration,
    KeyMalformed,
    KeySchedule,
    Signer,
    SigningKeys,
    key_event,
    next_recorded_at,
    write_entry,
)
from thread.ledger.keys import public_key_fingerprint
from thread.service.ledger_core import OURSELVES, LedgerCore
from thread.service.recording import Actor, checked_actor, made_id
from thread.store.facts import entry_facts
from thread.store.key_directory import (
    KeyFileMissing,
    KeyFileUnsafe,
    key_file_text,
    keys_in,
    read_key_file,
    stored_fingerprints,
    write_key_file,
    write_key_text,
)
from thread.store.protocol import Reader
from thread.store.sealed_keys import NONCE_BYTES, SALT_BYTES, PassphraseWrong, is_sealed, sealed
from thread.values.times import ledger_time

__all__ = [
    "KeyChange",
    "KeysChangedMeanwhile",
    "KeysOfOtherLedger",
    "KeysUnknown",
    "LedgerKeys",
    "NextKeysCommitted",
    "PublicKeys",
    "StoredKeys",
]

PASSPHRASE_ENVIRONMENT: Final = "THREAD_KEY_PASSPHRASE"  # noqa: S105 its name, not what it holds
"""Holds the passphrase that seals key files, where nobody is there to type it."""

SignerPair = tuple[Signer, Signer]


class KeysChangedMeanwhile(Conflict):
    """Somebody else changed the signing keys at the same time."""

    code = "keys-changed-meanwhile"

    def __init__(self, *, fingerprint: str) -> None:
        super().__init__(
            f"the signing keys were changed meanwhile, to those with the fingerprint {fingerprint}; "
            "nothing was recorded: look at `thread keys list`, and change them again if that was not you",
            fingerprint=fingerprint,
        )


class NextKeysCommitted(Conflict):
    """The ledger is committed to other keys than those that were to follow."""

    code = "next-keys-committed"

    def __init__(self, *, committed: str, told: str) -> None:
        super().__init__(
            f"the ledger is committed to the keys with the fingerprint {committed}; those with {told} cannot follow",
            committed=committed,
            told=told,
        )


class KeysOfOtherLedger(BadInput):
    """A key file holds the keys of another ledger."""

    code = "keys-of-other-ledger"

    def __init__(self, *, origin: str, found: str) -> None:
        super().__init__(
            f"this key file is of the ledger {found}, not of {origin}; nothing was brought in",
            origin=origin,
            found=found,
        )


class KeysUnknown(NotFound):
    """No entry names public keys with a fingerprint."""

    code = "keys-unknown"

    def __init__(self, *, fingerprint: str) -> None:
        super().__init__(
            f"no entry of the ledger names public keys with the fingerprint {fingerprint}; `thread keys list` lists"
            " those that there are",
            fingerprint=fingerprint,
        )


class PublicKeys(NamedTuple):
    """A pair of keys of a ledger.

    `state`: `valid` at the present size, `retired`, `follows` (from a size that is not reached), `prepared` (committed
    to, and named by no entry yet) or `unused` (a key file that no entry names). `keys`: verifier keys, none where only
    the fingerprint is known. `seq`: the entry that names them. `last_size`: None where no others follow.
    """

    state: str
    fingerprint: str
    keys: tuple[str, ...] = ()
    seq: int | None = None
    first_size: int | None = None
    last_size: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The pair for a program."""
        return self._asdict()


class StoredKeys(NamedTuple):
    """A pair of keys, and where the private ones are: `in clear`, `sealed`, `missing`, `unusable`, or `elsewhere`."""

    public: PublicKeys
    private: str

    def as_json(self) -> dict[str, Any]:
        """The pair for a program."""
        return {**self.public.as_json(), "private": self.private}


class KeyChange(NamedTuple):
    """What a change of keys did. `next_key`: fingerprint of the keys that it committed to."""

    seq: int
    fingerprint: str
    next_key: str | None


class LedgerKeys(LedgerCore):
    """The signing keys of a ledger."""

    def key_schedule(self, reader: Reader | None = None) -> KeySchedule:
        """Return all keys of the ledger by the sizes at which they are valid. `reader`: who looks; None: a new one.

        Raises:
            RotationInvalid, KeyNotCommitted: an entry that changes the keys was altered.
        """
        if reader is None:
            with self._store.reading() as fresh:
                return self.key_schedule(fresh)
        seqs = tuple(reader.key_changes())
        if self._known_schedule is None or self._known_schedule[0] != seqs:
            schedule = KeySchedule.from_opening(self.opened)
            stored = reader.entry_bytes(seqs)
            for seq in seqs:
                schedule = schedule.after(self._read_entry(seq, stored[seq]))
            self._known_schedule = seqs, schedule
        return self._known_schedule[1]

    @property
    def current_fingerprint(self) -> str:
        """Fingerprint of the ledger's newest public keys, 64 hex digits; `fingerprint` is that of its first ones."""
        return self.key_schedule().last.fingerprint

    def keys_at(self, size: int) -> KeyGeneration:
        """Return the public keys that may sign a checkpoint of a size."""
        return self.key_schedule().at(size)

    def signers_at(self, size: int, reader: Reader | None = None) -> SignerPair:
        """Return what signs checkpoints of a size: Ed25519, then ML-DSA-44.

        Raises:
            KeyFileMissing, KeyFileUnsafe, KeyMalformed: the private keys are not there, or not as they were written.
            PassphraseMissing, PassphraseWrong: they are sealed, and stay so.
        """
        return self._signers_of(self.key_schedule(reader).at(size).fingerprint)

    def public_keys(self) -> tuple[PublicKeys, ...]:
        """Return every pair of keys that entries name, in the order in which they are valid, and the prepared one."""
        with self._store.snapshot() as reader:
            size, schedule = reader.size, self.key_schedule(reader)
        valid = schedule.at(size)
        found = [
            PublicKeys(
                "valid" if one == valid else "retired" if one.seq < valid.seq else "follows",
                one.fingerprint,
                tuple(key.vkey for key in one.keys),
                one.seq,
                one.first_size,
                schedule.last_size(one),
            )
            for one in schedule.generations
        ]
        if schedule.last.next_key is not None:
            found.append(PublicKeys("prepared", schedule.last.next_key))
        return tuple(found)

    def stored_keys(self) -> tuple[StoredKeys, ...]:
        """Return the same, with where the private keys are, and key files that nothing names."""
        found = self.public_keys()
        named = {one.fingerprint for one in found}
        unused = (PublicKeys("unused", one) for one in stored_fingerprints(self._keys) if one not in named)
        return tuple(StoredKeys(one, self._private_state(one.fingerprint)) for one in (*found, *unused))

    def rotate_keys(
        self, *, prepare_next: bool = False, new: SignerPair | None = None, actor: Actor | None = None
    ) -> KeyChange:
        """End the signing keys of the ledger and begin with others; return once that is durable.

        The new ones are those that the ledger is committed to, else fresh ones. Checkpoints up to the size with this
        entry are still signed with the old keys, all later ones with the new.

        Args:
            prepare_next: make the pair after that as well, and commit to it: no other can follow then.
            new: what signs with the new keys, where a device holds them; named by the origin.
            actor: who does it.

        Raises:
            NextKeysCommitted: the ledger is committed to others than `new`.
            KeyFileMissing: the old private keys are not there, or those that it is committed to.
            KeysChangedMeanwhile: somebody else did it at the same time.
            PassphraseMissing, PassphraseWrong: keys are sealed, and stay so.
        """
        told_by = checked_actor(actor or OURSELVES)
        before = self.key_schedule().last
        old = self._signers_of(before.fingerprint)
        told = public_key_fingerprint(tuple(one.verifier_key for one in new)) if new else None
        if before.next_key is not None and told not in {None, before.next_key}:
            raise NextKeysCommitted(committed=before.next_key, told=told or "")
        if new is None:
            new = self._signers_of(before.next_key) if before.next_key else self._made_keys(self.origin).signers
        next_key = self._made_keys(self.origin).fingerprint if prepare_next else None
        with self._store.writing() as writer:
            schedule = self.key_schedule(writer)
            if schedule.last != before:
                raise KeysChangedMeanwhile(fingerprint=schedule.last.fingerprint)
            head = writer.head()
            now_us = next_recorded_at(self._clock() // 1_000, head.recorded_at_us)
            event_id = made_id(now_us * 1_000, self._randomness(10))
            event = key_event(
                event_id=event_id,
                event_time=ledger_time(now_us),
                origin=self.origin,
                seq=head.size,
                prev=head.leaf_hash,
                old=old,
                new=new,
                next_key=next_key,
            )
            entry = write_entry(
                seq=head.size,
                prev=head.leaf_hash,
                recorded_at_us=now_us,
                actor={"id": told_by.id, "auth": told_by.auth},
                key=event_id,
                event=event,
            )
            schedule = schedule.after(entry)  # whatever a reader would refuse is not written
            writer.append(entry_facts(entry, None, None, origin=self.origin))
        return KeyChange(entry.seq, schedule.last.fingerprint, next_key)

    def export_key_file(self, path: Path | str, fingerprint: str | None = None) -> str:
        """Copy a file of private keys to a new file that only its owner can read; return the fingerprint of the keys.

        Whoever has the file can sign in the name of the ledger. Sealed keys stay sealed. `fingerprint`: None is that of
        the newest keys.

        Raises:
            KeyFileMissing, KeyFileUnsafe, KeyMalformed: the keys are not there, or not as they were written.
            KeyFileExists: there is a file of that name.
        """
        told = fingerprint or self.current_fingerprint
        write_key_file(Path(path), key_file_text(self._keys, told))
        return told

    def import_key_file(self, path: Path | str) -> str:
        """Bring a file of private keys of this ledger into the key directory; return the fingerprint of the keys.

        Raises:
            KeyFileUnsafe: others than its owner can read the file.
            KeyMalformed, PassphraseMissing, PassphraseWrong: what it holds cannot be read.
            KeysOfOtherLedger: the keys bear another name.
            KeyFileExists: they are there already.
        """
        text = read_key_file(Path(path))
        keys = self._opened_keys(text)
        if keys.name != self.origin:
            raise KeysOfOtherLedger(origin=self.origin, found=keys.name)
        write_key_text(self._keys, keys.fingerprint, text)
        return keys.fingerprint

    def _signers_of(self, fingerprint: str) -> SignerPair:
        if self._devices is not None:
            pair = self._devices(fingerprint)
            if pair is not None:
                return pair
        return self._private_keys(fingerprint).signers

    def _private_keys(self, fingerprint: str) -> SigningKeys:
        # The file is read, and its mode looked at, each time; only what the passphrase costs is spared.
        text = key_file_text(self._keys, fingerprint)
        keys = self._unsealed.get(text)
        if keys is None:
            keys = self._opened_keys(text)
            if is_sealed(text):
                self._unsealed[text] = keys
        return keys

    def _opened_keys(self, text: str) -> SigningKeys:
        try:
            return keys_in(text, self._told_passphrase)
        except PassphraseWrong:
            self._typed = None  # whoever mistyped it is asked again
            raise

    def _made_keys(self, origin: str | None) -> SigningKeys:
        """Return fresh keys whose file is durable; sealed where a passphrase is known."""
        keys = SigningKeys.from_seeds(
            ed25519_seed=self._randomness(32), ml_dsa_44_seed=self._randomness(32), origin=origin
        )
        passphrase = self._known_passphrase
        if passphrase is None:
            text = keys.to_text()
        else:
            text = sealed(keys, passphrase, salt=self._randomness(SALT_BYTES), nonce=self._randomness(NONCE_BYTES))
        write_key_text(self._keys, keys.fingerprint, text)
        return keys

    @property
    def _known_passphrase(self) -> str | None:
        """The passphrase that was told, typed before, or stands in the environment."""
        told = self._passphrase if isinstance(self._passphrase, str) else self._typed
        return told or os.environ.get(PASSPHRASE_ENVIRONMENT) or None

    def _told_passphrase(self) -> str | None:
        """Return the passphrase, asking for it where somebody can be asked."""
        known = self._known_passphrase
        if known is None and callable(self._passphrase):
            known = self._typed = self._passphrase()
        return known

    def _private_state(self, fingerprint: str) -> str:
        try:
            return "sealed" if is_sealed(key_file_text(self._keys, fingerprint)) else "in clear"
        except KeyFileMissing:
            is_elsewhere = self._devices is not None and self._devices(fingerprint) is not None
            return "elsewhere" if is_elsewhere else "missing"
        except (KeyFileUnsafe, KeyMalformed):
            return "unusable"
