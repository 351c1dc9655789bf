"""The gate's own test: what it catches, measured on defects that are generated, not hand-picked."""
