"""Make the stored arrays in helpers/data. A module here makes the file of its name.

Each has `arrays()`, which gives what the file holds, by name, and TOLERANCE, how far a number may
lie from the stored one on another machine: the arguments of `np.allclose`, or None where even that
says nothing, and a test compares what can be compared.
"""
