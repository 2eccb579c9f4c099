"""What the functions of this package return."""

from dataclasses import dataclass
from html import escape

STYLE = """
.convlens { --edge: color-mix(in srgb, currentColor 35%, transparent); margin: 0.5em 0;
  padding: 1px; overflow-x: auto; color: inherit; font: 14px/1.4 system-ui, sans-serif;
  text-align: start; }
.convlens h4 { margin: 0 0 0.4em; font-size: 1.15em; font-weight: 600; }
.convlens p { margin: 0.2em 0; max-width: 62em; }
.convlens figure { display: flex; flex-wrap: wrap; gap: 0.4em 1em; align-items: flex-start;
  margin: 0; padding: 0.6em 0; border-top: 1px solid var(--edge); }
.convlens figcaption { flex: 0 0 10.5em; margin: 0; text-align: start; font-size: 1em; }
.convlens .sum figcaption { display: flex; flex-basis: 100%; gap: 1em; }
.convlens figcaption span { display: block; font-variant-numeric: tabular-nums; font-size: 0.9em; }
.convlens .row { display: flex; flex: 1 1 16em; flex-wrap: wrap; gap: 6px; align-items: center;
  min-width: 0; }
.convlens .wide { gap: 10px 22px; }
.convlens .one { display: inline-flex; flex-wrap: wrap; gap: 4px; align-items: center;
  font-variant-numeric: tabular-nums; }
.convlens .tile { display: grid; gap: 2px; justify-items: center; font-size: 0.85em; }
.convlens img { display: block; box-sizing: border-box; margin: 0;
  max-width: 100%; background: none; outline: 1px solid var(--edge);
  image-rendering: pixelated; }
.convlens .scale { display: flex; gap: 0.5em; align-items: center; }
.convlens table { width: auto; margin: 0; border: 0; border-collapse: collapse; color: inherit;
  font-size: 0.9em; line-height: 1.4; font-variant-numeric: tabular-nums; }
.convlens.convlens tr { background: none !important; }
.convlens.convlens td, .convlens.convlens th { padding: 0.15em 0.5em; border: 0; text-align: end;
  white-space: nowrap; }
.convlens.convlens thead th, .convlens tfoot > * { font-weight: 600; }
.convlens thead { border-bottom: 1px solid var(--edge); }
.convlens tfoot { border-top: 1px solid var(--edge); }
.convlens.convlens tbody th { font-weight: 400; }
.convlens.convlens .name { text-align: start; }
.convlens.convlens .cells thead th { text-align: center; }
.convlens.convlens .cells td { min-width: 3.2em; padding: 0.15em 0.25em; font-size: 0.95em;
  text-align: center; }
.convlens .cells .winner { outline: 2px solid currentColor; outline-offset: -2px; }
.convlens .bar { display: block; width: 14em; height: 0.8em; border: 0;
  background: color-mix(in srgb, currentColor 15%, transparent); }
.convlens .bar i { display: block; height: 100%; background: currentColor; }
.convlens svg { display: block; width: 100%; max-width: 44em; height: auto; overflow: visible; }
"""
"""Colours are those of the notebook around it, light or dark; only data has its own. Where the
class is doubled, the rule must weigh more than JupyterLab's own for tables."""


@dataclass(frozen=True)
class View:
    """HTML that needs nothing beside itself. A notebook displays it.

    Attributes:
        body: The HTML without its style sheet.
        text: The same in words, for a terminal and whoever does not see.

    """

    body: str
    text: str

    @property
    def html(self) -> str:
        """The HTML with its style sheet, to be put into any page."""
        return f'<style>{STYLE}</style><section class="convlens">{self.body}</section>'

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def element(tag: str, *content: str, **attributes: str) -> str:
    """Return an element; its content is HTML already, its attributes are text.

    ``class_`` stands for ``class``.
    """
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(text)}"'
        for name, text in attributes.items()
        if text
    )
    return f"<{tag}{written}>{''.join(content)}</{tag}>"


def words(text: str) -> str:
    """Return text as HTML."""
    return escape(text, quote=False)
