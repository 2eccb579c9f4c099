"""The report over the API."""

import json
import shutil
from pathlib import Path

import httpx
import pytest

from app import report_schemas
from app.errors import BadWeights
from app.main import create_app
from app.models.report import PARTS
from app.settings import ROOT, Settings
from tests.conftest import running

WEIGHTS = ROOT / "model_weights"
REPORT = WEIGHTS / "lenet5.report.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A weights folder of one's own."""
    return Path(shutil.copytree(WEIGHTS, tmp_path / "weights"))


def test_the_report_is_the_file_beside_the_weights(server):
    answer = server.client.get("/api/models/lenet5/report")
    assert answer.status_code == 200
    told = json.loads(REPORT.read_text(encoding="utf-8"))
    for name in PARTS:
        part = REPORT.with_name(f"lenet5.{name}.json")
        told[name] = json.loads(part.read_text(encoding="utf-8")) if part.exists() else None
    assert answer.json() == told
    card = server.client.get("/api/models/lenet5").json()["card"]
    assert answer.json()["weights_sha256"] == card["weights_sha256"]


def test_the_report_is_what_its_schema_says(server):
    report_schemas.Report.model_validate(server.client.get("/api/models/lenet5/report").json())


def test_an_unknown_model_has_no_report(server):
    answer = server.client.get("/api/models/vgg/report")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_model")


def test_a_model_without_a_report_says_so_and_how_to_come_by_one(folder, tmp_path):
    (folder / REPORT.name).unlink()
    with running(tmp_path / "log", CONVLENS_WEIGHTS_DIR=str(folder)) as url:
        answer = httpx.get(f"{url}/api/models/lenet5/report")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "not_found"
        assert REPORT.name in answer.json()["hint"]
        paths = httpx.get(f"{url}/openapi.json").json()["paths"]
        assert "/api/models/{model_id}/report" in paths


def test_a_report_about_other_weights_is_refused_at_the_start(folder):
    told = json.loads(REPORT.read_text(encoding="utf-8")) | {"weights_sha256": "00ff"}
    (folder / REPORT.name).write_text(json.dumps(told), encoding="utf-8")
    with pytest.raises(BadWeights, match="00ff"):
        create_app(Settings(weights_dir=folder))
