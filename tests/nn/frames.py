"""A data frame for tests that need no library of frames."""


class Frame:
    """As much of a data frame as is looked at: columns by name."""

    def __init__(self, columns):
        self.items, self.columns = columns, list(columns)

    def __getitem__(self, name):
        return self.items[name]

    def __len__(self):
        return len(self.items[self.columns[0]])
