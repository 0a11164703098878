"""Reading a computation from its shapes: which array comes from which, and which axes meet."""

from dataclasses import dataclass, field

from helpers.wording import listed

# What the arrays of attention are called, and what their last two axes are.
AXES = {
    "query": ("queries", "d_key"),
    "key": ("keys", "d_key"),
    "value": ("keys", "d_value"),
    "scores": ("queries", "keys"),
    "weights": ("queries", "keys"),
    "output": ("queries", "d_value"),
    "x": ("tokens", "d_model"),
}
ROLES = ("query", "key", "value")
ALIASES = {"q": "query", "k": "key", "v": "value", "queries": "query", "keys": "key"}
ALIASES |= {"values": "value", "score": "scores", "weight": "weights", "out": "output"}
# (left, right) whose product an array is; the right one is transposed for scores and weights.
PRODUCTS = {"scores": ("query", "key"), "output": ("weights", "value")}
PRODUCTS["weights"] = PRODUCTS["scores"]  # where the scores are left out
PRODUCTS |= {role: ("x", f"w_{role}") for role in ROLES}


@dataclass(eq=False)
class Step:
    """An array of the computation: its name, shape, role, and what its last two axes are."""

    name: str
    shape: tuple
    axes: list = field(default_factory=list)

    @property
    def role(self):
        """What the array is, whichever of its names was used."""
        return ALIASES.get(self.name, self.name)

    @property
    def sides(self):
        """Rows and columns; a vector is one row."""
        return (1, *self.shape)[-2:] if self.shape else (1, 1)

    def __str__(self):
        inside = ", ".join(str(size) for size in self.shape)
        return f"{self.name} ({inside},)" if len(self.shape) == 1 else f"{self.name} ({inside})"


@dataclass(eq=False)
class Origin:
    """How a step came about: "product" or "turned product" of two, or "same" shape as one."""

    how: str
    parents: tuple


def origins(steps):
    """For each step the Origin that its shape allows, or None for an input."""
    found = []
    for index, step in enumerate(steps):
        before = steps[:index]
        found.append(_conventional(step, before) or _by_sizes(step, before))
    return found


def _conventional(step, before):
    by_role = {other.role: other for other in before}
    if step.role == "weights" and "scores" in by_role:  # from what was last made of the scores
        made = before[before.index(by_role["scores"]) :]
        alike = [other for other in made if other.shape == step.shape]
        return Origin("same", (alike[-1],)) if alike else None
    pair = [by_role.get(role) for role in PRODUCTS.get(step.role, ())]
    if len(pair) == 2 and all(pair):
        turned = step.role in ("scores", "weights")
        how = "turned product" if turned else "product"
        return Origin(how, tuple(pair)) if _fits(*pair, step, turned) else None
    return None


def _by_sizes(step, before):
    if step.role in ("query", "key", "value", "x") or step.name.startswith("w_"):
        return None  # inputs, unless a projection by name
    if before and before[-1].shape == step.shape and before[-1].role not in ("key", "value"):
        return Origin("same", (before[-1],))
    if step.role in PRODUCTS and {other.role for other in before} >= set(PRODUCTS[step.role]):
        return None  # its parents are there and do not fit: a fault, not a puzzle
    for right in reversed(before):
        for left in reversed(before):
            if left is not right:
                for turned in (False, True):
                    if _fits(left, right, step, turned):
                        return Origin("turned product" if turned else "product", (left, right))
    return None


def _fits(left, right, result, turned):
    """Whether left @ right (or its transpose) has the result's last two axes."""
    rows, inner = left.sides
    columns, meets = right.sides if turned else right.sides[::-1]
    return inner == meets and result.sides == (rows, columns)


