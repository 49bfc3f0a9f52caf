"""The project over HTTP: pages for people, the API for other programs, and the server behind them. Only this package imports fastapi.

| part | question |
|---|---|
| `app` | what is served at which address |
| `gate` | may this request come in: language, size, token, rate |
| `problems` | how a refusal is answered (RFC 9457) |
| `rates` | how many requests a token may make |
| `settings` | host, port, limits |
| `serving` | the server's thread, its start and its end |
| `docs_page` | the description of the API as one page, offline |
| `alone` | `duban serve` |
| `pages/` | what people see in a browser, and how they sign in |
| `api/` | facts, subjects, obligations and their moves, duties |

Importing this package does not import fastapi: `app` does.
"""
