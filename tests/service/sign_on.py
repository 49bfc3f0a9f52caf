"""A sign-on of another house (OpenID Connect) on this machine, which can also say back what it was told in confidence."""

import base64
import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, unquote_plus

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CODE = "the-code"
ACCESS = "the-access-token"


class _Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        house, path = self.server, self.path.partition("?")[0]
        if path == "/.well-known/openid-configuration":
            self._tell(200, house.description)
        elif path == "/jwks":
            self._tell(200, house.keys.as_dict(private=False))
        elif path == "/who" and self.headers["Authorization"] == f"Bearer {ACCESS}":
            if house.mood == "no person":
                self._tell(403, {"error": "insufficient_scope", "error_description": house.heard})
            else:
                self._tell(200, {"sub": "1", "preferred_username": house.person})
        else:
            self._tell(401, {"error": "invalid_token"})

    def do_POST(self):
        house = self.server
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        login = self.headers.get("Authorization", "").partition(" ")[2]
        client, _, secret = base64.b64decode(login).decode().partition(":")
        secret = unquote_plus(secret) if unquote_plus(secret) == house.secret else secret
        house.heard = f"{login} {secret} {quote(secret, safe='')} {body}"
        house.asked.append((client, secret, dict(parse_qsl(body)).get("code")))
        match house.mood:
            case "refuses":
                self._tell(
                    401,
                    {"error": "invalid_client", "error_description": house.heard},
                    {"WWW-Authenticate": f'Basic realm="{quote(secret, safe="")}"'},
                )
            case "breaks":
                self._send(500, "text/html", f"<pre>{house.heard}</pre>".encode(), {})
            case "says nothing":
                self._tell(200, {"scope": house.heard})
            case "leads on":
                self._tell(302, {}, {"Location": f"{house.at}/token?client_secret={quote(secret, safe='')}"})
            case _ if (client, secret) == (house.client, house.secret):
                token = {"access_token": ACCESS, "token_type": "Bearer", "id_token": house.id_token()}
                self._tell(200, token)
            case _:
                self._tell(401, {"error": "invalid_client"})

    def _tell(self, status, told, headers=None):
        self._send(status, "application/json", json.dumps(told).encode(), headers or {})

    def _send(self, status, kind, body, headers):
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *told):
        pass


class House(ThreadingHTTPServer):
    """`mood` says how it answers: `right`, or any other way; `asked` are the client, secret and code it was told."""

    daemon_threads = True

    def __init__(self, client, secret, person):
        super().__init__(("127.0.0.1", 0), _Provider)
        self.client, self.secret, self.person = client, secret, person
        self.mood, self.heard, self.asked = "right", "", []
        self.at = f"http://127.0.0.1:{self.server_port}"
        self._key = RSAKey.generate_key(2048, {"kid": "1"})
        self.keys = KeySet([self._key])

    @property
    def description(self):
        """What it says of itself."""
        places = {"authorization": "authorize", "token": "token", "userinfo": "who"}
        return {
            "issuer": self.at,
            "jwks_uri": f"{self.at}/jwks",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
            **{f"{name}_endpoint": f"{self.at}/{place}" for name, place in places.items()},
        }

    def id_token(self):
        """Who the person is, signed."""
        now = int(time.time())
        claims = {"iss": self.at, "aud": self.client, "sub": "1", "iat": now, "exp": now + 300}
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self._key)


@contextmanager
def sign_on(client, secret, person):
    """The house, open until the block ends."""
    house = House(client, secret, person)
    thread = threading.Thread(target=house.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield house
    finally:
        house.shutdown()
        house.server_close()
