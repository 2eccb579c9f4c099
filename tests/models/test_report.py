import json
from pathlib import Path

import pytest

from app.errors import BadWeights
from app.models.lenet5 import SPEC
from app.models.report import PARTS, read_report


def test_a_model_without_a_report_has_none(tmp_path: Path) -> None:
    assert read_report(SPEC, tmp_path, "00ff") is None


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    told = {"weights_sha256": "00ff", "test": {"correct": 3}}
    (tmp_path / "lenet5.report.json").write_text(json.dumps(told), encoding="utf-8")
    assert read_report(SPEC, tmp_path, "00ff") == told | dict.fromkeys(PARTS)


def test_its_parts_are_files_of_their_own(tmp_path: Path) -> None:
    for name, told in {
        "report": {"weights_sha256": "00ff"},
        "cross_validation": {"folds": []},
        "familiarity": {"weights_sha256": "00ff", "threshold": -2},
    }.items():
        (tmp_path / f"lenet5.{name}.json").write_text(json.dumps(told), encoding="utf-8")
    report = read_report(SPEC, tmp_path, "00ff")
    assert report is not None
    assert report["cross_validation"] == {"folds": []}
    assert report["familiarity"]["threshold"] == -2
    assert report["ablation"] is None
    told = {"weights_sha256": "1234", "threshold": -2}
    (tmp_path / "lenet5.familiarity.json").write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(BadWeights, match=r"familiarity\.json is about weights with SHA-256 1234"):
        read_report(SPEC, tmp_path, "00ff")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"weights_sha256": "1234"}', "about weights with SHA-256 1234, not 00ff"),
        (b"{}", "about weights with SHA-256 None"),
        (b"[]", "no JSON object"),
        (b"{", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
    ],
)
def test_a_report_about_anything_else_is_refused_with_what_to_do(
    tmp_path: Path, content: bytes, why: str
) -> None:
    (tmp_path / "lenet5.report.json").write_bytes(content)
    with pytest.raises(BadWeights, match=why) as refusal:
        read_report(SPEC, tmp_path, "00ff")
    assert "lenet5.report.json" in refusal.value.detail
    assert "git" in refusal.value.hint
