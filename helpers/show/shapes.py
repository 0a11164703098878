"""show.shapes: a computation step by step, with the shape of every array."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from helpers.show.colours import KEY, NEUTRAL, QUERY, ROLES, SERIES, VALUE
from helpers.show.derivation import Step, faults, name_axes, origins, story
from helpers.show.map_table import PICTURE
from helpers.show.picture import Picture, title_height
from helpers.show.style import INK, LINE, QUIET
from helpers.tables import table

MOST = 16  # arrays
NOTHING = "Pass arrays by name: show.shapes(query=query, key=key, scores=scores)."
AXIS_COLOURS = {"queries": QUERY, "keys": KEY, "d_value": VALUE, "d_key": SERIES[0]}
AXIS_COLOURS |= {"tokens": SERIES[1], "d_model": SERIES[4]}
SIDE = (0.3, 1.4)  # inches that a side may have
SLOTS = (0.75, 3.15, 5.55)  # inches from the left: where boxes begin
WIDTH = 7.2
CARD = 0.05  # inches between the cards of a stack
ARROW = "→"


def shapes(*, title=None, **steps):
    """A computation step by step: every array as a box in proportion, with its axes and sizes.

    steps: arrays by name, in the order of the computation. The names query, key, value, scores,
    weights, output, x and w_query, w_key, w_value are known: their axes carry names, and shapes
    that do not fit are told. Other arrays are placed by their sizes. Leading axes (batch, heads)
    stand as a stack behind the box.

    Returns a Picture with a table. Raises ValueError without arrays, or with more than 16.
    """
    if not steps:
        raise ValueError(f"There is nothing to show. {NOTHING}")
    if len(steps) > MOST:
        raise ValueError(f"{len(steps)} arrays are too many for one picture; pass {MOST} at most.")
    steps = [Step(name, _shape(name, array)) for name, array in steps.items()]
    found = origins(steps)
    name_axes(steps, found)
    wrong = faults(steps)
    title = title or _title(steps, found, wrong)
    words = _words(steps, found, wrong)
    lines = _lines(steps, found)
    draw, size = _plan(lines, title)
    return Picture(draw, words, title=title, table=_table(steps, found, title), size=size)


def _shape(name, array):
    try:
        shape = tuple(int(size) for size in (getattr(array, "shape", None) or np.shape(array)))
    except ValueError as error:
        raise ValueError(f"{name} is ragged: it has no shape. Pass an array.") from error
    if 0 in shape:
        raise ValueError(f"{name} has shape {shape}: it is empty.")
    return shape


def _title(steps, found, wrong):
    if wrong:
        return wrong[0]
    roles = {step.role: step for step in steps}
    if "output" in roles and "query" in roles:
        rows, columns = roles["output"].sides
        return f"{rows} queries go in, and {rows} rows of {columns} come out"
    made = [step for step, origin in zip(steps, found, strict=True) if origin]
    if made:
        return f"{steps[0]} becomes {made[-1]}" if made[-1] is not steps[0] else str(steps[0])
    return f"shapes of {len(steps)} arrays" if len(steps) > 1 else str(steps[0])


def _words(steps, found, wrong):
    # Names are names in the code: no sentence gives them a capital letter.
    said = [f"{fault}{'' if fault.endswith('?') else '.'}" for fault in wrong]
    phrases = story(steps, found)
    if phrases:
        said.append("; ".join(phrases) + ".")
    used = {id(parent) for origin in found if origin for parent in origin.parents}
    alone = [
        str(step)
        for step, origin in zip(steps, found, strict=True)
        if origin is None and id(step) not in used and f"{step} is" not in "".join(phrases)
    ]
    if alone and not wrong:
        said.append("; ".join(alone) + ".")
    return " ".join(said)


def _lines(steps, found):
    """What stands in each line of the picture: boxes and the signs between them."""
    lines, used = [], set()
    for step, origin in zip(steps, found, strict=True):
        if origin is None:
            continue
        used |= {id(step), *(id(parent) for parent in origin.parents)}
        if origin.how == "same":
            sign = "softmax over the keys" if step.role == "weights" else ""
            lines.append([(origin.parents[0], False), ARROW + sign, (step, False)])
        else:
            left, right = origin.parents
            sign = "=" if step.role != "weights" else "⇢"  # softmax lies between
            lines.append(
                [(left, False), "×", (right, origin.how != "product"), sign, (step, False)]
            )
    alone = [(step, False) for step in steps if id(step) not in used]
    for start in range(0, len(alone), 3):
        lines.insert(start // 3, alone[start : start + 3])
    return lines


def _plan(lines, title):
    longest = max(side for line in lines for item in _boxes(line) for side in item[0].sides)
    scale = SIDE[1] / longest

    def sides(step, turned):
        rows, columns = (float(np.clip(side * scale, *SIDE)) for side in step.sides)
        return (columns, rows) if turned else (rows, columns)

    heights = [max(sides(*item)[0] for item in _boxes(line)) + 0.95 for line in lines]
    height = sum(heights)
    above = title_height(title, WIDTH)

    def draw(figure):
        axes = figure.add_axes([0, 0, 1, height / (height + above)])
        figure.set_layout_engine("none")
        axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        axes.set_axis_off()
        top = 0.0
        for line, tall in zip(lines, heights, strict=True):
            _draw_line(axes, line, sides, top + 0.3, tall - 0.95)
            top += tall

    return draw, (WIDTH, height + above)


def _boxes(line):
    return [item for item in line if not isinstance(item, str)]


def _draw_line(axes, line, sides, top, tall):
    """Boxes at fixed places, so that the steps stand below each other."""
    middle = top + tall / 2
    places, place = iter(SLOTS), SLOTS[0]
    for item in line:
        if isinstance(item, str) and item.startswith(ARROW):
            next(places)  # an arrow takes the place of the box in the middle
            axes.annotate(
                "", (SLOTS[2] - 0.75, middle), (SLOTS[0] + SIDE[1] + 0.2, middle),
                arrowprops={"arrowstyle": "->", "color": QUIET, "linewidth": 1.2},
            )  # fmt: skip
            between = (SLOTS[2] - 0.75 + SLOTS[0] + SIDE[1] + 0.2) / 2
            axes.text(between, middle - 0.07, item[len(ARROW) :], fontsize=10, ha="center",
                      va="bottom", color=QUIET)  # fmt: skip
        elif isinstance(item, str):
            axes.text(place + SIDE[1] + 0.24, middle, item, fontsize=17, ha="center", va="center",
                      color=QUIET)  # fmt: skip
        else:
            place = next(places)
            step, turned = item
            high, wide = sides(step, turned)
            _draw_box(axes, step, turned, place, top + (tall - high) / 2, high, wide)


def _draw_box(axes, step, turned, left, top, high, wide):
    colour = ROLES.get(step.role, NEUTRAL)
    tint = tuple(1 - 0.16 * (1 - part) for part in to_rgb(colour))
    for card in range(min(2, max(0, len(step.shape) - 2)), -1, -1):
        shift = CARD * card
        axes.add_patch(
            Rectangle((left + shift, top - shift), wide, high, facecolor=tint, edgecolor=LINE,
                      linewidth=0.8)
        )  # fmt: skip
    names, sizes = (step.axes, step.sides) if not turned else (step.axes[::-1], step.sides[::-1])
    rows, columns = sizes
    if max(rows, columns) <= 24:
        across = left + wide * np.arange(1, columns) / columns
        down = top + high * np.arange(1, rows) / rows
        axes.vlines(across, top, top + high, color="white", linewidth=0.8)
        axes.hlines(down, left, left + wide, color="white", linewidth=0.8)
    down_colour, across_colour = (AXIS_COLOURS.get(name, NEUTRAL) for name in names)
    axes.plot([left, left], [top, top + high], color=down_colour, linewidth=3.5)
    axes.plot([left, left + wide], [top, top], color=across_colour, linewidth=3.5)
    if len(step.shape) > 1:
        axes.text(left - 0.07, top + high / 2, _axis_label(names[0], rows), ha="right",
                  va="center", fontsize=9, color=down_colour, linespacing=1.1)  # fmt: skip
    lift = 0.06 + CARD * min(2, max(0, len(step.shape) - 2))
    axes.text(left + wide / 2, top - lift, _axis_label(names[1], columns, " "), ha="center",
              va="bottom", fontsize=9, color=across_colour)  # fmt: skip
    axes.text(left, top + high + 0.07, step.name, va="top", fontsize=10.5, fontweight="bold",
              color=ROLES.get(step.role, INK))  # fmt: skip
    shape = str(step).removeprefix(step.name + " ")
    if turned and len(step.shape) > 1:
        shape += ", turned"
    axes.text(left, top + high + 0.27, shape, va="top", fontsize=9.5, color=QUIET)


def _axis_label(name, size, between="\n"):
    """5 queries, d_key 4, or the size alone where the axis has no name."""
    if name.startswith("axis"):
        return str(size)
    return f"{name}{between}{size}" if name.startswith("d_") else f"{size}{between}{name}"


def _table(steps, found, caption):
    rows = []
    for step, origin in zip(steps, found, strict=True):
        shape = str(step).removeprefix(step.name + " ")
        axes = step.axes if len(step.shape) > 1 else step.axes[-1:]
        axes = ", ".join(axes[: len(step.shape)])
        if len(step.shape) > 2:
            axes = f"…, {axes}"
        parents = "given" if origin is None else " and ".join(p.name for p in origin.parents)
        rows.append([step.name, shape, axes, parents])
    return table(caption, ["array", "shape", "axes", "from"], rows, kind=PICTURE)
