"""A mail server on this machine that refuses, stalls and cuts as it is told, and counts what reached it."""

import socketserver
import threading


class MailServer:
    """Speaks SMTP on a free port of 127.0.0.1."""

    def __init__(self, host="127.0.0.1"):
        self.refused = {}  # what is said to an address instead of 250
        self.greeting = "220 here"
        self.after_data = (
            "250 kept"  # None: nothing more is said and the connection is cut; "": nothing more is said
        )
        self.cut_after = set()  # addresses after whose mail nothing more is said
        self.cut_before_data = 0  # so many connections are cut when a second mail begins
        self.connections, self.mails = 0, []
        self.stop = threading.Event()
        server = self

        class Talk(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write(text.encode() + b"\r\n")

            def handle(self):
                server.connections += 1
                self.say(server.greeting)
                to, mails = [], 0
                while line := self.rfile.readline().decode().strip():
                    word = line.upper()
                    if word.startswith(("EHLO", "HELO")):
                        self.say("250 here")
                    elif word.startswith("MAIL"):
                        if mails and server.cut_before_data:
                            server.cut_before_data -= 1
                            return
                        to = []
                        self.say("250 ok")
                    elif word.startswith("RCPT"):
                        address = line.partition("<")[2].partition(">")[0]
                        answer = server.refused.get(address, "250 ok")
                        to += [address] if answer.startswith("250") else []
                        self.say(answer)
                    elif word == "DATA":
                        self.say("354 go on")
                        content = []
                        while (part := self.rfile.readline()) != b".\r\n":
                            if not part:  # whoever was handing it in is gone
                                return
                            content.append(part.decode())
                        said = server.take(to, "".join(content))
                        mails += 1
                        if said is None:
                            return
                        if not said:
                            server.stop.wait(20)
                            return
                        self.say(said)
                    elif word == "QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server((host, 0), Talk)
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()
        self.port = self.server.server_address[1]

    def take(self, to, content):
        """A mail has come; what is said to it: None cuts the connection, "" keeps it waiting."""
        self.mails.append((to, content))
        return None if self.cut_after & set(to) else self.after_data

    def url(self, to="a@example.cn"):
        return f"mailto://127.0.0.1:{self.port}/?from=duban@example.cn&to={to}"

    def close(self):
        self.stop.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
