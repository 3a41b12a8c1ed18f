"""The web process: pages and API over HTTP, runs over sockets. Sockets check the full origin and the session first."""

import os

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import OriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "graphapp.settings")
http = get_asgi_application()

from django.conf import settings  # noqa: E402 - models can be imported only once Django is set up

from runs.routing import websocket_urlpatterns  # noqa: E402
from runs.sockets import Patient  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": OriginValidator(
            Patient(AuthMiddlewareStack(URLRouter(websocket_urlpatterns))), settings.GRAPHAPP_SOCKET_ORIGINS
        ),
    }
)
