"""What `pyquiz doctor` looks at, one room a subject; each gives findings and changes nothing."""
