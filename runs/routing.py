"""Where sockets lead."""

from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import path, re_path

from runs.consumers import NOT_YOURS, RunConsumer


class Nowhere(AsyncWebsocketConsumer):
    """Closes sockets to addresses that lead nowhere, instead of raising."""

    async def connect(self) -> None:
        """Say that there is nothing, as for a run that is not yours."""
        await self.accept()
        await self.close(code=NOT_YOURS)


websocket_urlpatterns = [
    path("ws/runs/<str:run_id>/", RunConsumer.as_asgi()),
    re_path(r"", Nowhere.as_asgi()),
]
