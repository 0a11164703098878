"""What a mistake is called today where it once was called otherwise: old name to new name."""

# By exercise. A name that became one of a family goes by the family's.
RENAMED = {
    "entropy": {"something small added, 1e-6": "something small added"},
}
