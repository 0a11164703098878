"""Programs that run in the course's own Python, by their path: start.py asks it by these."""
