"""How a method is measured: what it may learn from, what it is asked, and what its answers are worth."""
