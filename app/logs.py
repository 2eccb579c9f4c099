"""The lines of the log: JSON for programs, text for people; nothing that is said forges one."""

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Any

import orjson

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message"}
"""What every record has; the rest was passed as ``extra``."""
_PLAIN = re.compile(r"[!#-<>-~]+")
"""Characters that need no quotes: ASCII that prints, without the space, the quote and ``=``."""
_UNPRINTABLE = re.compile(r"[^ -~]")


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; what was passed as ``extra`` becomes fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its newline."""
        line = _fields(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        try:
            written = orjson.dumps(line, default=str).decode()
        except TypeError:  # half of a surrogate pair, which orjson does not write
            return json.dumps(line, default=str)
        # Some readers take more than \n for the end of a line.
        return written if written.isascii() else _printable(written)


class TextLines(logging.Formatter):
    """Formats a record as text: time, level, event, ``name=value``; a traceback is indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its newline."""
        fields = _fields(record)
        head = f"{fields.pop('time')} {fields.pop('level'):7} {_printable(fields.pop('event'))}"
        line = " ".join([head, *(f"{name}={_quoted(value)}" for name, value in fields.items())])
        if record.exc_info:
            trace = self.formatException(record.exc_info).splitlines()
            line += "".join(f"\n    {_printable(part)}" for part in trace)
        return line


def configuration(level: str, form: str) -> dict[str, Any]:
    """Return the ``logging.config`` dictionary that sends all of it to standard error.

    Args:
        level: The least level that is logged of our own; of others it is ``warning``.
        form: ``json`` or ``text``; with ``auto``, text where somebody watches a terminal.

    """
    if form == "auto":
        form = "text" if sys.stderr.isatty() else "json"
    formatter = JsonLines if form == "json" else TextLines
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "convlens": {"level": level.upper()},
            # A damaged image or form is the client's affair, and answered.
            **{name: {"level": "CRITICAL"} for name in ("PIL", "python_multipart")},
        },
    }


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    own = {
        "time": time.replace("+00:00", "Z"),
        "level": record.levelname.lower(),
        "event": record.getMessage(),
    }
    return own | {name: value for name, value in vars(record).items() if name not in _OWN}


def _quoted(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(lambda found: json.dumps(found[0])[1:-1], text)
