"""What a page shows: view models, plain values for the templates, without HTML."""
