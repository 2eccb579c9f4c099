import gzip
import hashlib
import socket
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from app.errors import BadInput
from app.training import __main__ as command_line
from app.training.dataset import FILES, sha256
from app.training.download import CHECKSUMS, MIRRORS, download_mnist


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Path]]:
    """A mirror on the loopback address and its folder, with four files of the right checksums."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    for name in FILES:
        content = f"the content of {name}".encode()
        (folder / f"{name}.gz").write_bytes(gzip.compress(content))
        monkeypatch.setitem(CHECKSUMS, name, hashlib.sha256(content).hexdigest())
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/", folder
        server.shutdown()
        thread.join()


@pytest.fixture
def closed() -> str:
    """A mirror that refuses connections."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def test_the_files_come_from_the_first_mirror_that_has_them(
    tmp_path: Path, mirror: tuple[str, Path], closed: str
) -> None:
    url, _ = mirror
    download_mnist(tmp_path / "data", (closed, f"{url}elsewhere/", url))
    assert {path.name for path in (tmp_path / "data").iterdir()} == {f"{n}.gz" for n in FILES}
    for name in FILES:
        assert sha256(tmp_path / "data" / f"{name}.gz") == CHECKSUMS[name]


def test_a_file_with_another_checksum_is_not_kept(tmp_path: Path, mirror: tuple[str, Path]) -> None:
    url, folder = mirror
    (folder / f"{FILES[1]}.gz").write_bytes(gzip.compress(b"other labels"))
    with pytest.raises(BadInput, match="has another checksum"):
        download_mnist(tmp_path / "data", (url,))
    assert [path.name for path in (tmp_path / "data").iterdir()] == [f"{FILES[0]}.gz"]


def test_a_file_that_is_no_gzip_is_refused(tmp_path: Path, mirror: tuple[str, Path]) -> None:
    url, folder = mirror
    (folder / f"{FILES[0]}.gz").write_bytes(b"<html>this mirror has moved</html>")
    with pytest.raises(BadInput, match="Not a gzipped file"):
        download_mnist(tmp_path / "data", (url,))


def test_files_that_are_there_are_not_fetched_again(
    tmp_path: Path, mirror: tuple[str, Path], closed: str
) -> None:
    url, _ = mirror
    download_mnist(tmp_path / "data", (url,))
    download_mnist(tmp_path / "data", (closed,))


def test_without_data_and_network_the_command_says_what_to_do(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    closed: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(command_line, "MIRRORS", (closed,))
    assert command_line.main(["train"]) == 1
    said = capsys.readouterr().err
    assert closed in said
    assert all(f"{name}.gz" in said for name in FILES)
    assert "--data" in said
    assert "Traceback" not in said


def test_every_file_has_a_checksum_and_every_mirror_is_a_folder() -> None:
    assert set(CHECKSUMS) == set(FILES)
    assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in MIRRORS)


def test_the_checksums_are_those_of_the_real_files(shared_data: Path) -> None:
    for name in FILES:
        assert sha256(shared_data / "mnist" / f"{name}.gz") == CHECKSUMS[name]
