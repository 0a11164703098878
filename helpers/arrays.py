"""Numbers from anywhere as one NumPy array: torch, JAX and other tensors, lists, tables."""

from collections.abc import Mapping

import numpy as np

# How far apart 1 and the next number are, for types that NumPy does not know.
ROUNDING = {"bfloat16": 2**-7, "float8_e4m3fn": 2**-3, "float8_e5m2": 2**-2}


def as_numbers(values, name="values"):
    """Anything that holds real numbers, as a float64 array of the same shape.

    values: NumPy arrays, tensors (on a graph, on a device, bfloat16, sparse or quantised too),
        numbers, and lists of these, nested as deep as you like. name: what error messages call
        them.
    Raises ValueError for what holds none or would lose something: text, None, dictionaries,
    complex numbers, masked arrays, parts of different shapes.

    >>> as_numbers([[1, 2], [3, 4]])
    array([[1., 2.],
           [3., 4.]])
    """
    array = _as_array(values, name)
    if array.dtype.kind == "c":
        raise ValueError(
            f"{name} holds {array.dtype}: expected real numbers, and the imaginary part would be "
            f"lost. Pass {name}.real, or their size, abs({name})."
        )
    if array.dtype.kind == "O":
        raise ValueError(
            f"{name} is {type(values).__name__}, which is not an array of numbers. Pass one."
        )
    if array.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} holds {array.dtype}, and real numbers are needed. Pass an array of floats."
        )
    return array.astype(np.float64)


def rounding_of(values):
    """The gap between 1 and the next number in the type that values have: bfloat16, 2**-7.

    values: as for `as_numbers`; of a list, the coarsest of its parts. Whole numbers and Python's
    own count as float64. Returns: float.

    >>> rounding_of(np.zeros(3, np.float16)) == 2**-10
    True
    """
    if isinstance(values, (list, tuple)):
        return max(map(rounding_of, values), default=float(np.finfo(np.float64).eps))
    kind = type_of(values)
    if kind in ROUNDING:
        return ROUNDING[kind]
    return float(np.finfo(kind if kind in ("float16", "float32") else "float64").eps)


def type_of(values):
    """What the first number of values is stored as, by name: "float16", "bool", "uint8".

    values: (...), as for `as_numbers`.
    """
    while _holds_parts(values) and len(values):
        values = values[0]
    kind = getattr(values, "dtype", None)
    if kind is None:
        return type(values).__name__
    return str(getattr(kind, "name", kind)).rpartition(".")[2]  # torch says torch.float16


def _holds_parts(values):
    """Whether values is a list of others, also as NumPy keeps one."""
    objects = isinstance(values, np.ndarray) and values.dtype.kind == "O" and values.ndim
    return bool(objects) or isinstance(values, (list, tuple))


def largest(values, tie=1e-6):
    """Indices of the largest of (n,) values, more than one when they tie.

    tie: below it, a difference is rounding, and may fall the other way on another machine.
    """
    return [int(index) for index in np.flatnonzero(values >= np.max(values) - tie)]


def largest_first(values, decimals=6):
    """Indices that sort values (...) from the largest on; into the flat array, where it is none.

    decimals: what lies behind is rounding; where only that differs, the order stays.
    """
    return np.argsort(-np.round(values, decimals), axis=None, kind="stable")


def is_tensor(values):
    """Whether values is an array (...) of another library than NumPy."""
    kind = type(values)  # a nested tensor raises where it is asked for its shape
    return hasattr(kind, "shape") and hasattr(kind, "dtype") and not _of_numpy(values)


def shapes_of(parts):
    """Shapes of a few parts in words: (1, 2, 4, 4), (1, 3, 4, 4), …"""
    told = ", ".join(str(tuple(np.shape(part))) for part in parts[:3])
    return f"{told}, …" if len(parts) > 3 else told


def _of_numpy(values):
    return isinstance(values, (np.ndarray, np.generic))


def _as_array(values, name):
    """values as a NumPy array of whatever type; ValueError where that cannot be."""
    if values is None:
        raise ValueError(f"{name} holds None where numbers are needed.")
    if isinstance(values, Mapping):
        keys = ", ".join(repr(key) for key in list(values)[:6])
        raise ValueError(f"{name} is a dictionary with {keys or 'nothing in it'}. Pass one value.")
    if isinstance(values, np.ma.MaskedArray):
        _refuse_mask(values, name)
    if _holds_parts(values) and not all(map(np.isscalar, values)):
        return _stacked([_as_array(part, name) for part in values], name)
    return _converted(values, name)


def _refuse_mask(values, name):
    masked = int(np.ma.getmaskarray(values).sum())
    if masked:
        raise ValueError(
            f"{name} is a masked array with {masked} of {values.size} places masked, and the mask "
            f"would be lost. Pass {name}.filled(0), and where a mask is taken, mask=~{name}.mask "
            f"(True = may look)."
        )


def _stacked(parts, name):
    if len({part.shape for part in parts}) > 1:
        raise ValueError(
            f"{name} is ragged: its parts have different shapes ({shapes_of(parts)}). Pass one of "
            f"them, {name}[0] for instance, or parts of one shape."
        )
    return np.stack(parts)


def _converted(values, name):
    """One array of any library as NumPy's: off the graph, off the device, in a type it knows."""
    if hasattr(values, "resolve_conj"):  # torch
        values = _from_torch(values, name)
    elif hasattr(values, "toarray"):  # scipy.sparse
        values = values.toarray()
    elif hasattr(values, "todense") and not _of_numpy(values):  # sparse matrices of JAX, pydata
        values = values.todense()
    try:
        array = np.asarray(values)
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(
            f"{name} is {type(values).__name__}, of which NumPy can make no array. Bring it to "
            f"NumPy first: np.asarray(...) in float32, on the CPU."
        ) from error
    if array.dtype.kind == "V" and array.dtype.names is None:  # bfloat16, as JAX hands it over
        try:
            return array.astype(np.float64)
        except (TypeError, ValueError):
            return array
    return array


def _from_torch(tensor, name):
    if getattr(tensor, "is_nested", False):
        raise ValueError(f"{name} is a nested tensor, ragged. Pass one part: {name}.unbind()[0].")
    if getattr(tensor, "is_meta", False):
        raise ValueError(f"{name} is a tensor on the device meta, which holds no numbers.")
    tensor = tensor.detach()
    if getattr(tensor, "is_quantized", False):
        tensor = tensor.dequantize()
    if str(getattr(tensor, "layout", "torch.strided")) != "torch.strided":
        tensor = tensor.to_dense()
    tensor = tensor.cpu().resolve_conj().resolve_neg()
    return (tensor.double() if tensor.is_floating_point() else tensor).numpy()
