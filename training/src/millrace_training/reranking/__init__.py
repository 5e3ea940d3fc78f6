"""A language model that reorders the best candidates of a retriever, after PALR."""
