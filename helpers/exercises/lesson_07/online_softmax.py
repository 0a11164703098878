"""online_softmax: what softmax needs to know of a row, block by block, and what goes wrong."""

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise


@exercise(lesson=7, gives={"maximum": "()", "total": "()"})
def online_softmax(blocks):
    """What softmax has to know of a row, after one pass over its blocks.

    blocks: a list of arrays (b_i,), the scores of one row, cut in pieces.
    Returns: maximum and total, so that the weights are exp(score - maximum) / total.
    """
    maximum, total = -np.inf, 0.0
    for block in blocks:
        larger = max(maximum, block.max())
        total = total * np.exp(maximum - larger) + np.exp(block - larger).sum()
        maximum = larger
    return maximum, total


online_softmax.hints(
    "Two blocks, [0, 1] and [5]. After the first, the maximum is 1. What is wrong with the sum "
    "once the 5 has been seen?",
    "The sum so far was measured from the old maximum. One factor, the same for all its terms, "
    "turns it into what it is when measured from the new one: exp(a - b) = exp(a - c) exp(c - b).",
    "begin with maximum -inf and total 0. For each block: larger = the larger of the maximum and "
    "the block's largest; total = total · exp(maximum - larger) + the block's sum of "
    "exp(score - larger); keep larger.",
)


def _blocks(rng, *sizes, at=0.0):
    return [numbers(rng, size, size=1.5) + at for size in sizes]


@online_softmax.case("blocks of several sizes")
def _(rng):
    return dict(blocks=_blocks(rng, 3, 5, 2, 4))


@online_softmax.case("rising: every block brings a new maximum")
def _(rng):
    return dict(blocks=list(np.split(np.sort(numbers(rng, 9, size=1.5)), [2, 5])))


@online_softmax.case("falling: the first block holds the maximum")
def _(rng):
    return dict(blocks=list(np.split(-np.sort(numbers(rng, 10, size=1.5)), [3, 7])))


@online_softmax.case("all scores are negative")
def _(rng):
    return dict(blocks=_blocks(rng, 4, 2, 3, at=-6.0))


@online_softmax.case("one block")
def _(rng):
    return dict(blocks=_blocks(rng, 6))


@online_softmax.case("single scores")
def _(rng):
    return dict(blocks=_blocks(rng, 1, 1, 1, 1, 1))


@online_softmax.case("scores near 900 and near -900", dtypes=("float64",), extreme=True)
def _(rng):
    return dict(blocks=[*_blocks(rng, 3, at=-900.0), *_blocks(rng, 4, 2, at=900.0)])


mistake = online_softmax.mistake


def _row(blocks):
    return np.concatenate(blocks)


def _right(blocks):
    row = _row(blocks)
    return row.max(), np.exp(row - row.max()).sum()


def _largest_so_far(blocks):
    return np.maximum.accumulate([block.max() for block in blocks])


@mistake("old sum not rescaled", "When a larger score comes, what happens to the sum so far?")
def _(blocks):
    maximum, total = -np.inf, 0.0
    for block in blocks:
        maximum = max(maximum, block.max())
        total = total + np.exp(block - maximum).sum()
    return maximum, total


@mistake("rescaled the wrong way", "A larger maximum makes every old term smaller, not larger.")
def _(blocks):
    maximum, total = blocks[0].max(), np.exp(blocks[0] - blocks[0].max()).sum()
    for block in blocks[1:]:
        larger = max(maximum, block.max())
        total = total * np.exp(larger - maximum) + np.exp(block - larger).sum()
        maximum = larger
    return maximum, total


@mistake("new block rescaled too", "Which of the two sums was measured from the old maximum?")
def _(blocks):
    maximum, total = blocks[0].max(), np.exp(blocks[0] - blocks[0].max()).sum()
    for block in blocks[1:]:
        larger = max(maximum, block.max())
        total = (total + np.exp(block - larger).sum()) * np.exp(maximum - larger)
        maximum = larger
    return maximum, total


@mistake("new block instead of old sum rescaled", "Which sum was measured from the old maximum?")
def _(blocks):
    maximum, total = blocks[0].max(), np.exp(blocks[0] - blocks[0].max()).sum()
    for block in blocks[1:]:
        larger = max(maximum, block.max())
        total = total + np.exp(block - larger).sum() * np.exp(maximum - larger)
        maximum = larger
    return maximum, total


@mistake("maximum overwritten before it is used", "The factor needs the maximum from before.",
         same_as="old sum not rescaled")  # fmt: skip
def _(blocks):
    maximum, total = -np.inf, 0.0
    for block in blocks:
        maximum = max(maximum, block.max())
        total = total * np.exp(maximum - maximum) + np.exp(block - maximum).sum()
    return maximum, total


@mistake("every block from its own maximum", "From which maximum is a block's sum measured?")
def _(blocks):
    return _row(blocks).max(), sum(np.exp(block - block.max()).sum() for block in blocks)


@mistake("block's own maximum, rescaled late", "How do two sums with two maxima come together?")
def _(blocks):
    maximum, total = -np.inf, 0.0
    for block in blocks:
        larger = max(maximum, block.max())
        total = total * np.exp(maximum - larger) + np.exp(block - block.max()).sum()
        maximum = larger
    return maximum, total


