from dataclasses import replace
from pathlib import Path

import pytest

from app.training.__main__ import main
from app.training.ablation import CHANGES, Row, ablate, as_table, telling
from app.training.recipe import Recipe, Teaching
from app.training.trainer import Trainer

CHEAP = ("as it is", "SiLU", "ReLU")


def test_every_change_is_a_recipe_and_all_but_those_that_are_the_default_differ() -> None:
    changed = {name: change(Recipe()) for name, change in CHANGES.items()}
    same = {name for name, recipe in changed.items() if recipe == Recipe()}
    assert "as it is" in same
    assert len(set(changed.values())) == len(CHANGES) - len(same) + 1


def test_what_is_trained_without_being_asked_is_each_recipe_once() -> None:
    names = telling(Recipe())
    assert names[0] == "as it is"
    assert len({CHANGES[name](Recipe()) for name in names}) == len(names)
    assert {"ReLU", "no batch-norm", "no teacher"} <= set(names)
    assert not {"SiLU", "batch-norm", "a teacher"} & set(names)


def test_networks_that_differ_in_themselves_alone_share_a_teacher(
    mnist: Path, pens: Path, recipe: Recipe, tmp_path: Path
) -> None:
    taught = replace(recipe, epochs=1, pen_repeats=1, pen_bank=0, teaching=Teaching(epochs=1))
    changes = {name: CHANGES[name] for name in ("as it is", "ReLU", "no distortions")}
    ablate(taught, mnist, pens, changes, (0,), tmp_path, {})
    teachers = {path.parent.name for path in tmp_path.glob("*/teacher.safetensors")}
    assert teachers == {"as-it-is", "no-distortions"}


def test_each_change_is_trained_with_each_seed_and_the_same_recipe_once(
    mnist: Path, pens: Path, recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = []
    run = Trainer._run_epoch

    def recording(trainer: Trainer, bar: object) -> None:
        trained.append((trainer.recipe.activation, trainer.recipe.seed))
        run(trainer, bar)

    monkeypatch.setattr(Trainer, "_run_epoch", recording)
    short = replace(recipe, epochs=1, pen_repeats=1, pen_bank=0, activation="relu")
    changes = {name: CHANGES[name] for name in CHEAP}
    rows = ablate(short, mnist, pens, changes, (0, 1), tmp_path, {})
    assert trained == [("relu", 0), ("relu", 1), ("silu", 0), ("silu", 1)]
    assert [row.change for row in rows] == list(CHEAP)
    assert rows[0].errors == rows[2].errors
    for row in rows:
        assert list(row.errors) == ["validation", "pen_as_written", "pen_placed"]
        assert all(0 <= error <= 1 for errors in row.errors.values() for error in errors)
    assert ablate(short, mnist, pens, changes, (0, 1), tmp_path, {}) == rows
    assert len(trained) == 4


def test_a_table_has_a_mean_and_the_spread_of_the_seeds() -> None:
    row = Row("SiLU", {"validation": [0.005, 0.007], "pen_placed": [0.02, 0.02]}, 12.3)
    table = as_table([row], replace(Recipe(), epochs=10)).splitlines()
    assert table[0] == "10 epochs, 2 seeds each."
    assert table[2] == "| change | validation, errors | pen placed, errors | seconds |"
    assert table[4] == "| SiLU | 0.60 % ± 0.14 | 2.00 % ± 0.00 | 12 |"


def test_the_command_writes_the_table(
    mnist: Path, pens: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["ablate", "--data", str(mnist), "--pens", str(pens), "--epochs", "1"]
    options += ["--output", str(tmp_path / "table.md"), "--runs", str(tmp_path / "runs")]
    assert main([*options, "--seeds", "2", "--changes", "as it is", "tanh"]) == 0
    table = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert table.startswith("1 epochs, 2 seeds each.")
    assert "| tanh |" in table
    assert "SiLU" not in table
    assert table in capsys.readouterr().out
