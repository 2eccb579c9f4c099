"""nginx as deploy/nginx.conf sets it up, before any three addresses."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
PORTS = (8080, 8001, 8002, 8003)
"""As the file has them: nginx's own, then the replicas'."""
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian: nginx)")


@dataclass(frozen=True)
class Proxy:
    """A running nginx."""

    url: str
    client: httpx.Client
    folder: Path

    def log(self, *request_ids: str) -> list[dict[str, Any]]:
        """Return the lines of the access log, once these requests are in it."""
        lines: list[dict[str, Any]] = []
        for _ in range(1000):
            text = (self.folder / "access.log").read_text(encoding="utf-8")
            lines = [json.loads(line) for line in text.splitlines()]
            if {line["request_id"] for line in lines} >= set(request_ids):
                return lines
            time.sleep(0.01)
        pytest.fail(f"not all of {request_ids} were logged")


@contextmanager
def proxied(folder: Path, ports: Sequence[int]) -> Iterator[Proxy]:
    """Run nginx before the replicas with these ports; whatever happens, it is ended."""
    own = _free_port()
    ours = dict(zip(PORTS, (own, *ports), strict=True))
    text = CONFIGURATION.read_text(encoding="utf-8")
    text = re.sub(r"127\.0\.0\.1:(\d+)", lambda found: f"127.0.0.1:{ours[int(found[1])]}", text)
    folder.mkdir()
    configuration = folder / "nginx.conf"
    configuration.write_text(text, encoding="utf-8")
    with subprocess.Popen(_command(folder, configuration)) as process:
        try:
            _wait_until_it_listens(own, process)
            url = f"http://127.0.0.1:{own}"
            with httpx.Client(base_url=url, timeout=60) as client:
                yield Proxy(url, client, folder)
        finally:
            process.terminate()


def checked(folder: Path) -> subprocess.CompletedProcess[str]:
    """Let nginx check the configuration as it is."""
    command = _command(folder, CONFIGURATION)
    return subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=30)


def _command(folder: Path, configuration: Path) -> list[str]:
    assert NGINX
    command = [NGINX, "-p", f"{folder}/", "-e", "stderr", "-c", str(configuration)]
    # Its workers would else be somebody who may not look into root's temporary folders.
    return command if os.geteuid() else [*command, "-g", "user root;"]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _wait_until_it_listens(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1000):
        assert process.poll() is None, "nginx ended at once"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.01)
        else:
            return
    pytest.fail("nginx does not listen")
