"""What is installed is locked, and ``make audit`` never calls silence good."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.settings import ROOT
from tools import audit

PINS = {
    canonicalize_name(name): version
    for name, version in re.findall(
        r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE
    )
}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


@pytest.mark.parametrize(
    "said", [*PROJECT["dependencies"], *EXTRAS["test"], *EXTRAS["check"], *EXTRAS["audit"]]
)
def test_what_the_commands_install_is_locked_to_a_version_that_fits(said):
    requirement = Requirement(said)
    assert requirement.specifier.contains(PINS[canonicalize_name(requirement.name)])


def test_every_javascript_package_is_locked_to_its_content():
    locked = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    packages = {name: one for name, one in locked.items() if name}
    assert packages
    assert [name for name, one in packages.items() if "integrity" not in one] == []


def python(*packages: dict) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


SOUND = {"name": "h11", "version": "0.16.0", "vulns": []}
BAD = {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}
SKIPPED = {"name": "own", "skip_reason": "not found on PyPI: own (1.0)"}
NPM = {"metadata": {"dependencies": {"total": 40}}, "vulnerabilities": {}}
NPM_BAD = NPM | {"vulnerabilities": {"old": {"range": "<2", "severity": "high"}}}


@pytest.mark.parametrize(
    ("finding", "status", "said"),
    [
        (audit.of_python(python(SOUND)), 0, "nothing known (1 packages"),
        (audit.of_python(python(SOUND, BAD)), 1, "old 1.0: PYSEC-1, fixed in 1.1"),
        (audit.of_python(python(SOUND, SKIPPED)), 2, "not looked up: not found on PyPI: own"),
        (audit.of_python(python(BAD, SKIPPED)), 1, "VULNERABLE (1 packages"),
        (audit.of_python(python()), 2, "NOT AUDITED (0 packages"),
        (audit.of_npm(json.dumps(NPM)), 0, "nothing known (40 packages"),
        (audit.of_npm(json.dumps(NPM_BAD)), 1, "old <2: high"),
        (audit.of_npm('{"message": "405 Method Not Allowed"}'), 2, "405 Method Not Allowed"),
    ],
)
def test_only_what_was_looked_up_and_is_sound_passes(finding, status, said):
    got, lines = audit.verdict("lock", finding)
    assert got == status
    assert said in "\n".join(lines)


def test_a_client_that_fails_is_no_good_sign(monkeypatch, capsys):
    failing = [audit.sys.executable, "-c", "import sys; sys.exit('no network')"]
    monkeypatch.setattr(audit, "_PIP_AUDIT", failing)
    monkeypatch.setattr(audit, "_NPM_AUDIT", ["no-such-program"])
    assert audit.main() == 2
    said = capsys.readouterr().out
    assert "failed: no network" in said
    assert "there is no no-such-program" in said
