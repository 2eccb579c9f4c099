"""Reads a view as a browser would: its elements, its words, its pictures."""

import base64
import io
from dataclasses import dataclass, field
from html.parser import HTMLParser

import numpy as np
from PIL import Image

from app.display import View

EMPTY = {"img"}
"""Elements without content and end tag."""


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    parts: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(p if isinstance(p, str) else p.text for p in self.parts)

    def all(self, tag: str) -> list["Element"]:
        found = [self] if self.tag == tag else []
        return found + [e for p in self.parts if isinstance(p, Element) for e in p.all(tag)]

    @property
    def pixels(self) -> np.ndarray:
        """The picture of an img, (rows, columns, 3 or 4)."""
        head, _, data = self.attributes["src"].partition(",")
        assert head == "data:image/png;base64"
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(found)
        if tag not in EMPTY:
            self.open.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def read(view: View) -> Element:
    """Return a view's elements; every one must be closed."""
    parser = _Parser()
    parser.feed(view.html)
    parser.close()
    (root,) = parser.open
    return root
