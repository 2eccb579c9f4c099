"""Writing files so that a reader sees the old content or the new, never half of either."""

import json
import os
import re
import tempfile
from pathlib import Path
from typing import Any


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file beside the old one and then put it in its place.

    Raises:
        OSError: The content cannot be written; the old file is as it was.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as folder:
        new = Path(folder, path.name)
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)


def to_json(value: Any) -> bytes:
    """Return readable JSON, with every list of numbers on one line."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    text = re.sub(r"\[\s+([-+.\deE,\s]+?)\s+\]", lambda found: f"[{_one_line(found[1])}]", text)
    return f"{text}\n".encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())
