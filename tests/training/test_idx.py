import gzip
from pathlib import Path

import numpy as np
import pytest

from app.errors import BadInput
from app.training import idx
from tests.training.small_data import idx_bytes

IMAGES = np.arange(2 * 28 * 28, dtype=np.uint16).astype(np.uint8).reshape(2, 28, 28)


def written(folder: Path, content: bytes) -> Path:
    path = folder / "images"
    path.write_bytes(content)
    return path


def test_a_plain_file_is_read(tmp_path: Path) -> None:
    assert np.array_equal(idx.read(written(tmp_path, idx_bytes(IMAGES)), 3), IMAGES)


def test_a_gzipped_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    packed = gzip.compress(idx_bytes(IMAGES))
    assert np.array_equal(idx.read(written(tmp_path, packed), 3), IMAGES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "ends inside its header"),
        (idx_bytes(IMAGES)[:10], "ends inside its header"),
        (idx_bytes(IMAGES)[:-1], "declares 2 × 28 × 28 values but holds 1,567"),
        (idx_bytes(IMAGES) + b"\0", "declares 2 × 28 × 28 values but holds 1,569"),
        (idx_bytes(IMAGES[0, 0]) + bytes(8), "begins with 00000801 instead of 00000803"),
        (b"\x89PNG" + bytes(100), "begins with 89504e47 instead of 00000803"),
        (b"\0\0\x0d\x03" + bytes(100), "begins with 00000d03"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "4294967295 × 4294967295 × 4294967295"),
        (gzip.compress(idx_bytes(IMAGES))[:-20], "cannot be read"),
        (gzip.compress(idx_bytes(IMAGES))[:-8] + bytes(8), "cannot be read"),
        (b"\x1f\x8b" + bytes(50), "cannot be read"),
    ],
)
def test_a_damaged_file_is_refused_with_what_is_wrong(
    tmp_path: Path, content: bytes, message: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        idx.read(written(tmp_path, content), 3)
    assert message in refusal.value.detail
    assert refusal.value.hint


def test_every_flipped_byte_of_a_gzipped_file_is_noticed(tmp_path: Path) -> None:
    packed = gzip.compress(idx_bytes(IMAGES), mtime=0)
    header = 10  # a gzip header's flags and time are not part of the content
    for position in range(header, len(packed), 7):
        damaged = bytearray(packed)
        damaged[position] ^= 0xFF
        with pytest.raises(BadInput):
            idx.read(written(tmp_path, bytes(damaged)), 3)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            idx.read(path, 1)


def test_a_gzip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idx, "MAX_BYTES", 1000)
    with pytest.raises(BadInput, match="more than 1,000 bytes"):
        idx.read(written(tmp_path, gzip.compress(bytes(100_000))), 3)
