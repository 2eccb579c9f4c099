"""Performance, measured in one run; ``make bench`` prints it as one table.

A scenario is a module here whose docstring's first line is its title, with

    def run(rounds: int = ROUNDS) -> list[Row]: ...

- A :class:`~benchmarks.measure.Row` has a name, a value, a unit (``×`` for a ratio, else ``µs``,
  ``/s``, ``MiB``, ...) and, where there is one, a goal: ``at_least(0.7)`` or ``at_most(2)``. What
  is worth knowing besides (medians, samples) goes into its note.
- Goals are ratios to something that is measured in the same run, in turns with it, never times.
- More rounds make better figures; the tests run every scenario with one, which takes seconds.
- A scenario checks what it times first: a wrong answer is an ``AssertionError``, not a row.
- Whatever it starts, it ends. A module that is no scenario is named in ``NOT_SCENARIOS`` of
  :mod:`benchmarks.__main__`.

``ratios(compare({...}, calls=50, rounds=rounds), {"name": at_most(2)})`` of
:mod:`benchmarks.measure` is the usual way: the first one measured is what the others are compared
with.
"""
