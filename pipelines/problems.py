"""What a user can put right."""


class UserError(Exception):
    """What is wrong and what to do, in one line."""
