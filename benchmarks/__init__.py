"""How fast PyQuiz is, as ratios against a floor that the same run measures; never a timed test."""
