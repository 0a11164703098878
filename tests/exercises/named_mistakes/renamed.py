"""What a mistake is called today where it once was called otherwise: old name to new name."""

RENAMED = {}  # {"softmax": {"old name": "new name"}}
