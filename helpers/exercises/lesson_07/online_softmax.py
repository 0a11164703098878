"""online_softmax: what softmax needs to know of a row, block by block, and what goes wrong."""

from itertools import pairwise

import numpy as np

from helpers.exercises.cases import numbers
from helpers.exercises.compare import same
from helpers.exercises.declare import exercise
from helpers.exercises.memory import peak
from helpers.exercises.steps import step
from helpers.wording import number


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


@online_softmax.case("scores near -3000", dtypes=("float64",), extreme=True)
def _(rng):
    return dict(blocks=_blocks(rng, 3, 2, 4, at=-3000.0))


# Below any number that somebody may take for the smallest of all.
@online_softmax.case("scores near -1e40", dtypes=("float64",), extreme=True)
def _(rng):
    return dict(blocks=[-1e40 * np.array(block) for block in ([3.0, 2], [2.0, 1, 4], [1.0, 5])])


NOT_FIRST = "Which of the two sums was measured from the old maximum?"
LARGEST_YET = "A later block may hold a larger score."
WHERE_FROM = "From which maximum is a block's sum measured?"
EXPONENTIALS = "Softmax divides by a sum of exponentials."


def _row(blocks):
    return np.concatenate(blocks)


@step
def read(blocks):
    """The blocks that are read: all of them."""
    return blocks


# fmt: off
read.wrong("last block only", "What became of the blocks before the last?",
           lambda blocks: blocks[-1:])
read.wrong("first block only", "The loop ended too early: is there a return inside it?",
           lambda blocks: blocks[:1])
read.wrong("last block left out", "Is the last block read: how far does the loop go?",
           lambda blocks: blocks[:-1])
read.also("last block left out", lambda blocks: blocks[:-1] or blocks)
read.wrong("first block left out", "Is the first block read: where does the loop begin?",
           lambda blocks: blocks[1:])
read.wrong("last score of every block left out", "Is a block read to its end?",
           lambda blocks: [block[:-1] if len(block) > 1 else block for block in blocks])
read.wrong("first score of every block only", "Is a block read to its end?",
           lambda blocks: [block[:1] for block in blocks])
# fmt: on


def _maxima_from(begin, read, of=np.max):
    return np.maximum.accumulate(np.array([begin, *map(of, read)]))


@step
def maxima(read):
    """The largest score before the first block, and after each."""
    return _maxima_from(-np.inf, read)


# fmt: off
maxima.wrong("maximum begins at 0", "Which is the largest score of a row of negative ones?",
             lambda read: _maxima_from(0.0, read))
# fmt: on


@maxima.family("maximum begins at a negative number", "May all scores lie below -{constant}?",
               over=(1e-2, 1e39))  # fmt: skip
def _(read, constant):
    return _maxima_from(-constant, read)


# fmt: off
maxima.wrong("last block's maximum", "Is the last block's largest score the largest of all?",
             lambda read: np.array([-np.inf, *map(np.max, read)]))
maxima.wrong("first block's maximum kept", LARGEST_YET,
             lambda read: np.array([-np.inf, *[read[0].max()] * len(read)]))
maxima.wrong("largest size instead of largest score", "Is -5 larger than 1?",
             lambda read: _maxima_from(-np.inf, read, lambda block: np.abs(block).max()))
maxima.wrong("smallest instead of largest", "Which score keeps exp from overflowing?",
             lambda read: np.minimum.accumulate([read[0].min(), *map(np.min, read)]))
maxima.wrong("first score of a block as its largest", "Is a block's first score its largest?",
             lambda read: _maxima_from(-np.inf, read, lambda block: block[0]))
# fmt: on


def _sums(read, from_where):
    return np.array([np.exp(block - m).sum() for block, m in zip(read, from_where, strict=True)])


@step(said="sums of the blocks")
def sums(read, maxima):
    """Every block's sum of exp(score - maximum), from the largest score so far."""
    return _sums(read, maxima[1:])


