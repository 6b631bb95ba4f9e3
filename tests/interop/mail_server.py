"""A mail server for tests: python3-aiosmtpd, what it takes parsed by Python's email package.

mail_server.py DIRECTORY [--tls CERTIFICATE KEY [--implicit]] [--password PASSWORD] [--port PORT]
  DIRECTORY/port    written when it listens
  DIRECTORY/mode    how it answers: ok, recipient450, recipient550, content451, content554
  DIRECTORY/taken   one JSON object a line for each mail taken
  DIRECTORY/asked   a byte for each recipient named
"""
import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl

from aiosmtpd.smtp import SMTP, AuthResult

parser = argparse.ArgumentParser()
parser.add_argument('directory')
parser.add_argument('--tls', nargs=2)
parser.add_argument('--implicit', action='store_true')
parser.add_argument('--password')
parser.add_argument('--port', type=int, default=0)
options = parser.parse_args()


def at(name):
    return os.path.join(options.directory, name)


def mode():
    with open(at('mode')) as file:
        return file.read().strip()


ANSWERS = {
    'recipient450': '450 4.2.0 come again later',
    'recipient550': '550 5.1.1 no such user here',
    'content451': '451 4.3.0 not now',
    'content554': '554 5.7.1 not wanted',
}


def parsed(envelope):
    message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
    parts = {}
    for part in message.walk():
        if not part.is_multipart():
            parts[part.get_content_type()] = part.get_content()
    return {
        'from': envelope.mail_from,
        'to': envelope.rcpt_tos,
        'type': message.get_content_type(),
        'fields': [[name.lower(), str(value)] for name, value in message.items()],
        'parts': parts,
        'defects': [repr(defect) for part in message.walk() for defect in part.defects],
    }


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        with open(at('asked'), 'a') as file:
            file.write('.')
        if mode().startswith('recipient'):
            return ANSWERS[mode()]
        envelope.rcpt_tos.append(address)
        return '250 OK'

    async def handle_DATA(self, server, session, envelope):
        if mode().startswith('content'):
            return ANSWERS[mode()]
        mail = parsed(envelope)
        tls = server.transport.get_extra_info('sslcontext') is not None
        mail['tls'] = tls
        mail['authenticated'] = bool(session.authenticated)
        with open(at('taken'), 'a') as file:
            file.write(json.dumps(mail) + '\n')
        return '250 OK'


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == b'desk' and data.password == options.password.encode()
    return AuthResult(success=good, handled=good)


async def serve():
    more = {}
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
        if not options.implicit:
            more.update(tls_context=context, require_starttls=True)
    if options.password:
        more.update(authenticator=authenticate, auth_required=True)
        # aiosmtpd knows of STARTTLS alone.
        more.update(auth_require_tls=not options.implicit)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Handler(), hostname='mail.example', **more), '127.0.0.1', options.port,
        ssl=context if options.implicit else None)
    with open(at('port.new'), 'w') as file:
        file.write(f'{server.sockets[0].getsockname()[1]}\n')
    os.rename(at('port.new'), at('port'))
    await server.serve_forever()


asyncio.run(serve())
