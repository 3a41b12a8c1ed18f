"""How a graph document is stored."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.types.json import Json

if TYPE_CHECKING:
    Field = models.Field[Any, Any]
else:
    Field = models.Field


class DocumentField(Field):
    """JSON kept as written: the column is ``json`` and not ``jsonb``, which would sort keys.

    The order of keys is authored: it is the order of a form's fields and of the properties a model fills in.
    """

    description = "A graph document"
    empty_strings_allowed = False

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "json"

    def get_db_prep_value(
        self,
        value: Any,
        connection: BaseDatabaseWrapper,
        prepared: bool = False,  # noqa: FBT001, FBT002 - Django calls it so
    ) -> Any:
        return None if value is None else Json(value)

    def value_to_string(self, obj: models.Model) -> Any:
        return self.value_from_object(obj)