# fmt: off
sums.wrong("every block from its own maximum", WHERE_FROM,
           lambda read: _sums(read, map(np.max, read)))
sums.wrong("new block measured from the old maximum", "Can a score be larger than the old maximum?",
           lambda read, maxima: _sums(read, [maxima[1], *maxima[1:-1]]))
sums.also("new block measured from the old maximum", lambda read, maxima: _sums(read, maxima[:-1]))
# fmt: on


@sums.wrong("a block's sum multiplied by itself", "How often does a block's sum come in?")
def _(read, maxima):
    own = _sums(read, map(np.max, read))
    return _sums(read, maxima[1:]) * [1, *own[1:]]


# fmt: off
sums.also("a block's sum multiplied by itself",
          lambda read, maxima: _sums(read, maxima[1:]) * _sums(read, map(np.max, read)))
# fmt: on


@sums.wrong("largest of a block instead of its sum", "Every score of a block adds to the total.")
def _(read, maxima):
    return np.array([np.exp(b.max() - m) for b, m in zip(read, maxima[1:], strict=True)])


@sums.wrong("works in place", "Which line writes into a block itself?")
def _(read, maxima):
    for block, maximum in zip(read, maxima[1:], strict=True):
        block -= maximum
    return np.array([np.exp(block).sum() for block in read])


@step
def factors(maxima):
    """What turns the old total, measured from the old maximum, into one from the new."""
    return np.exp(maxima[:-1] - maxima[1:])


# fmt: off
factors.wrong("old sum not rescaled", "When a larger score comes, what happens to the sum so far?",
              lambda maxima: np.ones(len(maxima) - 1))
factors.wrong("rescaled the wrong way", "A larger maximum makes old terms smaller, not larger.",
              lambda maxima: np.exp([0, *(maxima[2:] - maxima[1:-1])]))
factors.also("rescaled the wrong way", lambda maxima: np.exp(maxima[1:] - maxima[:-1]))
factors.wrong("rescaled by the difference itself", "What makes a factor of a difference?",
              lambda maxima: np.array([1, *(maxima[1:-1] - maxima[2:])]))
# fmt: on


def _added_up(terms, factors, begin=0.0):
    total = begin
    for term, factor in zip(terms, factors, strict=True):
        total = total * factor + term
    return total


def _begun_with_a_block(factors):
    """The factors where the first block is taken as it is, before the loop."""
    return np.array([1, *factors[1:]])


@step
def total(sums, factors):
    """The sums of all blocks, measured from the largest score of all."""
    return _added_up(sums, factors)


@total.wrong("new block rescaled too", NOT_FIRST)
def _(sums, factors):
    factors = _begun_with_a_block(factors)
    return _added_up(sums * factors, factors)


# fmt: off
total.also("new block rescaled too", lambda sums, factors: _added_up(sums * factors, factors))
total.wrong("new block instead of old sum rescaled", NOT_FIRST,
            lambda sums, factors: (sums * _begun_with_a_block(factors)).sum())
total.also("new block instead of old sum rescaled", lambda sums, factors: (sums * factors).sum())
total.wrong("last block's sum, all blocks' maximum", "What became of the sums of earlier blocks?",
            lambda sums: sums[-1])
total.wrong("total begins at 1", "What is the sum of no scores at all?",
            lambda sums, factors: _added_up(sums, _begun_with_a_block(factors), begin=1.0))
total.wrong("no maximum taken off", "From what are the scores measured before exp?",
            lambda read: np.exp(_row(read)).sum())
total.wrong("sum of the scores", EXPONENTIALS, lambda read: _row(read).sum())
total.wrong("sum of the differences", EXPONENTIALS,
            lambda read, maxima: (_row(read) - maxima[-1]).sum())
total.wrong("powers of 2", "Which base has softmax?",
            lambda read, maxima: np.exp2(_row(read) - maxima[-1]).sum())
# fmt: on


