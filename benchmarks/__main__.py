"""Runs scenarios and prints one table of all that they find.

    python -m benchmarks [name ...] [--rounds N] [--json FILE]

Its exit status tells whether every scenario ran, not whether goals are met: on a machine that has
something else to do, they may not be.
"""

import argparse
import importlib
import inspect
import json
import pkgutil
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import benchmarks
from benchmarks import environment
from benchmarks.measure import Row
from benchmarks.table import markdown

NOT_SCENARIOS = {
    *("__main__", "client", "environment", "measure", "pen", "replica", "server", "table"),
}


def scenarios() -> list[str]:
    """Return the names of all scenarios."""
    modules = pkgutil.iter_modules(benchmarks.__path__)
    return sorted(module.name for module in modules if module.name not in NOT_SCENARIOS)


def run(name: str, rounds: int | None = None) -> dict[str, Any]:
    """Run a scenario, with as many rounds as it likes if not told; return what can be JSON."""
    scenario = importlib.import_module(f"benchmarks.{name}")
    rows: list[Row] = scenario.run() if rounds is None else scenario.run(rounds)
    return {
        "name": name,
        "title": (inspect.getdoc(scenario) or name).splitlines()[0].rstrip("."),
        "rows": [asdict(row) | {"met": row.met} for row in rows],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__.split("\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(scenarios()))
    parser.add_argument("--rounds", type=int, help="of each scenario; as it likes if not given")
    parser.add_argument("--json", type=Path, metavar="FILE", help="where to write the same as JSON")
    options = parser.parse_args(arguments)
    unknown = set(options.names) - set(scenarios())
    if unknown:
        parser.error(f"no scenario: {', '.join(sorted(unknown))}")
    figures: dict[str, Any] = {"environment": environment.describe(), "scenarios": []}
    failed = []
    for name in options.names or scenarios():
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            figures["scenarios"].append(run(name, options.rounds))
        except Exception:  # the others are worth their figures all the same
            traceback.print_exc()
            failed.append(name)
    print(markdown(figures), end="")
    if options.json:
        text = json.dumps(figures, indent=2, ensure_ascii=False)
        options.json.write_text(text + "\n", encoding="utf-8")
    if failed:
        print(f"did not run: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
