"""What the pages ask of the release, one module for each topic."""
