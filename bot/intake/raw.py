"""What is kept of an update as raw: what its sender did, without words of ours that a platform sends along."""

from typing import Any

TAPPED = ('message_id', 'date', 'chat')  # of the message under which a button stood; a replay needs no more
POINTED_AT = ('reply_to_message', 'external_reply', 'quote', 'pinned_message')


def raw_of(update: dict[str, Any]) -> dict[str, Any]:
    """Leave out the messages that an update points at: a tap of an officer carries the whole card of a case."""
    kept = dict(update)
    for kind in ('message', 'edited_message'):
        if said := update.get(kind):
            kept[kind] = {name: part for name, part in said.items() if name not in POINTED_AT}
    if (query := update.get('callback_query')) and query.get('message'):
        shown = query['message']
        kept['callback_query'] = query | {'message': {name: shown[name] for name in TAPPED if name in shown}}
    return kept
