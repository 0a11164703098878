"""Keeping wrong answers by name."""


class Answers(dict):
    """Name to function, of one exercise. `same_as`: names that its results share."""

    def __init__(self, exercise):
        super().__init__()
        self.exercise = exercise
        self.same_as = {}

    def __call__(self, name, same_as=None):
        def keep(function):
            self[name] = function
            self.same_as[name] = same_as
            return function

        return keep