@step
def returned(maxima, total):
    """The largest score, and the sum measured from it."""
    return maxima[-1], total


# fmt: off
returned.wrong("mean instead of sum", "What does softmax divide by: a sum, or a mean?",
               lambda maxima, total, read: (maxima[-1], total / sum(map(len, read))))
returned.wrong("logarithm of the whole sum", "The total itself is asked for, without a log.",
               lambda maxima, total: (maxima[-1], maxima[-1] + np.log(total)))
returned.wrong("logarithm of the total", "The total itself is asked for.",
               lambda maxima, total: (maxima[-1], np.log(total)))
returned.wrong("swapped", "Which of the two is asked for first?",
               lambda maxima, total: (total, maxima[-1]))
returned.wrong("one total for each block", "One number for all blocks: how do sums come together?",
               lambda maxima, read: (maxima[-1], _sums(read, [maxima[-1]] * len(read))))
returned.wrong("weights instead of the total", "Two numbers are asked for, and no row of weights.",
               lambda maxima, total, read: (maxima[-1], np.exp(_row(read) - maxima[-1]) / total))
returned.wrong("total alone", "Without the maximum, nobody knows from where the sum was measured.",
               lambda total: total)
# fmt: on


# A whole number stays one where no score is larger.
def _begun_at(whole, read):
    largest = max(whole, _row(read).max())
    return largest, np.exp(_row(read) - largest).sum()


# fmt: off
returned.wrong("maximum begins at a whole 0", "Which is the largest score of a negative row?",
               lambda read: _begun_at(0, read))
# fmt: on


@returned.family("maximum begins at a negative number", "May all scores lie below -{constant}?",
                 over=[10**n for n in range(10)])  # fmt: skip
def _(read, constant):
    return _begun_at(-constant, read)


online_softmax.steps(read, maxima, sums, factors, total, returned)


holds = online_softmax.holds


@holds("the maximum is one of the scores, and none is larger")
def _(maximum, blocks):
    return same(maximum, _row(blocks).max())


@holds("the total lies between 1 and the number of scores")
def _(total, blocks):
    n = len(_row(blocks))
    fits = 1 - 1e-5 <= total <= n * (1 + 1e-5)
    return bool(fits) or f"of {n} scores the total is {number(total)}, not between 1 and {n}"


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


@holds(
    "one pass over the blocks is enough, and none of them is kept",
    advice="What has to be known of a block, so that nobody needs it again?",
)
def _(call, maximum, total, blocks):
    if len(blocks) > 1 or not same((maximum, total), online_softmax(blocks)):
        return True  # once is enough, and first come the numbers
    scores = np.resize(blocks[0], 400).astype(np.float64)
    counted, reads = _counted([scores + more for more in range(100)])
    row = _row(counted)
    copies = min(peak(lambda: call(blocks=list(counted))) for _ in range(2)) / row.nbytes
    if copies > 2.75:  # one is the check's own, one may be of who turns blocks into arrays
        return f"the numbers are right, but {row.size} scores were kept in memory at once"
    reads.clear()
    call(blocks=counted)
    # The check itself copies the blocks before the call, and looks at them after it.
    passes = sum(one == 99 and other == 0 for one, other in pairwise(reads)) - 1
    return passes < 2 or f"the numbers are right, but the blocks were gone through {passes} times"


def _counted(blocks):
    """The blocks as a list, and the numbers of those that are read, growing as that happens.

    It counts in the list and in its first copy, the check's; a copy of that is a learner's own.
    """
    reads, made = [], []

    class Counted(list):
        def __init__(self, *items):
            super().__init__(*items)
            made.append(self)
            self.reads = reads if len(made) <= 2 else []

        def __iter__(self):
            for place, block in enumerate(list.__iter__(self)):
                self.reads.append(place)
                yield block

        def __getitem__(self, index):
            if isinstance(index, int):
                self.reads.append(index % len(self))
            return list.__getitem__(self, index)

    return Counted(blocks), reads
