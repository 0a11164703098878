"""What start.py does, in pieces. Standard library only, outside inside/: nothing is installed yet."""
