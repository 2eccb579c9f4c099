"""Seeded training of LeNet-5, its evaluation and its card.

``python -m app.training --help`` is the command line.
"""
