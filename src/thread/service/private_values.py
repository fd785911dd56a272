"""Personal data stays out of entries: a salted digest in the entry, the value in a table that can be erased.

Texts too long for an entry are kept apart the same way. How a digest is made: `store.digests`.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Any, Final, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel

from thread.events import EVENT_TYPES
from thread.events.base import Named
from thread.store.digests import FOREIGN_TEXT, digest_of
from thread.store.protocol import PrivateValue

__all__ = ["Kept", "digest_of", "holds_private_values", "kept_apart", "text_kept_apart"]

_SALT_BYTES: Final = 16

Steps = tuple[str, ...]


class Kept(NamedTuple):
    """A value that goes into the erasable table, and the digest that stands for it."""

    digest: str
    value: PrivateValue


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def holds_private_values(event: Mapping[str, Any]) -> bool:
    """Tell whether an event may tell personal data, by its type and by those that it embeds."""
    return bool(_private_paths(str(event.get("type"))) or ("replaced_by" in event and _paths(event)))


def kept_apart(event: dict[str, Any], randomness: Callable[[int], bytes]) -> tuple[dict[str, Any], tuple[Kept, ...]]:
    """Return an event with digests in place of its personal data, and what belongs in the erasable table.

    `randomness`: gives that many bytes of cryptographic chance, for the salts.
    """
    kept: list[Kept] = []
    for path in _paths(event):
        event = _replaced(event, path, kept, randomness)
    return event, tuple(kept)


def text_kept_apart(
    event: dict[str, Any], randomness: Callable[[int], bytes]
) -> tuple[dict[str, Any], tuple[str, str, str]]:
    """Return a captured event with a digest in place of its text; and digest, salt and text."""
    text = event["text"]
    salt = _base64url(randomness(_SALT_BYTES))
    digest = digest_of(salt, FOREIGN_TEXT, text)
    return {**event, "text": {"digest": digest, "length": len(text.encode())}}, (digest, salt, text)


def _paths(event: Mapping[str, Any]) -> tuple[Steps, ...]:
    found = _private_paths(str(event.get("type")))
    replacements = event.get("replaced_by")
    if isinstance(replacements, list):
        inner = [(index, _paths(one)) for index, one in enumerate(replacements) if isinstance(one, dict)]
        found += tuple(("replaced_by", str(index), *path) for index, paths in inner for path in paths)
    return found


@cache
def _private_paths(type_name: str) -> tuple[Steps, ...]:
    model = EVENT_TYPES.get(type_name)
    return () if model is None else tuple(_marked(model))


def _marked(model: type[BaseModel]) -> Iterator[Steps]:
    for name, info in model.model_fields.items():
        for mark in (*info.metadata, *_inside(info.annotation)):
            if isinstance(mark, Named) and mark.kind == "private":
                yield (info.alias or name,)
                break
            if isinstance(mark, type) and issubclass(mark, BaseModel) and mark is not model:
                yield from ((info.alias or name, *path) for path in _marked(mark))


def _inside(annotation: Any) -> Iterator[Any]:
    """Yield the marks and models of an annotation, those in unions too; lists hold no personal data."""
    if hasattr(annotation, "__metadata__"):
        yield from annotation.__metadata__
        yield from _inside(get_args(annotation)[0])
    elif get_origin(annotation) in {Union, UnionType}:
        for part in get_args(annotation):
            yield from _inside(part)
    elif isinstance(annotation, type):
        yield annotation


def _replaced(event: Any, path: Steps, kept: list[Kept], randomness: Callable[[int], bytes]) -> Any:
    """Return what a path leads through with the value at its end replaced; a value that is no text stays."""
    step, rest = path[0], path[1:]
    key: Any = int(step) if isinstance(event, list) else step
    if isinstance(event, dict) and step not in event:
        return event
    value = event[key]
    if rest:
        inner = _replaced(value, rest, kept, randomness) if isinstance(value, dict | list) else value
    elif isinstance(value, str):
        salt = _base64url(randomness(_SALT_BYTES))
        inner = {"digest": digest_of(salt, step, value)}
        kept.append(Kept(inner["digest"], PrivateValue(salt, step, value)))
    else:
        inner = value
    if inner is value:
        return event
    changed = event.copy()
    changed[key] = inner
    return changed
