"""JSON Schemas of the content files, for editors that complete and check while a person writes.

They are made from the same models that read the files, with what each key means in both languages. What must fit
together across files (a post that exists, a fact that is known) only `duban check` can tell.
"""

from duban.schemas.building import schema_of
from duban.schemas.files import SCHEMAS, schema_for, write_schemas

__all__ = ["SCHEMAS", "schema_for", "schema_of", "write_schemas"]
