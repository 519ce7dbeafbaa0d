"""Purpose: a real SMTP server that prints what it is handed, one line of JSON each, the first with its port.

How it treats a mail is in the name before the @ of the recipient:
later-rcpt, never-rcpt (answers to the address), later-data, never-data (answers to the content),
silent (no answer to the content), hangup (the connection ends in place of an answer).
"""

import asyncio
import email
import email.policy
import json

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

ANSWERS_TO_ADDRESS = {"later-rcpt": "451 4.3.0 not now", "never-rcpt": "550 5.1.1 <never-rcpt@example.com> is nobody"}
ANSWERS_TO_CONTENT = {"later-data": "451 4.3.0 not now", "never-data": "554 5.7.1 we do not like it"}


def show(value):
    print(json.dumps(value), flush=True)


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"us:er", b"s3cret@/")
    session.login = data.login.decode() if right else None
    # Not handled: the server answers 535 itself.
    return AuthResult(success=right, handled=right)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = ANSWERS_TO_ADDRESS.get(address.split("@")[0])
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = envelope.rcpt_tos[0].split("@")[0]
        if name == "silent":
            await asyncio.sleep(600)
        if name == "hangup":
            server.transport.abort()
            return "250 never heard"
        if name in ANSWERS_TO_CONTENT:
            return ANSWERS_TO_CONTENT[name]
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        show(
            {
                "login": getattr(session, "login", None),
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "headers": [[name, str(value)] for name, value in mail.items()],
                "kinds": [part.get_content_type() for part in mail.walk()],
                "text": mail.get_body(("plain",)).get_content(),
                "html": mail.get_body(("html",)).get_content(),
                "raw": envelope.content.decode("latin-1"),
            }
        )
        return "250 2.0.0 taken"


async def main():
    def connection():
        return SMTP(
            Handler(), hostname="localhost", authenticator=authenticate, auth_require_tls=False, enable_SMTPUTF8=True
        )

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    show({"port": server.sockets[0].getsockname()[1]})
    await server.serve_forever()


asyncio.run(main())
