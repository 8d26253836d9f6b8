"""Where a request may come from: our own pages only, told by what the browser says of itself."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request

from web.declined import Declined

PORTS = {'http': 80, 'https': 443}


def check_origin(connection: HTTPConnection, public_url: str | None) -> None:
    """Refuse what another site's page sends. Raises Declined 403.

    Browsers name the origin of every POST and every socket; what names none is no page of another site. `public_url`
    is the only origin when it is set (a proxy may rewrite Host); otherwise it is the host that was asked.
    """
    origin = connection.headers.get('origin')
    if origin is None:
        if connection.headers.get('sec-fetch-site', 'none') not in ('same-origin', 'none'):
            raise Declined(403, 'elsewhere')
        return
    scheme, host = _parts(origin)
    ours = _parts(public_url) if public_url else _parts(f'{scheme}://{connection.headers.get("host", "")}')
    if not host or (scheme, host) != ours:
        raise Declined(403, 'elsewhere')


def check_kind(request: Request, kind: str) -> None:
    """Refuse a body of another kind (`kind` ends with / for any of its subtypes). Raises Declined 415."""
    said = request.headers.get('content-type', '').split(';')[0].strip().lower()
    if not (said.startswith(kind) if kind.endswith('/') else said == kind):
        raise Declined(415, 'unreadable')


def _parts(address: str) -> tuple[str, str]:
    """Take scheme and host with its port out of an origin, as browsers write them; '' for what is no address."""
    try:
        parts = urlsplit(address.lower())
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return '', ''
    plain = bool(parts.hostname) and '@' not in parts.netloc  # a browser names no user
    return parts.scheme, f'{parts.hostname}:{port}' if plain else ''
