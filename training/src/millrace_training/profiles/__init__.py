"""Item texts in bundles, and what profiles do to lists; the serving half is the model server's ``sources``."""
