"""What the README says of its picture is what the check says today."""

import numpy as np

from helpers.exercises.declare import EXERCISES
from helpers.exercises.judge import judge
from tools import readme_picture


def test_the_readme_quotes_what_the_check_says():
    space = {"np": np}
    exec(readme_picture.MISTAKE, space)
    _, _, said = judge(EXERCISES["softmax"], space["softmax"]).message.partition(": ")
    readme = (readme_picture.REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert said and said in readme, "take the picture again: python -m tools.readme_picture"
