import hashlib
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from app import __version__
from app.catalogue import Model
from app.models.lenet5 import SPEC, LeNet5
from app.models.weights import load
from app.training import dataset, evaluation, report, shipping
from app.training.__main__ import main
from app.training.calibration import fit_temperature
from app.training.checkpoint import load_checkpoint
from app.training.corpus import read_corpus
from app.training.recipe import Split
from tests.training.conftest import ROOT

EPOCHS = "3"
SEEDS = "2"


def train(mnist: Path, folder: Path, *extra: str) -> int:
    """Train on the small data, with everything that is written in a folder."""
    return main(arguments(mnist, folder, *extra))


def arguments(mnist: Path, folder: Path, *extra: str) -> list[str]:
    return [
        *("train", "--data", str(mnist), "--epochs", EPOCHS, "--seeds", SEEDS, "--jobs", "1"),
        *("--output", str(folder / "weights"), "--runs", str(folder / "runs")),
        *extra,
    ]


def card(folder: Path) -> dict:
    return json.loads((folder / "weights" / "lenet5.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def trained(mnist: Path, pens: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the outcome of a training, pens included."""
    folder = tmp_path_factory.mktemp("trained")
    assert train(mnist, folder, "--pens", str(pens)) == 0
    return folder


def test_the_card_describes_weights_data_and_recipe(trained: Path, mnist: Path, pens: Path) -> None:
    found = card(trained)
    weights = (trained / "weights" / "lenet5.safetensors").read_bytes()
    assert found["weights_sha256"] == hashlib.sha256(weights).hexdigest()
    assert found["parameter_count"] == 61_706
    assert found["test_images"] == 250
    assert found["validation_images"] == 20
    assert found["recipe"]["epochs"] == int(EPOCHS)
    assert found["recipe"]["split"]["writers"] == []
    assert found["seed"] in range(int(SEEDS))
    assert found["versions"]["convlens"] == __version__
    assert found["versions"]["python"] == sys.version.split()[0]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", found["date"])
    assert found["data_sha256"] == {
        **{name: dataset.sha256(dataset.find(mnist, name)) for name in dataset.FILES},
        "pens.jsonl": dataset.sha256(pens),
    }


def test_weights_card_report_and_timeline_belong_together(trained: Path) -> None:
    names = {path.name for path in (trained / "weights").iterdir()}
    files = ("json", "onnx", "report.json", "safetensors", "timeline.safetensors")
    assert names == {f"lenet5.{ending}" for ending in files}
    model = Model.load(SPEC, trained / "weights")
    assert model.report is not None
    assert [row["seed"] for row in model.report["seeds"]] == [0, 1]
    chosen = next(row for row in model.report["seeds"] if row["shipped"])
    assert chosen["seed"] == model.card["seed"]
    assert chosen["validation_accuracy"] == model.card["validation_accuracy"]
    best = max(row["validation_accuracy"] for row in model.report["seeds"])
    assert chosen["validation_accuracy"] == best
    assert model.timeline is not None
    assert model.timeline.temperature == model.card["temperature"]
    last = model.timeline.points[-1]
    assert last.batch == int(EPOCHS) * model.timeline.batches_per_epoch
    assert last.validation_accuracy == model.card["validation_accuracy"]


def test_the_temperature_makes_the_validation_images_the_likeliest(
    trained: Path, mnist: Path
) -> None:
    network = load(SPEC, trained / "weights")
    assert isinstance(network, LeNet5)
    digits = read_corpus(mnist, None, Split()).held_out["validation"]
    assert fit_temperature(evaluation.read(network, digits), digits.labels) == pytest.approx(1)


def test_trainings_side_by_side_come_to_the_same(
    trained: Path, mnist: Path, pens: Path, tmp_path: Path
) -> None:
    assert train(mnist, tmp_path, "--pens", str(pens), "--jobs", "2") == 0
    assert card(tmp_path)["weights_sha256"] == card(trained)["weights_sha256"]


def test_evaluate_finds_the_figures_of_the_card(
    trained: Path, mnist: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weights = str(trained / "weights")
    options = ["--data", str(mnist), "--weights", weights]
    assert main(["evaluate", *options]) == 0
    said = capsys.readouterr().out
    assert re.search(rf"test +{card(trained)['test_correct']} of +250 right", said)
    assert "validation" in said


def test_evaluate_says_where_a_card_is_wrong(
    trained: Path, mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(trained / "weights", tmp_path / "weights")
    claimed = card(trained) | {"test_correct": 250, "test_accuracy": 1.0}
    (tmp_path / "weights" / "lenet5.json").write_text(json.dumps(claimed), encoding="utf-8")
    options = ["--data", str(mnist), "--weights", str(tmp_path / "weights")]
    assert main(["evaluate", *options]) == 1
    assert "otherwise of test_accuracy, test_correct" in capsys.readouterr().err


def test_evaluate_says_where_a_report_is_wrong(
    trained: Path, mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(trained / "weights", tmp_path / "weights")
    path = tmp_path / "weights" / "lenet5.report.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(told | {"misread": told["misread"][1:]}), encoding="utf-8")
    options = ["--data", str(mnist), "--weights", str(tmp_path / "weights")]
    assert main(["evaluate", *options]) == 1
    assert "otherwise of misread" in capsys.readouterr().err


def test_the_figures_are_those_of_the_predictions(
    mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def zero(_: object, digits: dataset.Digits) -> torch.Tensor:
        return torch.eye(10)[torch.zeros(len(digits), dtype=torch.int64)]

    for module in (evaluation, report):
        monkeypatch.setattr(module, "read", zero)
    assert train(mnist, tmp_path) == 0
    found = card(tmp_path)
    assert (found["test_correct"], found["test_accuracy"]) == (25, 0.1)
    assert found["test_accuracy_interval"] == list(evaluation.wilson_interval(25, 250))
    assert [row[0] for row in found["test_confusion_matrix"]] == [25] * 10


def test_the_test_images_are_read_once_after_the_last_epoch(
    mnist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    epochs_done = []
    read = shipping.read_mnist

    def recording(folder: Path, part: dataset.Part) -> dataset.Digits:
        for seed in range(int(SEEDS)):
            loaded = load_checkpoint(tmp_path / "runs" / f"seed-{seed}.safetensors")
            epochs_done.append((part, loaded[1]["epoch"] if loaded else None))
        return read(folder, part)

    monkeypatch.setattr(shipping, "read_mnist", recording)
    assert train(mnist, tmp_path) == 0
    assert epochs_done == [("t10k", int(EPOCHS))] * int(SEEDS)


def test_damaged_test_images_are_noticed_at_the_end_and_no_training_is_lost(
    mnist: Path,
    trained: Path,
    pens: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    damaged = tmp_path / "mnist"
    shutil.copytree(mnist, damaged)
    (damaged / "t10k-images-idx3-ubyte.gz").write_bytes(b"damaged")
    assert train(damaged, tmp_path, "--pens", str(pens)) == 1
    assert "t10k-images-idx3-ubyte.gz" in capsys.readouterr().err
    shutil.copy(mnist / "t10k-images-idx3-ubyte.gz", damaged)
    monkeypatch.delattr("app.training.trainer.Trainer._run_epoch")
    assert train(damaged, tmp_path, "--pens", str(pens)) == 0
    assert card(tmp_path)["weights_sha256"] == card(trained)["weights_sha256"]


def test_missing_test_images_are_noticed_before_the_training(
    mnist: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part = tmp_path / "mnist"
    shutil.copytree(mnist, part)
    (part / "t10k-labels-idx1-ubyte").unlink()
    assert train(part, tmp_path) == 1
    assert "There is no t10k-labels-idx1-ubyte" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_a_killed_training_resumes_to_the_same_figures(
    mnist: Path, pens: Path, trained: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "app.training"]
    command += arguments(mnist, tmp_path, "--pens", str(pens))
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log) as process,
    ):
        deadline = time.monotonic() + 60
        while not (tmp_path / "runs" / "seed-1.safetensors").exists():
            assert process.poll() is None, (tmp_path / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not (tmp_path / "weights").exists()
    assert train(mnist, tmp_path, "--pens", str(pens)) == 0
    resumed, uninterrupted = card(tmp_path), card(trained)
    for each in (resumed, uninterrupted):
        del each["training_seconds"]
    assert resumed == uninterrupted


def test_fresh_starts_over(mnist: Path, pens: Path, trained: Path, tmp_path: Path) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "seed-1.safetensors").write_bytes(b"damaged")
    assert train(mnist, tmp_path, "--pens", str(pens)) == 1
    assert train(mnist, tmp_path, "--pens", str(pens), "--fresh") == 0
    assert card(tmp_path)["weights_sha256"] == card(trained)["weights_sha256"]


def test_interrupting_says_how_to_go_on(
    mnist: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("app.training.trainer.Trainer._run_epoch", interrupt)
    assert train(mnist, tmp_path) == 130
    assert "same command goes on" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["train", "evaluate", "gallery", "familiarity", "cross-validate", "ablate"]
)
def test_every_option_is_explained(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main([command, "--help"])
    assert leaving.value.code == 0
    said = capsys.readouterr().out
    assert "--data FOLDER" in said
    options = re.split(r"\n  (?=-)", said)[1:]
    assert all(len(re.sub(r"^.*?(  |\n)", "", option).split()) >= 3 for option in options)


@pytest.mark.parametrize(
    "wrong",
    [
        *(["--epochs", value] for value in ("0", "-1", "1.5", "x")),
        *(["--seeds", value] for value in ("0", "-1", "y")),
        *(["--jobs", value] for value in ("0", "two")),
        *(["--learning-rate", value] for value in ("0", "-1", "nan", "inf", "z")),
        ["--what"],
    ],
)
def test_wrong_options_are_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(["train", "--data", "nowhere", *wrong])
    assert leaving.value.code == 2
    assert wrong[0] in capsys.readouterr().err


@pytest.mark.parametrize("command", ["train", "evaluate", "gallery"])
def test_a_folder_without_mnist_is_refused(
    command: str,
    tmp_path: Path,
    trained: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    extra = ["--weights", str(trained / "weights")] if command == "evaluate" else []
    assert main([command, "--data", str(tmp_path), *extra]) == 1
    assert "There is no t" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
