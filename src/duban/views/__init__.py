"""What a person may see of the ledger, read for a page: the board, what waits for a post, lists, search, messages.

Everything here takes a `Sight`: who looks, when, at which project. Nothing here knows of HTTP or HTML, and nothing writes.
"""
