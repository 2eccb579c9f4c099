"""The notebook runs from top to bottom in a fresh kernel, with MNIST at hand and without."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from app.settings import ROOT
from tests.training.small_data import write_mnist

NOTEBOOK = ROOT / "notebooks" / "6_CNN_model.ipynb"
PROBE = """
import json

print(json.dumps({
    "by_torch": by_torch, "losses": losses, "confusion": confusion.tolist(),
    "test_accuracy": test_accuracy, "shipped_accuracy": shipped_accuracy,
    "digits": [len(labels), len(test_labels)],
    "by_hand": [by_hand.item(), by_layer.item()],
    "same_weights": reader.conv1.weight is lenet5.conv1.weight,
}))
"""


@dataclass(frozen=True)
class Run:
    """What came of a run: every cell's outputs, and some of its variables."""

    cells: list[Any]
    found: dict[str, Any]

    def html(self, source: str) -> str:
        """What the cell that ends so displays."""
        (cell,) = (c for c in self.cells if c.source.endswith(source))
        return "".join(cell.outputs[-1].data["text/html"])

    @property
    def printed(self) -> str:
        outputs = (output for cell in self.cells for output in cell.outputs)
        return "".join(output.text for output in outputs if output.output_type == "stream")


def _run(folder: Path, data: Path | None) -> Run:
    """Run the notebook as Jupyter does: in a kernel of its own, in the notebook's folder."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(PROBE))
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CONVLENS_") and name != "PYTHONPATH"
    }
    # Nobody's own settings and start-up files.
    environment |= {"IPYTHONDIR": str(folder), "JUPYTER_CONFIG_DIR": str(folder)}
    if data:
        environment["CONVLENS_DATA"] = str(data)
    client = NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    )
    client.execute(env=environment)
    *cells, probe = (cell for cell in notebook.cells if cell.cell_type == "code")
    return Run(cells, json.loads(probe.outputs[0].text))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run on the bundled digits."""
    return _run(tmp_path_factory.mktemp("jupyter"), None)


def test_the_notebook_is_kept_without_outputs_as_jupyter_writes_it() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.metadata == {}
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None), cell.source
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert NOTEBOOK.read_text(encoding="utf-8") == nbformat.writes(notebook) + "\n"


def test_every_cell_runs_and_none_complains(run: Run) -> None:
    for cell in run.cells:
        for output in cell.outputs:
            assert output.output_type in ("stream", "execute_result"), cell.source
            assert output.get("name", "stdout") == "stdout", output.text


def test_the_lecture_is_counted(run: Run) -> None:
    counts = {name: count for name, count in run.found["by_torch"].items() if count}
    assert counts == {"conv1": 156, "conv2": 2416, "fc1": 48120, "fc2": 10164, "fc3": 850}
    assert "61,706" in run.html("show_table(reader, images[0])")
    assert run.found["by_hand"][0] == pytest.approx(run.found["by_hand"][1], abs=1e-5)


def test_a_few_digits_teach_something_and_the_notebook_says_how_little(run: Run) -> None:
    losses, confusion = run.found["losses"], run.found["confusion"]
    assert 2.0 < losses[0] < 2.7
    assert max(losses[-10:]) < 0.5
    assert run.found["digits"] == [160, 40]
    assert [sum(row) for row in confusion] == [4] * 10
    assert run.found["test_accuracy"] == sum(confusion[d][d] for d in range(10)) / 40
    assert 0.6 < run.found["test_accuracy"] <= 1
    assert "not enough to learn to read well" in run.printed
    assert run.found["shipped_accuracy"] > 0.95


def test_the_pictures_are_those_of_the_explorer(run: Run) -> None:
    assert run.found["same_weights"]
    inside = [cell for cell in run.cells if cell.source == "show(reader, digit)"]
    before, after = ("".join(cell.outputs[0].data["text/html"]) for cell in inside)
    assert before != after
    for layer in ("input", *run.found["by_torch"], "softmax"):
        assert f"</b> {layer}</span>" in after
    assert run.html("classes=SPEC.classes)").count("<img") > 50
    assert "torch computed" in run.html('"conv2", (3, 4, 5))')
    assert "LogSoftmax" in run.html("show(Small(), digit)")
    assert "add joins input and conv" in run.printed


def test_mnist_is_read_from_the_folder_that_the_environment_names(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    write_mnist(data / "mnist", train=120, test=50)
    run = _run(tmp_path, data)
    assert run.found["digits"] == [120, 50]
    assert "120 digits to learn from, 50 for the test." in run.printed
