"""Addresses that people click: of the chat, and of the chat with a one-time code."""

from urllib.parse import quote

from lvbi.settings import Settings

ANYWHERE = {'0.0.0.0': '127.0.0.1', '::': '[::1]'}


def chat_link(settings: Settings, port: int | None = None) -> str:
    """Give the chat's address: below LVBI_PUBLIC_URL, else on this machine."""
    if settings.public_url:
        return f'{settings.public_url}/chat'
    host = settings.http_host
    shown = ANYWHERE.get(host) or (f'[{host}]' if ':' in host else host)
    return f'http://{shown}:{port or settings.http_port}/chat'


def code_link(chat: str, code: str) -> str:
    """Give the address that signs somebody in with a one-time code."""
    return f'{chat}?code={quote(code)}'
