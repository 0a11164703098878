"""Read a GGUF file: facts about the model, and its tensors, memory-mapped and mostly in 4 bits.

The format: the letters GGUF, a version, the number of tensors and of facts; the facts (name, type,
value: sizes, the vocabulary, the merges); for every tensor its name, shape, kind and place;
padding; the tensors' bytes. https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

Three kinds of tensors occur in our file. F32 is float32. Q8_0 keeps 32 numbers as signed bytes and
one scale; Q4_1 keeps 32 numbers as 4-bit counts, one scale and one minimum: number = count * scale
+ minimum. Scales and minima are float16.

The package `gguf` reads these files too. It is not asked for: it brings four packages along, it
needs seconds where this needs a tenth of one, and what 4 bits are is worth seeing. The tests
compare every number with its numbers.
"""

import math
import struct
from dataclasses import dataclass

import numpy as np

from helpers.models.pretrained.files import ModelDamaged

BLOCK = 32  # numbers that share a scale
F32, Q4_1, Q8_0 = 0, 3, 8
BLOCK_BYTES = {F32: 4 * BLOCK, Q4_1: 2 + 2 + BLOCK // 2, Q8_0: 2 + BLOCK}

_NUMBERS = dict(enumerate("BbHhIif?")) | {10: "Q", 11: "q", 12: "d"}  # as `struct` calls them
_STRING, _ARRAY = 8, 9


@dataclass(frozen=True)
class Tensor:
    """One tensor as it lies in the file. shape: (rows, columns) or (columns,)."""

    shape: tuple
    kind: int
    data: np.ndarray  # (bytes,), a view of the memory map

    def numbers(self, rows=slice(None)):
        """The tensor's numbers as float32, of its shape; or only some of its rows."""
        lines = self.data.reshape(self.shape[0] if len(self.shape) > 1 else 1, -1)[rows]
        shape = (len(lines), *self.shape[1:]) if len(self.shape) > 1 else self.shape
        if self.kind == F32:
            return np.array(lines).view("<f4").reshape(shape)
        unpack = unpack_q4_1 if self.kind == Q4_1 else unpack_q8_0
        return unpack(lines.reshape(-1, BLOCK_BYTES[self.kind])).reshape(shape)


def unpack_q8_0(blocks):
    """(n, 34) bytes -> (n, 32) float32: number = signed byte * scale."""
    numbers = blocks[:, 2:].view(np.int8).astype(np.float32)
    numbers *= _float16(blocks, 0)
    return numbers


def unpack_q4_1(blocks):
    """(n, 20) bytes -> (n, 32) float32: number = count * scale + minimum.

    The low halves of the 16 bytes are the first 16 counts, the high halves the last 16.
    """
    counts = blocks[:, 4:]
    numbers = np.empty((len(blocks), BLOCK), np.float32)
    numbers[:, : BLOCK // 2] = counts & 15
    numbers[:, BLOCK // 2 :] = counts >> 4
    numbers *= _float16(blocks, 0)
    numbers += _float16(blocks, 2)
    return numbers


def _float16(blocks, start):
    """The float16 number at that byte of every block, as float32. (n, bytes) -> (n, 1)."""
    return np.ascontiguousarray(blocks[:, start : start + 2]).view("<f2").astype(np.float32)


def read_gguf(path):
    """Facts and tensors of a GGUF file.

    Returns: (facts, tensors), two dicts by name; `tensors[name].numbers()` unpacks one.
    Raises ModelDamaged for a file that is cut off, is no GGUF, or holds a kind that is not known.
    """
    data = np.memmap(path, dtype=np.uint8, mode="r") if path.stat().st_size else np.empty(0, "u1")
    cursor = _Cursor(data, path)
    if bytes(data[:4]) != b"GGUF":
        raise ModelDamaged(f"{path} does not begin with the letters GGUF: it is another file.")
    cursor.place = 4
    version, n_tensors, n_facts = cursor.number("I"), cursor.number("Q"), cursor.number("Q")
    if version not in (2, 3):
        raise ModelDamaged(f"{path} is GGUF version {version}; this reader knows 2 and 3.")
    facts = {}
    for _ in range(n_facts):
        name = cursor.string()
        facts[name] = cursor.value(cursor.number("I"))
    entries = [cursor.tensor_entry() for _ in range(n_tensors)]
    alignment = facts.get("general.alignment", 32)
    start = -(-cursor.place // alignment) * alignment
    return facts, {name: _tensor(data, path, start, name, *entry) for name, *entry in entries}


def _tensor(data, path, start, name, shape, kind, offset):
    if kind not in BLOCK_BYTES:
        raise ModelDamaged(
            f"{path}: the tensor {name} is of kind {kind}; this reader knows F32, Q4_1 and Q8_0."
        )
    count = math.prod(shape)
    size = 4 * count if kind == F32 else count // BLOCK * BLOCK_BYTES[kind]
    if kind != F32 and shape[-1] % BLOCK:
        raise ModelDamaged(f"{path}: {name} has rows of {shape[-1]}, no multiple of {BLOCK}.")
    if start + offset + size > len(data):
        raise ModelDamaged(
            f"{path} was cut off: the tensor {name} ends at byte {start + offset + size:,}, the "
            f"file at {len(data):,}."
        )
    return Tensor(shape, kind, data[start + offset : start + offset + size])


class _Cursor:
    """Reads one value after another, and says so if the file ends too early."""

    def __init__(self, data, path):
        self.data, self.path, self.place = memoryview(data), path, 0

    def take(self, size):
        if self.place + size > len(self.data):
            raise ModelDamaged(
                f"{self.path} was cut off: its header wants {size:,} bytes at byte "
                f"{self.place:,}, and the file ends at {len(self.data):,}."
            )
        self.place += size
        return self.data[self.place - size : self.place]

    def number(self, code):
        return struct.unpack("<" + code, self.take(struct.calcsize("<" + code)))[0]

    def string(self):
        raw = bytes(self.take(self.number("Q")))
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ModelDamaged(f"{self.path}: a name in the header is no UTF-8.") from error

    def value(self, kind):
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            kind, length = self.number("I"), self.number("Q")
            if kind in _NUMBERS:
                item = np.dtype("<" + _NUMBERS[kind])
                return np.frombuffer(self.take(length * item.itemsize), item).tolist()
            return [self.value(kind) for _ in range(length)]
        if kind not in _NUMBERS:
            raise ModelDamaged(f"{self.path}: the header holds a value of unknown type {kind}.")
        return self.number(_NUMBERS[kind])

    def tensor_entry(self):
        """(name, shape, kind, offset). The file lists sizes innermost first; NumPy, outermost."""
        name, n_axes = self.string(), self.number("I")
        if n_axes > 4:
            raise ModelDamaged(f"{self.path}: the tensor {name} claims {n_axes} axes.")
        shape = tuple(self.number("Q") for _ in range(n_axes))[::-1]
        return name, shape, self.number("I"), self.number("Q")
