"""The project: settings, routes and process entry points. Loading it makes the Celery app the current one."""

from graphapp.celery import app as celery_app

__all__ = ["celery_app"]
