"""Plain data, as JSON has it: what columns, answers and files carry before a model has read them."""

from pydantic import JsonValue

Json = JsonValue
"""null, true or false, a number, a text, a list of these, or an object."""

JsonObject = dict[str, JsonValue]
"""An object: names with values."""
