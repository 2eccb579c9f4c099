"""The Dockerfile, held against what ``make run`` does; no Docker engine is needed."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from app.settings import ROOT
from tests.conftest import wait_for_url
from tests.pictures import encoded, seven

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def steps() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with their arguments."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [line.strip().split(maxsplit=1) for line in lines]
    return [(name, " ".join(argument.split())) for name, argument in pairs]


def arguments(name: str) -> list[str]:
    return [argument for step, argument in steps() if step == name]


@pytest.fixture
def image(tmp_path) -> Path:
    """The files that the Dockerfile copies, as .dockerignore lets it."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    for argument in arguments("COPY"):
        *sources, target = argument.split()
        for source in sources:
            assert source.rstrip("/") in allowed, f".dockerignore keeps {source} out"
            if (ROOT / source).is_dir():
                without_caches = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / source, tmp_path / target, ignore=without_caches)
            else:
                shutil.copy(ROOT / source, tmp_path / target)
    return tmp_path


def environment() -> dict[str, str]:
    return dict(pair.split("=") for line in arguments("ENV") for pair in shlex.split(line))


def test_what_is_copied_is_enough_to_serve_and_to_be_healthy(image):
    command = json.loads(arguments("CMD")[0])
    assert command[0] == "python"
    process = subprocess.Popen(
        [sys.executable, *command[1:]],
        cwd=image,
        env=environment() | {"HOST": "127.0.0.1", "PORT": "0"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        url = httpx.URL(wait_for_url(process))
        assert httpx.get(url).status_code == 200
        check = json.loads(arguments("HEALTHCHECK")[0].partition("CMD ")[2])
        healthy = subprocess.run([sys.executable, *check[1:]], env={"PORT": str(url.port)})
        process.terminate()
        process.wait()
        ill = subprocess.run(
            [sys.executable, *check[1:]], env={"PORT": str(url.port)}, capture_output=True
        )
    assert healthy.returncode == 0
    assert ill.returncode != 0


def test_it_starts_what_make_run_starts():
    command = json.loads(arguments("CMD")[0])
    assert f"$(BIN)/{' '.join(command)}" in MAKEFILE


def test_it_installs_what_make_run_installs():
    install = next(run for run in arguments("RUN") if "uv pip install" in run)
    assert "--constraint constraints.txt" in install
    assert "--constraint constraints.txt" in MAKEFILE
    assert "-r pyproject.toml" in install
    assert "--torch-backend=cpu" in install


def test_it_is_slim_and_not_run_as_root():
    base = arguments("FROM")[0]
    assert base.endswith("-slim")
    version = re.search(r"python:(\d+)\.(\d+)", base)
    assert version
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={version[1]}.{version[2]}"
    user = arguments("USER")[0]
    assert user not in ("root", "0")
    assert any(re.search(rf"useradd .*\b{user}\b", run) for run in arguments("RUN"))
    names = [name for name, _ in steps()]
    assert names.index("USER") < names.index("CMD")


def test_nothing_is_written_but_temporary_files(image, tmp_path_factory):
    """So that the root of the container's files may be read-only."""
    temporary = tmp_path_factory.mktemp("temporary")
    log = tmp_path_factory.mktemp("log") / "written"
    process = subprocess.Popen(
        [sys.executable, "-c", _WATCHED, str(log)],
        cwd=image,
        env=environment() | {"HOST": "127.0.0.1", "PORT": "0", "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process, ExitStack() as stack:
        try:
            url = wait_for_url(process)
            client = stack.enter_context(httpx.Client(base_url=url, timeout=60))
            for path in ("/", "/docs", "/learn", "/openapi.json", "/static/favicon.svg"):
                assert client.get(path).status_code == 200
            file = encoded(seven(2000), compress_level=0)  # more than a form keeps in memory
            form = client.post("/api/models/lenet5/predictions", files={"file": file})
            assert form.json()["prediction"] == 7
        finally:
            process.terminate()
    written = set(log.read_text(encoding="utf-8").split("\n")) - {"", os.devnull}
    assert written, "the form was not kept in a file"
    assert {path for path in written if not Path(path).is_relative_to(temporary)} == set()


_WATCHED = """
import os, runpy, sys
log = open(sys.argv.pop(), "a", buffering=1)
def watch(event, arguments):
    if event in ("os.mkdir", "os.rename", "os.link", "os.symlink"):
        print(os.path.abspath(os.fsdecode(arguments[0])), file=log)
    if event == "open" and not isinstance(arguments[0], int):
        path, mode, flags = arguments
        if (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            print(os.path.abspath(os.fsdecode(path)), file=log)
sys.addaudithook(watch)
runpy.run_module("app", run_name="__main__", alter_sys=True)
"""
