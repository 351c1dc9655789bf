"""The gate's own test: generated defects, and how many of them are found."""
