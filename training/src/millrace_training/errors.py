"""The one error type whose message is meant for the person at the terminal."""


class TrainingError(Exception):
    """A failure with a one-line message that names the cause and the fix.

    The command line prints the message alone, without a traceback, and exits with status 1.
    """
