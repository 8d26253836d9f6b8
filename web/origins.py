"""Where a request may come from: our own pages only, told by what the browser says of itself."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request

from web.declined import Declined


def check_origin(connection: HTTPConnection, public_url: str | None) -> None:
    """Refuse what another site's page sends. Raises Declined 403.

    Browsers name the origin of every POST and every socket; what names none is no page of another site. Behind a
    proxy that rewrites Host, `public_url` is what pages call their origin.
    """
    origin = connection.headers.get('origin')
    if origin is None:
        if connection.headers.get('sec-fetch-site', 'none') not in ('same-origin', 'none'):
            raise Declined(403, 'elsewhere')
        return
    own = {connection.headers.get('host', '').lower(), _host(public_url or '')} - {''}
    if _host(origin) not in own:
        raise Declined(403, 'elsewhere')


def check_kind(request: Request, kind: str) -> None:
    """Refuse a body of another kind (`kind` ends with / for any of its subtypes). Raises Declined 415."""
    said = request.headers.get('content-type', '').split(';')[0].strip().lower()
    if not (said.startswith(kind) if kind.endswith('/') else said == kind):
        raise Declined(415, 'unreadable')


def _host(address: str) -> str:
    """Take host and port out of an origin; '' for 'null' and what is no address."""
    try:
        return urlsplit(address).netloc.lower()
    except ValueError:
        return ''
