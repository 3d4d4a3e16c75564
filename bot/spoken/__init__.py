"""What people type for a time, days, a date, a zone or a country, and what they mean by it. Pure.

Each reader gives the value, or Unclear with one sentence: nothing that somebody types is an exception.
"""
