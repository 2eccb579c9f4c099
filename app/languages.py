"""What the pages say, in each language: a catalogue of messages is a JSON file.

A message may hold ``{names}`` of values, ``*emphasis*`` and ```code```. Where a language lacks
one, English speaks. The same messages are read in the browser by ``static/js/messages.js``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from markupsafe import Markup, escape

ENGLISH = "en"
_MARKS = re.compile(r"\*([^*]+)\*|`([^`]+)`")
_SIZES = re.compile(r"(?<=\d) × (?=\d)")
"""They do not break over two lines."""
_TAGS = ("em", "code")


@dataclass(frozen=True)
class Language:
    """A language that the pages can be read in."""

    id: str
    """Stands in the addresses: the name of the catalogue's file."""
    messages: Mapping[str, Any]

    @property
    def locale(self) -> str:
        """The BCP 47 tag of the language and of its way to write numbers, such as ``es-419``."""
        return str(self.messages["meta"]["locale"])

    @property
    def name(self) -> str:
        """The language's own name for itself."""
        return str(self.messages["meta"]["name"])

    def get(self, key: str) -> Any:
        """Return the message, or the part of the catalogue, that a dotted key leads to.

        Raises:
            KeyError: There is none, in English either.

        """
        part: Any = self.messages
        for name in key.split("."):
            if not isinstance(part, Mapping) or name not in part:
                raise KeyError(key)
            part = part[name]
        return part

    def say(self, key: str, **values: object) -> str:
        """Return a message with its values put in; KeyError where one is missing."""
        return str(self.get(key)).format_map(values)

    def rich(self, message: str) -> Markup:
        """Return a message with its emphasis and its code as HTML; all else is escaped."""
        text = _SIZES.sub("\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}", str(escape(message)))
        return Markup(_MARKS.sub(_tag, text))  # noqa: S704 - escaped just before

    def part(self, *sections: str) -> dict[str, Any]:
        """Return the sections of the catalogue that a page needs in the browser."""
        return {name: self.messages[name] for name in sections}


def load(folder: Path) -> list[Language]:
    """Read all catalogues of a folder, English first.

    Raises:
        ValueError: A file is not a JSON object.

    """
    found = {path.stem: _read(path) for path in sorted(folder.glob("*.json"))}
    english = found.pop(ENGLISH)
    others = (Language(id_, _over(english, own)) for id_, own in found.items())
    return [Language(ENGLISH, english), *others]


def _read(path: Path) -> dict[str, Any]:
    try:
        catalogue = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error
    if not isinstance(catalogue, dict):
        raise ValueError(f"{path} holds no JSON object")
    return catalogue


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Lay one catalogue over another; what depends on a number goes as a whole."""
    merged = dict(below)
    for name, part in above.items():
        under = below.get(name)
        if isinstance(part, dict) and isinstance(under, dict) and "other" not in under:
            merged[name] = _over(under, part)
        else:
            merged[name] = part
    return merged


def _tag(found: re.Match[str]) -> str:
    place = 0 if found[1] else 1
    return f"<{_TAGS[place]}>{found[1 + place]}</{_TAGS[place]}>"