def faults(steps):
    """Sentences on shapes that do not fit together."""
    by_role = {step.role: step for step in steps}
    query, key, value = (by_role.get(role) for role in ("query", "key", "value"))
    said = []
    if query and key and query.sides[1] != key.sides[1]:
        said.append(
            f"{query} and {key} do not fit: their last axes are {query.sides[1]} and "
            f"{key.sides[1]}, and a dot product needs them equal"
        )
    if key and value and key.sides[0] != value.sides[0]:
        said.append(
            f"{key} and {value} do not fit: {key.sides[0]} keys and {value.sides[0]} values, and "
            f"each key needs one value"
        )
    if query and key:
        expected = (query.sides[0], key.sides[0])
        for role in ("scores", "weights"):
            said += _expect(by_role.get(role), expected, "a row for each query, a column each key")
    if query and value:
        expected = (query.sides[0], value.sides[1])
        said += _expect(by_role.get("output"), expected, "a row for each query, as wide as a value")
    return said


def _expect(step, expected, because):
    if step is None or step.sides == expected:
        return []
    ending = ": transposed?" if step.sides == expected[::-1] else ""
    return [f"{step} should end in {expected[0]}, {expected[1]} ({because}){ending}"]


def name_axes(steps, found):
    """Give every axis its meaning: axes that are the same one carry the same name.

    Names come from what the arrays are called; other arrays inherit them from those that they
    were made of. An axis without a name is called by its size.
    """
    for step in steps:
        step.axes = [None, None]
        names = AXES.get(step.role)
        if names:
            step.axes = list(names)
    for step in steps:  # w_query (d_model, d_key): its columns are the projection's
        if step.name.startswith("w_") and step.name[2:] in AXES:
            step.axes = ["d_model", AXES[step.name[2:]][1]]
    for step, origin in zip(steps, found, strict=True):
        if origin is None:
            continue
        if origin.how == "same":
            inherited = origin.parents[0].axes
        else:
            left, right = origin.parents
            inherited = [left.axes[0], right.axes[0 if origin.how == "turned product" else 1]]
        step.axes = [own or other for own, other in zip(step.axes, inherited, strict=True)]
    for step in steps:
        step.axes = [
            name or f"axis of {size}" for name, size in zip(step.axes, step.sides, strict=True)
        ]


def _projections_left_out(steps):
    """query, key and value beside their input, without the matrices between."""
    source = next((step for step in steps if step.role == "x"), None)
    results = [
        step for step in steps
        if source and step.role in ROLES and step.sides[0] == source.sides[0]
    ]  # fmt: skip
    if not results:
        return []
    return [f"{source} is projected to {listed(str(step) for step in results)}"]


def story(steps, found):
    """In phrases: how each step that was made came about; projections of one input together."""
    projected = [
        (step, origin)
        for step, origin in zip(steps, found, strict=True)
        if origin and origin.how == "product" and origin.parents[1].name.startswith("w_")
    ]
    made = [
        (step, origin) for step, origin in zip(steps, found, strict=True)
        if origin and (step, origin) not in projected
    ]  # fmt: skip
    phrases = []
    if len(projected) == 1:
        phrases.append(told(*projected[0]))
    elif projected:
        source = projected[0][1].parents[0]
        matrices = listed(origin.parents[1].name for _, origin in projected)
        results = listed(str(step) for step, _ in projected)
        phrases.append(f"{matrices} turn {source} into {results}")
    else:
        phrases += _projections_left_out(steps)
    return phrases + [told(*each) for each in made]


def told(step, origin):
    """In a phrase: how a step came about."""
    if origin.how == "same":
        parent = origin.parents[0]
        if step.role == "weights":
            return f"softmax over the keys turns {parent} into {step}"
        return f"{step} has the shape of {parent.name}"
    left, right = origin.parents
    axis, size = left.axes[1], left.sides[1]
    meet = f"{axis} = {size}" if axis.startswith("d_") else f"the {size} {axis}"
    if axis.startswith("axis"):
        meet = f"the {axis}"
    softmax = ", after softmax," if step.role == "weights" else ""
    return f"{left} and {right} meet in {meet} and give{softmax} {step}"
