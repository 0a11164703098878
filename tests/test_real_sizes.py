"""The sizes of real models: lesson 08's count meets the published one, and the files' own."""

from pathlib import Path

import numpy as np
import pytest
from peers import installed

from helpers.models import real_sizes
from helpers.models.pretrained.configurations import MINILM, SMOLLM2
from helpers.models.pretrained.files import find
from helpers.models.pretrained.read_gguf import read_gguf
from helpers.models.pretrained.read_safetensors import read_safetensors
from tools.lesson import read

# Counted by adding up the arrays of the released files, by whoever loads them.
EXACT = {"GPT-2 small": 124_439_808, "BERT-base": 109_482_240, "MiniLM-L6": 22_713_216}
LESSON = Path(__file__).parents[1] / "lessons" / "08_gpt_and_bert.md"
REAL = (*real_sizes.CLASSIC, *real_sizes.NEWER)


@pytest.fixture(scope="module")
def counted():
    """The counts as lesson 08's own cells make them."""
    cells = read(LESSON).cells
    space = {"real_sizes": real_sizes}
    for cell in cells:
        if "def parameters(size)" in cell.source or "in real_sizes." in cell.source:
            if cell.source.startswith("size = next("):
                continue
            exec(cell.source, space)
    return space["counted"]


@pytest.mark.parametrize("size", REAL, ids=lambda size: size.name)
def test_the_count_is_the_published_one(counted, size):
    assert counted[size.name] == EXACT.get(size.name, counted[size.name])
    assert counted[size.name] / 1e6 == pytest.approx(size.published, rel=0.01)


@pytest.mark.parametrize("size", REAL, ids=lambda size: size.name)
def test_heads_divide_the_width_and_share_keys_evenly(size):
    assert size.width % size.heads == 0 and size.heads % size.kv_heads == 0


def test_the_encoders_file_holds_as_many(counted):
    tensors = read_safetensors(installed(find, MINILM.weights))
    learned = {name: array for name, array in tensors.items() if "position_ids" not in name}
    assert sum(array.size for array in learned.values()) == counted["MiniLM-L6"]


def test_the_decoders_file_holds_as_many(counted):
    _, tensors = read_gguf(installed(find, SMOLLM2.weights))
    assert sum(int(np.prod(one.shape)) for one in tensors.values()) == counted["SmolLM2-135M"]
