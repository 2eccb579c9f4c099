"""Whether a vulnerability is known in what is locked: ``make audit``.

Asks PyPI about ``constraints.txt`` and the npm registry about ``package-lock.json``, each through
its own client. Ends with 0 only if every package was looked up and none is known to be vulnerable,
with 1 if one is, and with 2 if some could not be looked up: silence is not a good sign.
"""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

_PIP_AUDIT = [
    *(sys.executable, "-m", "pip_audit", "--requirement", "constraints.txt"),
    *("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"),
]
_NPM_AUDIT = ["npm", "audit", "--json"]


@dataclass(frozen=True)
class Finding:
    """What is known about the packages of one lock file."""

    audited: int = 0
    """How many packages were looked up."""
    vulnerable: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """What could not be looked up, and why."""


def of_python(said: str) -> Finding:
    """Read what pip-audit says."""
    packages = json.loads(said)["dependencies"]
    skipped = [one for one in packages if "skip_reason" in one]
    return Finding(
        audited=len(packages) - len(skipped),
        vulnerable=[
            f"{one['name']} {one['version']}: {vulnerability['id']}, "
            f"fixed in {', '.join(vulnerability['fix_versions']) or 'no version yet'}"
            for one in packages
            for vulnerability in one.get("vulns", ())
        ],
        unknown=[one["skip_reason"] for one in skipped],
    )


def of_npm(said: str) -> Finding:
    """Read what npm says."""
    answer: dict[str, Any] = json.loads(said)
    if "metadata" not in answer:
        return Finding(unknown=[str(answer.get("message") or answer.get("error"))])
    return Finding(
        audited=answer["metadata"]["dependencies"]["total"],
        vulnerable=[
            f"{name} {one['range']}: {one['severity']}"
            for name, one in answer["vulnerabilities"].items()
        ],
    )


def verdict(name: str, finding: Finding) -> tuple[int, list[str]]:
    """Return the exit status for a lock file, and the lines that say why."""
    lines = [f"  vulnerable: {one}" for one in finding.vulnerable]
    lines += [f"  not looked up: {one}" for one in finding.unknown]
    if finding.vulnerable:
        status, word = 1, "VULNERABLE"
    elif finding.unknown or not finding.audited:
        status, word = 2, "NOT AUDITED"
    else:
        status, word = 0, "nothing known"
    return status, [f"{name}: {word} ({finding.audited} packages looked up)", *lines]


def main() -> int:
    """Audit both lock files and return the worse status."""
    statuses = []
    for name, command, read in (
        ("constraints.txt", _PIP_AUDIT, of_python),
        ("package-lock.json", _NPM_AUDIT, of_npm),
    ):
        if shutil.which(command[0]) is None:
            finding = Finding(unknown=[f"there is no {command[0]}"])
        else:
            ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
            try:
                finding = read(ended.stdout)
            except (ValueError, KeyError, TypeError):
                said = (ended.stderr or ended.stdout).strip().splitlines() or ["it said nothing"]
                finding = Finding(unknown=[f"{command[0]} failed: {said[-1]}"])
        status, lines = verdict(name, finding)
        statuses.append(status)
        print("\n".join(lines), flush=True)
    return 1 if 1 in statuses else max(statuses)


if __name__ == "__main__":
    sys.exit(main())