@mistake("new block measured from the old maximum", "Can a score be larger than the old maximum?")
def _(blocks):
    maximum, total = blocks[0].max(), np.exp(blocks[0] - blocks[0].max()).sum()
    for block in blocks[1:]:
        larger = max(maximum, block.max())
        total = total * np.exp(maximum - larger) + np.exp(block - maximum).sum()
        maximum = larger
    return maximum, total


@mistake("last block only", "What became of the blocks before the last?")
def _(blocks):
    return blocks[-1].max(), np.exp(blocks[-1] - blocks[-1].max()).sum()


@mistake("last block's sum, all blocks' maximum", "What became of the sums of earlier blocks?")
def _(blocks):
    largest = _row(blocks).max()
    return largest, np.exp(blocks[-1] - largest).sum()


@mistake("first block only", "The loop ended too early: is there a return inside it?")
def _(blocks):
    return blocks[0].max(), np.exp(blocks[0] - blocks[0].max()).sum()


@mistake("last block's maximum", "Is the last block's largest score the largest of all?")
def _(blocks):
    maximum, total = -np.inf, 0.0
    for block in blocks:
        larger = block.max()
        total = (0.0 if total == 0 else total * np.exp(maximum - larger)) + np.exp(
            block - larger
        ).sum()
        maximum = larger
    return maximum, total


@mistake("first block's maximum kept", "A later block may hold a larger score.")
def _(blocks):
    return blocks[0].max(), np.exp(_row(blocks) - blocks[0].max()).sum()


@mistake("no maximum taken off", "From what are the scores measured before exp?")
def _(blocks):
    return _row(blocks).max(), np.exp(_row(blocks)).sum()


@mistake("maximum begins at 0", "Which is the largest score of a row of negative ones?")
def _(blocks):
    largest = max(0.0, _row(blocks).max())
    return largest, np.exp(_row(blocks) - largest).sum()


@mistake("maximum begins at a whole 0", "Which is the largest score of a row of negative ones?")
def _(blocks):
    largest = max(0, _row(blocks).max())
    return largest, np.exp(_row(blocks) - largest).sum()


@mistake("total begins at 1", "What is the sum of no scores at all?")
def _(blocks):
    first = _largest_so_far(blocks)[0]
    largest, total = _right(blocks)
    return largest, total + np.exp(first - largest)


@mistake("largest size instead of largest score", "Is -5 larger than 1?")
def _(blocks):
    row = _row(blocks)
    return np.abs(row).max(), np.exp(row - np.abs(row).max()).sum()


@mistake("smallest instead of largest", "Which score keeps exp from overflowing?")
def _(blocks):
    row = _row(blocks)
    return row.min(), np.exp(row - row.min()).sum()


@mistake("sum of the scores", "Softmax divides by a sum of exponentials.")
def _(blocks):
    row = _row(blocks)
    return row.max(), row.sum()


@mistake("mean instead of sum", "What does softmax divide by: a sum, or a mean?")
def _(blocks):
    largest, total = _right(blocks)
    return largest, total / len(_row(blocks))


@mistake("logarithm of the total", "The total itself is asked for.")
def _(blocks):
    largest, total = _right(blocks)
    return largest, np.log(total)


@mistake("logarithm of the whole sum", "The total is measured from the maximum, without a log.")
def _(blocks):
    largest, total = _right(blocks)
    return largest, largest + np.log(total)


@mistake("swapped", "Which of the two is asked for first?")
def _(blocks):
    return _right(blocks)[::-1]


@mistake("powers of 2", "Which base has softmax?")
def _(blocks):
    row = _row(blocks)
    return row.max(), np.exp2(row - row.max()).sum()


@mistake("one total for each block", "One number for all blocks: how do the sums come together?")
def _(blocks):
    largest = _row(blocks).max()
    return largest, np.array([np.exp(block - largest).sum() for block in blocks])


@mistake("weights instead of the total", "Two numbers are asked for, and no row of weights.")
def _(blocks):
    largest, total = _right(blocks)
    return largest, np.exp(_row(blocks) - largest) / total


@mistake("total alone", "Without the maximum, nobody knows from where the sum was measured.")
def _(blocks):
    return _right(blocks)[1]


@mistake("works in place", "Which line writes into a block itself?")
def _(blocks):
    largest = _row(blocks).max()
    for block in blocks:
        block -= largest
    return largest, np.exp(_row(blocks)).sum()


holds = online_softmax.holds


@holds("the maximum is one of the scores, and none is larger")
def _(maximum, blocks):
    return bool(maximum == _row(blocks).max())


@holds("the total lies between 1 and the number of scores")
def _(total, blocks):
    return bool(1 - 1e-5 <= total <= len(_row(blocks)) * (1 + 1e-5))


@holds("exp(s - maximum) / total sums to 1")
def _(maximum, total, blocks):
    return same((np.exp(_row(blocks) - maximum) / total).sum(), 1.0)


@holds("how the row is cut into blocks does not matter")
def _(call, maximum, total, blocks):
    largest, all_of_it = call(blocks=[_row(blocks)])
    return bool(largest == maximum) and same(all_of_it, total)


@holds("the order of the blocks does not matter")
def _(call, maximum, total, blocks):
    largest, turned = call(blocks=blocks[::-1])
    return bool(largest == maximum) and same(turned, total)


@holds("adding 3 to all scores moves the maximum by 3, and not the total")
def _(call, maximum, total, blocks):
    largest, moved = call(blocks=[block + 3 for block in blocks])
    return same(largest, maximum + 3) and same(moved, total)
