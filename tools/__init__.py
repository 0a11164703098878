"""What builds the course: lessons/*.md become solutions/*.ipynb and notebooks/*.ipynb."""
