"""What was measured, as Markdown: for the terminal, and for the README.

python -m benchmarks --json benchmarks/figures.json
python -m benchmarks.table benchmarks/figures.json
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_MET = {None: "", True: "yes", False: "no"}


def markdown(figures: dict[str, Any]) -> str:
    """Return the environment as a list, then one table of all scenarios.

    Args:
        figures: As :mod:`benchmarks.__main__` writes them with ``--json``.

    Raises:
        KeyError: They are not what it writes.

    """
    lines = [f"- {name}: {value}" for name, value in figures["environment"].items()]
    lines += ["", "| what | value | goal | met | note |", "|---|---|---|---|---|"]
    for scenario in figures["scenarios"]:
        lines.append(f"| **{scenario['title']}** | | | | |")
        lines += [_row(row) for row in scenario["rows"]]
    return "\n".join(lines) + "\n"


def _row(row: dict[str, Any]) -> str:
    goal, value = row["goal"], row["value"]
    cells = (
        row["name"],
        f"{f'{value:.3g}' if abs(value) < 100 else f'{value:,.0f}'} {row['unit']}",
        f"{goal['sign']} {goal['bound']:g}" if goal else "",
        _MET[row["met"]],
        row["note"],
    )
    return f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table of a file and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.table")
    parser.add_argument("figures", type=Path, help="what the benchmarks wrote with --json")
    options = parser.parse_args(arguments)
    try:
        print(markdown(json.loads(options.figures.read_text(encoding="utf-8"))), end="")
    except (OSError, ValueError) as error:
        print(f"table: {options.figures}: {error}", file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"table: {options.figures} has no {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
