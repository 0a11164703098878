"""What start.py does, in pieces.

It runs before anything is installed, so these need the standard library only; what the course's
own Python runs lies in inside/.
"""
