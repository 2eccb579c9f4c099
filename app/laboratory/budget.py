"""How much one request may compute."""

from dataclasses import dataclass

from app.errors import TooLarge


@dataclass(frozen=True)
class Budget:
    """The most that one request may ask for.

    Attributes:
        cells: Numbers of any one array that is made on the way or returned.
        multiply_adds: Multiplications, each with an addition; of pooling, numbers looked at.

    """

    cells: int
    multiply_adds: int

    def limited(self, cells: int, multiply_adds: int) -> "Budget":
        """Return what of this budget lies within another one."""
        return Budget(min(self.cells, cells), min(self.multiply_adds, multiply_adds))

    def check_cells(self, name: str, cells: int) -> None:
        """Refuse an array before it is made.

        Raises:
            TooLarge: It would have more cells than allowed.

        """
        if cells > self.cells:
            raise TooLarge(
                f"The {name} would have {cells:,} cells.",
                f"Ask for at most {self.cells:,}: a smaller input, less padding, a larger stride "
                "or fewer filters.",
            )

    def check_multiply_adds(self, multiply_adds: int) -> None:
        """Refuse work before it is done.

        Raises:
            TooLarge: It would take more multiply-adds than allowed.

        """
        if multiply_adds > self.multiply_adds:
            raise TooLarge(
                f"This would take {multiply_adds:,} multiply-adds.",
                f"Ask for at most {self.multiply_adds:,}: a smaller input or kernel, a larger "
                "stride or fewer filters.",
            )
