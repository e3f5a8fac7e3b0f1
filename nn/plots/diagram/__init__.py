"""The picture of a network, as textbooks draw it, with the numbers of one row in it."""
