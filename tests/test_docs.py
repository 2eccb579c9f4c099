"""What the documentation says is so."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import errors
from app.settings import ROOT, Settings

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
EXAMPLES = [
    tuple(example.split("\n", 1))
    for block in CONSOLE
    for example in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
]


@pytest.fixture(scope="module")
def run(server) -> Iterator[str]:
    """The id of a training run: the README's $RUN."""
    id_ = server.client.post("/api/training_runs", json={}).json()["id"]
    yield id_
    server.client.delete(f"/api/training_runs/{id_}")


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize(("command", "output"), EXAMPLES, ids=[c for c, _ in EXAMPLES])
def test_a_command_of_the_readme_prints_what_it_says(server, run, command, output):
    # curl has --json since 7.82; this is what it stands for.
    command = command.replace("--json", "-H 'Content-Type: application/json' --data")
    command = command.replace("http://127.0.0.1:8000", server.url)
    printed = subprocess.run(
        command,
        shell=True,
        cwd=ROOT,
        env=os.environ | {"RUN": run},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    pattern = ".*".join(re.escape(part) for part in output.strip().split("…"))
    assert re.fullmatch(pattern, printed.strip(), re.DOTALL), printed[:2000]


def test_the_live_client_of_the_readme_prints_what_it_says(server):
    code, output = re.findall(r"```python\n(.*?)```.*?```text\n(.*?)```", README, re.DOTALL)[0]
    code = code.replace("ws://127.0.0.1:8000", server.url.replace("http", "ws"))
    command = [sys.executable, "-c", code]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    pattern = ".*".join(re.escape(part) for part in output.strip().split("…"))
    assert re.fullmatch(pattern, printed, re.DOTALL), printed


def test_the_readme_has_an_example_of_every_path(server):
    paths = server.client.get("/openapi.json").json()["paths"]
    commands = [command for command, _ in EXAMPLES]
    for path in paths:
        pattern = re.sub(r"{\w+}", r"[\\w$]+", path) + r"['?\s]?(\?\S*)?( *\|.*)?$"
        assert any(re.search(pattern, command) for command in commands), path


def test_the_readme_lists_every_setting_with_its_default():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", README, re.MULTILINE))
    expected = {}
    for field in Settings.model_fields.values():
        default = field.default
        if isinstance(default, Path):
            default = default.relative_to(ROOT)
        expected[field.validation_alias] = f"`{default}` | {field.description}"
    assert rows == expected


def test_the_two_commands_are_the_first_in_the_readme():
    first = re.search(r"```sh\n(.*?)```", README, re.DOTALL)
    assert first
    assert [line.split("  ")[0] for line in first[1].splitlines()] == ["make run", "make test"]


def test_the_tree_of_errors_is_drawn_as_it_is():
    drawn = re.findall(r"^ *[│├└─ ]+(\w+) +(\d{3})  (\w+)", errors.__doc__, re.MULTILINE)
    real = [(e.__name__, str(e.status), e.code) for e in errors.ConvLensError.kinds()]
    assert drawn.pop(0) == ("ConvLensError", "500", "internal_error")
    assert sorted(drawn) == sorted(real)


def test_every_file_that_the_readme_links_to_exists():
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_figures_of_the_network_are_those_of_the_files():
    def read(name):
        return json.loads((ROOT / "model_weights" / f"lenet5.{name}.json").read_text("utf-8"))

    def percent(share):
        return f"{100 * share:.2f} %"

    report, people = read("report"), read("cross_validation")
    errors = [1 - row["test_accuracy"] for row in report["seeds"]]
    test = report["test"]
    low, high = map(percent, test["accuracy_interval"])
    told = [
        f"{percent(sum(errors) / len(errors))} ({', '.join(map(percent, errors))})",
        f"{percent(test['accuracy'])} right (95 %: {low} to {high})",
        percent(test["calibration"]["error"]),
    ]
    for name in ("pen_as_written", "pen_placed"):
        error = percent(people[f"{name}_calibration"]["error"])
        told.append(f"{percent(people[f'{name}_accuracy'])} right, calibration error {error}")
    told += [f"{kind['auroc']:.3f}" for kind in read("familiarity")["kinds"]]
    table = README[README.index("| figure | value |") :].split("\n\n")[0]
    assert [row.split(" | ")[1].strip(" |") for row in table.splitlines()[2:]] == told
