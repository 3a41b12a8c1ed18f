"""Who asks: the one thing about accounts that the front end needs."""

from typing import cast

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel

from editor.api.http import actor_of, refusals
from graphapp.accounts.models import User

router = Router(tags=["accounts"])


class MeOut(BaseModel):
    """The person behind a request, and the header that a change needs."""

    email: str
    name: str
    csrf_header: str


@router.get("/me", response={200: MeOut, **refusals()}, operation_id="me")
def me(request: HttpRequest) -> MeOut:
    """Say who asks."""
    user = cast(User, actor_of(request))
    return MeOut(email=user.email, name=user.get_full_name() or user.email, csrf_header="X-CSRFToken")
