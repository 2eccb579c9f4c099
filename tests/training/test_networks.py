import pytest
import torch

from app.models.lenet5 import ACTIVATIONS, POOLINGS, Activation, LeNet5, Pooling
from app.training.networks import Normed, Teacher

IMAGES = torch.rand((8, 1, 32, 32), generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_no_choice_of_activation_and_pooling_adds_a_parameter(
    activation: Activation, pooling: Pooling
) -> None:
    network = LeNet5(activation, pooling)
    assert sum(parameter.numel() for parameter in network.parameters()) == 61_706
    assert network.state_dict().keys() == LeNet5().state_dict().keys()
    assert network(IMAGES).sum(dim=1).tolist() == pytest.approx([1] * 8)


def test_activation_and_pooling_make_a_difference_and_layers_are_called_by_them() -> None:
    networks = [LeNet5("relu", "max"), LeNet5("tanh", "max"), LeNet5("relu", "average")]
    for network in networks:
        network.load_state_dict(networks[0].state_dict())
    outcomes = [network.logits(IMAGES) for network in networks]
    assert not torch.allclose(outcomes[0], outcomes[1])
    assert not torch.allclose(outcomes[0], outcomes[2])
    assert "tanh3" in dict(networks[1].named_modules())


def test_batch_norm_is_folded_into_61_706_parameters_that_give_the_same_logits() -> None:
    normed = Normed(LeNet5("silu", "average"))
    for _ in range(5):
        normed.logits(3 * IMAGES + 1)  # statistics of something
    with torch.no_grad():
        for parameter in normed.norms.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    normed.eval()
    folded = normed.folded()
    assert sum(parameter.numel() for parameter in folded.parameters()) == 61_706
    assert not [name for name, _ in folded.named_modules() if "norm" in name]
    torch.testing.assert_close(folded.logits(IMAGES), normed.logits(IMAGES), atol=1e-4, rtol=1e-4)
    assert "silu1" in dict(folded.named_modules())


def test_the_teacher_takes_what_the_network_takes_and_is_larger() -> None:
    teacher = Teacher().eval()
    assert teacher.logits(IMAGES).shape == (8, 10)
    assert sum(parameter.numel() for parameter in teacher.parameters()) > 4 * 61_706
