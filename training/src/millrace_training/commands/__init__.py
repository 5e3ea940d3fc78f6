"""Commands about the retriever that is published; those of a package are in its ``command.py``."""
