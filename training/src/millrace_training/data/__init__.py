"""Events as the models of the offline half see them: importers, cleaning, and the form on disk."""
