"""Read a safetensors file: named arrays, memory-mapped.

The format fits on a page: eight bytes that say how long the header is, the header as JSON (name,
dtype, shape, first and last byte of every array), then the bytes.
https://huggingface.co/docs/safetensors (section Format)

The package `safetensors` reads these files too. It is not asked for: it copies every array into
memory, where here the word vectors stay on the disk until they are used (76 instead of 55 ms until
an encoder is ready), and it would be one compiled package for each platform in an installation that
takes two files, known by their hashes. The tests compare every number with its numbers.
"""

import json
import math

import numpy as np

from helpers.models.pretrained.files import ModelDamaged

DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "u1"}


def read_safetensors(path):
    """The arrays of a safetensors file, by name.

    Returns: dict name -> array, read-only views of a memory map: an array's pages are read from the
    disk when they are used, and never if they are not.
    Raises ModelDamaged if the file is too short or its header does not fit its contents.
    """
    data = np.memmap(path, dtype=np.uint8, mode="r") if path.stat().st_size else np.empty(0, "u1")
    header, start = _header(data, path)
    return {
        name: _array(data, start, name, entry, path)
        for name, entry in header.items()
        if name != "__metadata__"
    }


def _header(data, path):
    """The header, and the byte at which the arrays start."""
    if len(data) < 8:
        raise ModelDamaged(f"{path} has {len(data)} bytes: too short for a safetensors file.")
    length = int(data[:8].view("<u8")[0])
    if 8 + length > len(data):
        raise ModelDamaged(
            f"{path}: the header claims {length:,} bytes, the file has {len(data):,}. "
            "It was cut off, or it is no safetensors file."
        )
    try:
        return json.loads(data[8 : 8 + length].tobytes()), 8 + length
    except ValueError as error:
        raise ModelDamaged(f"{path}: the header is not JSON ({error}).") from error


def _array(data, start, name, entry, path):
    """One array as a view of the file's bytes."""
    if entry["dtype"] not in DTYPES:
        raise ModelDamaged(f"{path}: {name} has the unknown dtype {entry['dtype']}.")
    dtype = np.dtype(DTYPES[entry["dtype"]])
    first, last = entry["data_offsets"]
    expected = math.prod(entry["shape"]) * dtype.itemsize
    if last - first != expected or start + last > len(data):
        raise ModelDamaged(
            f"{path}: {name} of shape {tuple(entry['shape'])} needs {expected:,} bytes, and the "
            f"file holds {max(min(start + last, len(data)) - start - first, 0):,} of them."
        )
    return data[start + first : start + last].view(dtype).reshape(entry["shape"])
