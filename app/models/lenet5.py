"""LeNet-5 as the introductory CNN lecture tabulates it: 61,706 parameters.

Source of the architecture: Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based
learning applied to document recognition", Proc. IEEE 86(11), 1998, section II-B, with the
simplifications the lecture makes: every conv2 filter sees all six maps, pooling has no
parameters of its own, and the output is a softmax over ten logits.
"""

from torch import Tensor, nn

from app.models.spec import ModelSpec


class LeNet5(nn.Module):
    """Two convolutions with pooling, then three fully connected layers."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, kernel_size=5)
        self.relu1 = nn.ReLU()
        self.pool1 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
        self.relu2 = nn.ReLU()
        self.pool2 = nn.MaxPool2d(kernel_size=2, stride=2)
        self.flatten = nn.Flatten()
        self.fc1 = nn.Linear(400, 120)
        self.relu3 = nn.ReLU()
        self.fc2 = nn.Linear(120, 84)
        self.relu4 = nn.ReLU()
        self.fc3 = nn.Linear(84, 10)
        self.softmax = nn.Softmax(dim=1)

    def logits(self, images: Tensor) -> Tensor:
        """Return the (N, 10) logits of (N, 1, 32, 32) images with ink 1 on ground 0."""
        maps = self.pool1(self.relu1(self.conv1(images)))
        maps = self.pool2(self.relu2(self.conv2(maps)))
        features = self.relu3(self.fc1(self.flatten(maps)))
        features = self.relu4(self.fc2(features))
        logits: Tensor = self.fc3(features)
        return logits

    def forward(self, images: Tensor) -> Tensor:
        """Return the (N, 10) probabilities of (N, 1, 32, 32) images."""
        probabilities: Tensor = self.softmax(self.logits(images))
        return probabilities


SPEC = ModelSpec(
    id="lenet5",
    title="LeNet-5",
    build=LeNet5,
    input_shape=(1, 32, 32),
    classes=tuple("0123456789"),
)
