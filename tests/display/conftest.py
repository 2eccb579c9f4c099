"""What the tests of display share."""

import pytest
import torch


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> None:
    """Run small tensors on one thread, as the server does; more only wait for each other."""
    torch.set_num_threads(1)
