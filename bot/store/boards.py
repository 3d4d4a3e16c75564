"""Standings and streaks as people see them, and both rebuilt from the log.

A board is read off one index, which also knows who was not seen for long. Players who left are few: they are taken
off what the index counts.
"""

from __future__ import annotations
