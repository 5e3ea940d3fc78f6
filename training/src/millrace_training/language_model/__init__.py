"""Converts a small instruct model, as its makers publish it, into the graph that the model server runs."""
