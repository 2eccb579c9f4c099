"""Performance, as ratios within one run; ``make bench`` prints them.

Each scenario is a module with ``run() -> list[Measured]``; the first one measured is what the
others are compared with. No absolute time is asserted anywhere.
"""
