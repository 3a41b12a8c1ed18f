"""A socket that never shows a traceback: whatever breaks closes it with a code. The one place that calls Channels untyped."""

import logging
from importlib import import_module
from typing import Any

from channels.db import database_sync_to_async
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db import DatabaseError
from redis.exceptions import RedisError

from editor.errors import AppError

logger = logging.getLogger(__name__)

NOT_SIGNED_IN, NOT_YOURS, NO_ACK = 4401, 4404, 4408
TRY_AGAIN, BROKEN = 4503, 4500
"""Codes of our own: a server may not choose those that the protocol keeps for itself, and its library refuses them."""


class Patient:
    """Asks browsers to come back while a store does not answer, whatever needed it: the session is read before a socket is."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve a socket."""
        begun = False

        async def watched(message: dict[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._inner(scope, receive, watched)
        except (DatabaseError, RedisError, OSError) as error:
            logger.warning("A socket was closed: a store does not answer (%s).", type(error).__name__)
            if not begun:
                await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": TRY_AGAIN})


class Socket(AsyncWebsocketConsumer):
    """Base of our sockets."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the socket; without Redis the browser is asked to come back."""
        try:
            await super().__call__(scope, receive, send)
        except (RedisError, OSError) as error:
            logger.warning("A socket was closed: Redis does not answer (%s).", type(error).__name__)
            await send({"type": "websocket.close", "code": TRY_AGAIN})

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Handle one message. Whatever breaks closes this socket and reaches nobody else."""
        try:
            await super().dispatch(message)
        except (StopConsumer, RedisError, OSError):
            raise
        except Exception as error:
            await self.fail(error)

    async def fail(self, error: Exception) -> None:
        """Close with the code that an error calls for."""
        if isinstance(error, AppError):
            await self.shut(NOT_YOURS)
        elif isinstance(error, DatabaseError | RedisError | OSError):
            logger.warning("A socket was closed: a store does not answer (%s).", type(error).__name__)
            await self.shut(TRY_AGAIN)
        else:
            logger.error("A socket broke.", exc_info=error)
            await self.shut(BROKEN)

    async def is_signed_in(self) -> bool:
        """Look the session up anew: it ends with a sign-out, another password, and the account."""
        live: bool = await database_sync_to_async(_is_live, thread_sensitive=False)(self.scope["session"].session_key)
        return live

    async def take(self) -> None:
        """Accept the connection: only then does a browser see the code of a later refusal."""
        await self.accept()

    async def say(self, text: str) -> None:
        """Send one frame."""
        await self.send(text)

    async def shut(self, code: int) -> None:
        """Close with a code."""
        await self.close(code=code)

    @classmethod
    def application(cls) -> Any:
        """Give the ASGI application that serves these sockets."""
        return cls.as_asgi()


def _is_live(key: str | None) -> bool:
    """Say whether a session still stands for somebody who may sign in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user_model()._default_manager.filter(pk=session.get(SESSION_KEY), is_active=True).first()
    if user is None:
        return False
    valid = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    return session.get(HASH_SESSION_KEY) in valid
