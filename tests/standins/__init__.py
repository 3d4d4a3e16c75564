"""Stand-ins for what we do not own: a platform, its people. They remember; the tests read."""
