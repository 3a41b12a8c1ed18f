"""What the authors' half has to tell others of. Who hears it, keeps it and shows it is not known here."""

from typing import Any

from django.dispatch import Signal

shared = Signal()
"""Something was shared: ``person`` and ``by`` are people, ``what``, ``name`` and ``role`` words, ``path`` is its page."""
moved = Signal()
"""A ``workflow`` changes hands, in the transaction that moves it; ``was_of`` is the id of the team that had it, or None."""


def tell_shared(*, person: Any, by: Any, what: str, name: str, role: str, path: str) -> None:
    """Say that somebody has shared a thing with a person, once their grant is kept.

    >>> from django.contrib.auth.models import AnonymousUser
    >>> heard = []
    >>> listen = lambda sender, **about: heard.append(about["path"])
    >>> _ = shared.connect(listen)
    >>> nobody = AnonymousUser()
    >>> tell_shared(person=nobody, by=nobody, what="workflow", name="Refunds", role="viewer", path="/workflows/1")
    >>> heard, shared.disconnect(listen)
    (['/workflows/1'], True)
    """
    shared.send(sender=None, person=person, by=by, what=what, name=name, role=role, path=path)
