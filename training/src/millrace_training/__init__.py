"""Offline half of Millrace: import events, train retrievers, evaluate, export, publish.

The package never talks to the streaming job or the model server. Its one product is a model
repository on disk (see :mod:`millrace_training.repository`), which the server reads.
"""

__version__ = "0.1.0"
