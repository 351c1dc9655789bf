"""Find and read what people wrote: ontology/, data/, shapes/, queries/.

From a checkout, from any folder of the same layout, or from the installed package.
Nothing here reasons, validates or writes a release.
"""
