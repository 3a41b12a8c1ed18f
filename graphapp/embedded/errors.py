"""What keeps the product from starting on this machine, in one sentence that says what to do."""


class StartFailure(Exception):
    """Shown as it is, without a traceback."""
