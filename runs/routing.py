"""Where sockets lead."""

from django.urls import path, re_path

from runs.consumers import RunConsumer
from runs.sockets import NOT_YOURS, Socket


class Nowhere(Socket):
    """Closes sockets to addresses that lead nowhere, instead of raising."""

    async def connect(self) -> None:
        """Say that there is nothing, as for a run that is not yours."""
        await self.take()
        await self.shut(NOT_YOURS)


websocket_urlpatterns = [
    path("ws/runs/<str:run_id>/", RunConsumer.application()),
    re_path(r"", Nowhere.application()),
]
