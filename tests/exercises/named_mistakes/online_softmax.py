"""Wrong answers to online_softmax, each under the name by which it is known."""

import numpy as np

from named_mistakes.answers import Answers

answers = Answers("online_softmax")


def _row(blocks):
    return np.concatenate(blocks)


def _largest_so_far(blocks):
    return np.maximum.accumulate([block.max() for block in blocks])


def _right(blocks):
    row = _row(blocks)
    return row.max(), np.exp(row - row.max()).sum()


@answers("old sum not rescaled")
def _(blocks):
    maximum, total = -np.inf, 0.0
    for block in blocks:
        maximum = max(maximum, block.max())
        total = total + np.exp(block - maximum).sum()
    return maximum, total


@answers("rescaled the wrong way")
def _(blocks):
    maximum, total = blocks[0].max(), np.exp(blocks[0] - blocks[0].max()).sum()
    for block in blocks[1:]:
        larger = max(maximum, block.max())
        total = total * np.exp(larger - maximum) + np.exp(block - larger).sum()
        maximum = larger
    return maximum, total


@answers("new block rescaled too")
def _(blocks):
    maximum, total = blocks[0].max(), np.exp(blocks[0] - blocks[0].max()).sum()
    for block in blocks[1:]:
        larger = max(maximum, block.max())
        total = (total + np.exp(block - larger).sum()) * np.exp(maximum - larger)
        maximum = larger
    return maximum, total


@answers("new block instead of old sum rescaled")
def _(blocks):
    maximum, total = blocks[0].max(), np.exp(blocks[0] - blocks[0].max()).sum()
    for block in blocks[1:]:
        larger = max(maximum, block.max())
        total = total + np.exp(block - larger).sum() * np.exp(maximum - larger)
        maximum = larger
    return maximum, total


@answers("maximum overwritten before it is used", same_as="old sum not rescaled")
def _(blocks):
    maximum, total = -np.inf, 0.0
    for block in blocks:
        maximum = max(maximum, block.max())
        total = total * np.exp(maximum - maximum) + np.exp(block - maximum).sum()
    return maximum, total


@answers("every block from its own maximum")
def _(blocks):
    return _row(blocks).max(), sum(np.exp(block - block.max()).sum() for block in blocks)


@answers("block's own maximum, rescaled late")
def _(blocks):
    maximum, total = -np.inf, 0.0
    for block in blocks:
        larger = max(maximum, block.max())
        total = total * np.exp(maximum - larger) + np.exp(block - block.max()).sum()
        maximum = larger
    return maximum, total


@answers("new block measured from the old maximum")
def _(blocks):
    maximum, total = blocks[0].max(), np.exp(blocks[0] - blocks[0].max()).sum()
    for block in blocks[1:]:
        larger = max(maximum, block.max())
        total = total * np.exp(maximum - larger) + np.exp(block - maximum).sum()
        maximum = larger
    return maximum, total


@answers("last block only")
def _(blocks):
    return blocks[-1].max(), np.exp(blocks[-1] - blocks[-1].max()).sum()


@answers("last block's sum, all blocks' maximum")
def _(blocks):
    largest = _row(blocks).max()
    return largest, np.exp(blocks[-1] - largest).sum()


@answers("first block only")
def _(blocks):
    return blocks[0].max(), np.exp(blocks[0] - blocks[0].max()).sum()


@answers("last block's maximum")
def _(blocks):
    maximum, total = -np.inf, 0.0
    for block in blocks:
        larger = block.max()
        total = (0.0 if total == 0 else total * np.exp(maximum - larger)) + np.exp(
            block - larger
        ).sum()
        maximum = larger
    return maximum, total


@answers("first block's maximum kept")
def _(blocks):
    return blocks[0].max(), np.exp(_row(blocks) - blocks[0].max()).sum()


@answers("no maximum taken off")
def _(blocks):
    return _row(blocks).max(), np.exp(_row(blocks)).sum()


@answers("maximum begins at 0")
def _(blocks):
    largest = max(0.0, _row(blocks).max())
    return largest, np.exp(_row(blocks) - largest).sum()


@answers("maximum begins at a whole 0")
def _(blocks):
    largest = max(0, _row(blocks).max())
    return largest, np.exp(_row(blocks) - largest).sum()


@answers("total begins at 1")
def _(blocks):
    first = _largest_so_far(blocks)[0]
    largest, total = _right(blocks)
    return largest, total + np.exp(first - largest)


@answers("largest size instead of largest score")
def _(blocks):
    row = _row(blocks)
    return np.abs(row).max(), np.exp(row - np.abs(row).max()).sum()


@answers("smallest instead of largest")
def _(blocks):
    row = _row(blocks)
    return row.min(), np.exp(row - row.min()).sum()


@answers("sum of the scores")
def _(blocks):
    row = _row(blocks)
    return row.max(), row.sum()


@answers("mean instead of sum")
def _(blocks):
    largest, total = _right(blocks)
    return largest, total / len(_row(blocks))


@answers("logarithm of the total")
def _(blocks):
    largest, total = _right(blocks)
    return largest, np.log(total)


@answers("logarithm of the whole sum")
def _(blocks):
    largest, total = _right(blocks)
    return largest, largest + np.log(total)


@answers("swapped")
def _(blocks):
    return _right(blocks)[::-1]


@answers("powers of 2")
def _(blocks):
    row = _row(blocks)
    return row.max(), np.exp2(row - row.max()).sum()


@answers("one total for each block")
def _(blocks):
    largest = _row(blocks).max()
    return largest, np.array([np.exp(block - largest).sum() for block in blocks])


@answers("weights instead of the total")
def _(blocks):
    largest, total = _right(blocks)
    return largest, np.exp(_row(blocks) - largest) / total


@answers("total alone")
def _(blocks):
    return _right(blocks)[1]


@answers("works in place")
def _(blocks):
    largest = _row(blocks).max()
    for block in blocks:
        block -= largest
    return largest, np.exp(_row(blocks)).sum()
