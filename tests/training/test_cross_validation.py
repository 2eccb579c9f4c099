import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from app.errors import BadInput
from app.training import cross_validation
from app.training.__main__ import main
from app.training.calibration import fit_temperature
from app.training.cross_validation import PENS, Outcome, cross_validate, fit_without, folds
from app.training.dataset import Digits
from app.training.recipe import Recipe
from app.training.trainer import Trainer


def test_every_person_is_left_out_once_in_groups_of_about_one_size() -> None:
    groups = folds([*range(1, 31), *range(1, 31)], 4, 0)
    assert sorted(writer for group in groups for writer in group) == list(range(1, 31))
    assert sorted(map(len, groups)) == [7, 7, 8, 8]
    assert groups == folds(range(1, 31), 4, 0)
    assert groups != folds(range(1, 31), 4, 1)


@pytest.mark.parametrize("count", [1, 8])
def test_people_that_cannot_be_dealt_into_groups_are_refused(count: int) -> None:
    with pytest.raises(BadInput, match="7 people cannot be left out"):
        folds(range(7), count, 0)


def test_nobody_reads_a_hand_that_was_trained_on(
    mnist: Path, pens: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained_on = []
    learn = cross_validation.learn

    def recording(recipe: Recipe, corpus: object, *rest: object) -> object:
        trained_on.append({pen.writer for pen in corpus.pens})
        return learn(recipe, corpus, *rest)

    monkeypatch.setattr(cross_validation, "learn", recording)
    groups = folds(range(1, 8), 2, 0)
    short = replace(recipe, epochs=1)
    found = cross_validate(short, mnist, pens, groups, tmp_path, {})
    everybody = set(range(1, 8))
    assert trained_on == [everybody - set(group) for group in groups]
    assert [fold["writers"] for fold in found["folds"]] == [list(group) for group in groups]
    assert found["pen_as_written_images"] == found["pen_placed_images"] == 70
    assert found["validation_images"] == 2 * 20
    assert list(found["writers"]) == list("1234567")
    for name in ("pen_as_written", "pen_placed"):
        each = [found["writers"][str(writer)][f"{name}_accuracy"] for writer in everybody]
        assert sum(each) / 7 == pytest.approx(found[f"{name}_accuracy"])


def options(mnist: Path, pens: Path, folder: Path, *extra: str) -> list[str]:
    return [
        *("cross-validate", "--data", str(mnist), "--pens", str(pens), "--epochs", "1"),
        *("--output", str(folder / "figures.json"), "--runs", str(folder / "runs")),
        *extra,
    ]


def test_the_command_writes_the_figures_and_what_is_done_is_not_done_again(
    mnist: Path,
    pens: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(options(mnist, pens, tmp_path, "--folds", "2", "--only", "2")) == 0
    alone = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert len(alone["folds"]) == 1
    assert main(options(mnist, pens, tmp_path, "--folds", "2")) == 0
    found = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert len(found["folds"]) == 2
    assert {key: found["folds"][1][key] for key in ("writers", "pen_placed_accuracy")} == {
        key: alone["folds"][0][key] for key in ("writers", "pen_placed_accuracy")
    }
    assert "pen_placed" in capsys.readouterr().out
    monkeypatch.delattr(Trainer, "_run_epoch")
    assert main(options(mnist, pens, tmp_path, "--folds", "2")) == 0
    again = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert again == found


def test_groups_that_there_are_not_are_refused(
    mnist: Path, pens: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options(mnist, pens, tmp_path, "--folds", "8")) == 1
    assert main(options(mnist, pens, tmp_path, "--folds", "2", "--only", "3")) == 1
    assert "There is no group 3 of 2" in capsys.readouterr().err


def outcome(group: tuple[int, ...], sharpness: float) -> Outcome:
    """What a network made of 200 digits each, right four times out of five."""
    rng = np.random.default_rng(group)
    digits, logits = {}, {}
    for name in ("validation", *PENS):
        labels = rng.integers(0, 10, 200).astype(np.uint8)
        tops = np.where(rng.random(200) < 0.8, labels, (labels + 1) % 10)
        digits[name] = Digits(np.zeros((200, 28, 28), np.uint8), labels)
        logits[name] = sharpness * torch.eye(10)[torch.from_numpy(tops.astype(np.int64))]
    return Outcome(group, digits, logits, 0)


def test_a_groups_temperature_is_fitted_without_its_people() -> None:
    groups = [outcome((group,), sharpness=8) for group in range(3)]
    before = fit_without(groups)
    surer = {key: 5 * groups[1].logits[key] for key in PENS}
    groups[1] = replace(groups[1], logits=groups[1].logits | surer)
    after = fit_without(groups)
    assert after[1] == before[1]
    assert after[0] > 1.2 * before[0]
    assert after[2] > 1.2 * before[2]


def test_a_group_alone_is_fitted_to_its_validation_images() -> None:
    own = outcome((1,), sharpness=8)
    expected = fit_temperature(own.logits["validation"], own.digits["validation"].labels)
    assert fit_without([own]) == [expected]
    assert expected > 1
