"""The same function written otherwise: by np.dot, by einsum, with factors exchanged, and so on.

A spelling rewrites the source of functions; what they compute stays the same. So a wrong answer
that is known can be met again as other people write it, and a right one, too.

>>> print(respelled("def f(a, b):\\n    return a @ b", "np.matmul"))
def f(a, b):
    return np.matmul(a, b)
"""

import ast

import numpy as np


def dot(a, b):
    """`a @ b` by np.dot where there are at most two axes, as most people know it."""
    return np.dot(a, b) if max(np.ndim(a), np.ndim(b)) <= 2 else np.matmul(a, b)


def einsum(a, b):
    """`a @ b` by np.einsum."""
    a_axes, b_axes = np.ndim(a), np.ndim(b)
    if a_axes == 1 or b_axes == 1:
        a_last = "i" if a_axes == 1 else "...ki"
        b_first = "i" if b_axes == 1 else "...ij"
        kept = ("" if a_axes == 1 else "k") + ("" if b_axes == 1 else "j")
        dots = "..." if max(a_axes, b_axes) > 1 else ""
        return np.einsum(f"{a_last},{b_first}->{dots}{kept}", a, b)
    return np.einsum("...ij,...jk->...ik", a, b)


def turned(a, b):
    """`a @ b` as the transposed product of the transposed factors in the other order."""
    if min(np.ndim(a), np.ndim(b)) < 2:
        return a @ b
    return np.swapaxes(np.matmul(np.swapaxes(b, -1, -2), np.swapaxes(a, -1, -2)), -1, -2)


def softmax(scores, axis=-1):
    """softmax as it stands in most people's code: a row that is hidden wholly gives NaN."""
    with np.errstate(all="ignore"):
        exponentials = np.exp(scores - np.max(scores, axis=axis, keepdims=True))
        return np.divide(exponentials, np.sum(exponentials, axis=axis, keepdims=True))


def attention(query, key, value, mask=None, *, causal=False, scale=None):
    """Scaled dot-product attention written out, without a guard."""
    scores = np.matmul(query, np.swapaxes(key, -1, -2))
    scores = scores / np.sqrt(query.shape[-1]) if scale is None else scores * scale
    if causal:
        n_queries, n_keys = scores.shape[-2:]
        seen = np.tri(n_queries, n_keys, n_keys - n_queries, dtype=bool)
        scores = np.where(seen, scores, -np.inf)
    if mask is not None:
        mask = np.asarray(mask)
        scores = np.where(mask, scores, -np.inf) if mask.dtype == bool else scores + mask
    weights = softmax(scores)
    return np.matmul(weights, value), weights


_UFUNCS = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide"}
_GUARDED = {"softmax": "written_softmax", "scaled_dot_product_attention": "written_attention"}


class _Products(ast.NodeTransformer):
    """Calls a function of two arguments for every `@`."""

    def __init__(self, function):
        self.function = function

    def visit_BinOp(self, node):
        self.generic_visit(node)
        if not isinstance(node.op, ast.MatMult):
            return node
        return ast.Call(_name(self.function), [node.left, node.right], [])


class _Factors(ast.NodeTransformer):
    """Exchanges what is added or multiplied."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        lists = (ast.List, ast.Tuple, ast.Constant)  # [x] * n is no product of numbers
        if isinstance(node.op, ast.Mult | ast.Add) and not isinstance(node.left, lists):
            node.left, node.right = node.right, node.left
        return node


class _Functions(ast.NodeTransformer):
    """Writes operators as functions of NumPy."""

    def visit_BinOp(self, node):
        self.generic_visit(node)
        name = _UFUNCS.get(type(node.op))
        plain = any(
            isinstance(side, ast.List | ast.Tuple | ast.Constant | ast.JoinedStr)
            for side in (node.left, node.right)
        )
        if name is None or plain or _counts(node):
            return node
        return ast.Call(_name(f"np.{name}"), [node.left, node.right], [])


class _WrittenOut(ast.NodeTransformer):
    """Softmax and attention written out in the place of the course's guarded functions."""

    def visit_Call(self, node):
        self.generic_visit(node)
        called = (
            node.func.attr
            if isinstance(node.func, ast.Attribute)
            else getattr(node.func, "id", None)
        )
        owner = getattr(getattr(node.func, "value", None), "id", "attention")
        if called in _GUARDED and owner == "attention":
            node.func = _name(_GUARDED[called])
        return node


def _counts(node):
    """Whether it works on whole numbers, such as sizes: those are no arrays."""
    words = ast.unparse(node)
    return "shape" in words or "len(" in words or "size" in words or "n_" in words


def _name(dotted):
    return ast.parse(dotted, mode="eval").body


SPELLINGS = {
    "np.matmul": lambda: _Products("np.matmul"),
    "np.dot": lambda: _Products("written_dot"),
    "np.einsum": lambda: _Products("written_einsum"),
    "factors exchanged": _Factors,
    "products turned": lambda: _Products("written_turned"),
    "functions for operators": _Functions,
    "softmax written out": _WrittenOut,
}
# What rewritten source may call.
NAMES = {
    "np": np,
    "written_dot": dot,
    "written_einsum": einsum,
    "written_turned": turned,
    "written_softmax": softmax,
    "written_attention": attention,
}


def respelled(source, spelling):
    """Python source in another spelling, one of SPELLINGS. It may call what is in NAMES."""
    tree = SPELLINGS[spelling]().visit(ast.parse(source))
    return ast.unparse(ast.fix_missing_locations(tree))


# --- other ways to the same numbers, around a function ---------------------------------------


def _arrays(value, change):
    """The value with its array, or each of a tuple, changed; a list of blocks stays as it is."""
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_arrays(item, change) for item in value)
    return value


def _around(change):
    def style(function):
        def answer(*given):
            return function(*(_arrays(value, change) for value in given))

        return answer

    return style


def _in_float64(function):
    """Computed in float64, returned in the type that came in."""

    def answer(*given):
        floats = [a for a in given if isinstance(a, np.ndarray) and a.dtype.kind == "f"]
        wide = [_arrays(v, lambda a: a.astype(float) if a.dtype.kind == "f" else a) for v in given]
        back = floats[0].dtype if floats else np.dtype(float)
        return _arrays(function(*wide), lambda a: a.astype(back) if a.dtype.kind == "f" else a)

    return answer


# Styles in which people write a right answer, as functions of a function.
STYLES = {
    "on copies": _around(np.copy),
    "through lists": _around(lambda a: np.array(a.tolist(), a.dtype).reshape(a.shape)),
    "in Fortran order": _around(np.asfortranarray),
    "on every second place of a larger array": _around(
        lambda a: np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a
    ),
    "in float64": _in_float64,
}
