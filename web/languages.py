"""Which language to speak before we know the person: what the browser asks for."""

from starlette.requests import HTTPConnection

from bot.content.language import locale_of


def asked_locale(connection: HTTPConnection) -> str:
    """Give the locale of the first language that the browser names; Chinese when it names none."""
    first = connection.headers.get('accept-language', '').split(',')[0].split(';')[0].strip()
    return locale_of(None if first == '*' else first)
