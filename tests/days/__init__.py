"""Whole days, weeks and a year, through the real clock, store and rules."""
