"""Rows made readable: names for codes, times with the city's zone, nothing that only the house can use."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from bot.content.language import reader
from bot.content.reports import labels
from civic import codes
from civic.city import City
from civic.reports.numbers import Number

BLOT = '****-****-****'

YOU = {
    'locale': 'language',
    'big': 'large_type',
    'notice_version': 'data_notice_version',
    'consented_at': 'agreed_at',
    'created_at': 'known_since',
}
CONVERSATION = {
    'channel': 'channel',
    'chat_id': 'chat_number',
    'heard_at': 'last_heard_at',
    'state': 'step',
    'data': 'notes',
}
REPORT = {
    'words': 'words',
    'filed_at': 'filed_at',
    'accepted_at': 'accepted_at',
    'resolved_at': 'resolved_at',
    'closed_at': 'closed_at',
    'answer': 'your_answer',
}
EVENT = {'at': 'at', 'move': 'move', 'actor': 'by', 'reason': 'reason', 'words': 'words'}
PHOTO = {
    'received_at': 'received_at',
    'kind': 'kind',
    'purpose': 'purpose',
    'seconds': 'seconds',
    'width': 'width',
    'height': 'height',
    'sha256': 'sha256_of_original',
    'original_until': 'original_kept_until',
}
CHAT = {'at': 'at', 'method': 'method', 'params': 'content'}
UPDATE = {'heard_at': 'heard_at', 'outcome': 'outcome', 'replies': 'answers'}
NOTICE = {'code': 'about', 'facts': 'facts', 'state': 'state', 'created_at': 'written_at', 'said_at': 'said_at'}


class Readable:
    """Makes rows readable for the reader who is spoken to (within `speaking`)."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.zone = ZoneInfo(city.timezone)

    def head(self, person: Mapping[str, Any], chat: Mapping[str, Any], made_at: datetime) -> dict[str, Any]:
        """Give what data.json begins with."""
        return {
            'made_at': self.value(made_at),
            'city': self.city.name.at(reader()),
            'you': self.named(person, YOU),
            'conversation': self.named(chat, CONVERSATION),
        }

    def named(self, row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
        """Take the named columns of a row under their readable names."""
        return {name: self.value(row[column]) for column, name in names.items()}

    def value(self, value: Any) -> Any:
        """Write times as ISO 8601 in the city's zone, and blot out codes that open a chat."""
        if isinstance(value, datetime):
            return value.astimezone(self.zone).isoformat(timespec='seconds')
        if isinstance(value, str):
            return codes.PATTERN.sub(BLOT, value)
        if isinstance(value, dict):
            return {name: self.value(part) for name, part in value.items()}
        return [self.value(part) for part in value] if isinstance(value, list) else value

    def report(self, row: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
        """A report of his own, with those of `events` that are its history."""
        unit = row['unit_code']
        place = {'latitude': row['lat'], 'longitude': row['lon'], 'words': row['place_words']}
        return {
            'number': self._number(row),
            'state': labels.state(row['state']),
            'category': labels.category(self.city, row['category']),
            'place': {'unit': unit, 'unit_name': labels.unit(self.city, unit), **place},
            **self.named(row, REPORT),
            'history': [self.named(event, EVENT) for event in events if event['report_id'] == row['id']],
        }

    def _number(self, row: Mapping[str, Any]) -> str:
        return str(Number(self.city.prefix, row['year'], row['serial']))

    def draft(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A draft that was put aside."""
        return {'parked_at': self.value(row['parked_at']), **row['facts']}

    def photo(self, row: Mapping[str, Any], files: Sequence[str]) -> dict[str, Any]:
        """A photo; `files` names where it lies in the archive."""
        return {
            'files': list(files),
            'report': self._number(row) if row['serial'] is not None else None,
            'place_in_photo': [row['exif_lat'], row['exif_lon']] if row['exif_lat'] is not None else None,
            **self.named(row, PHOTO),
        }

    def frame(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Something that was said in the chat."""
        return self.named(row, CHAT)

    def update(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A message as it reached us."""
        raw = orjson.loads(row['raw']) if row['raw'] else None
        return {**self.named(row, UPDATE), 'message': self.value(raw)}

    def notice(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Something that we told of our own accord."""
        return self.named(row, NOTICE)
