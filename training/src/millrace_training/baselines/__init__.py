"""Methods without gradients: rows of every table, and hard to beat."""
