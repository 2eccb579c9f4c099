import json
import os
from pathlib import Path

import pytest

from app.training.files import to_json, write_atomically


def test_a_file_is_written_with_its_folder_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file"
    write_atomically(path, b"old")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_who_has_the_old_file_open_goes_on_reading_the_old_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")
    with path.open("rb") as opened:
        write_atomically(path, b"new")
        assert opened.read() == b"old"


def test_others_may_read_the_file(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", b"")
    (tmp_path / "ordinary").write_bytes(b"")
    assert (tmp_path / "file").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_json_keeps_lists_of_numbers_on_one_line() -> None:
    value = {
        "matrix": [[1, 2], [3, 4]],
        "text": "ä",
        "records": [{"a": 1}],
        "none": [],
        "rate": [1e-05, -0.5],
    }
    text = to_json(value).decode()
    assert json.loads(text) == value
    assert "[1, 2]" in text
    assert "[1e-05, -0.5]" in text
    assert text.endswith("}\n")


def test_json_refuses_what_is_no_number() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json([float("nan")])
