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

Found = Mapping[str, Sequence[Mapping[str, Any]]]

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
    'purpose': 'purpose',
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

    def everything(self, found: Found, files: Sequence[Sequence[str]], made_at: datetime) -> dict[str, Any]:
        """Give data.json; `files` names, for each photo in order, where it lies in the archive."""
        return {
            'made_at': self.value(made_at),
            'city': self.city.name.at(reader()),
            'you': self.rows(found['resident'], YOU)[0],
            'conversation': self.rows(found['conversation'], CONVERSATION)[0],
            'reports': [self._report(row, found['report_events']) for row in found['reports']],
            'drafts': [{'parked_at': self.value(row['parked_at']), **row['facts']} for row in found['drafts']],
            'photos': self._photos(found, files),
            'chat': self.rows(found['transcript'], CHAT),
            'updates': [self._update(row) for row in found['updates']],
            'notices': self.rows(found['notices'], NOTICE),
        }

    def rows(self, rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
        """Take the named columns of rows under their readable names."""
        return [{name: self.value(row[column]) for column, name in names.items()} for row in rows]

    def value(self, value: Any) -> Any:
        """Write times as ISO 8601 in the city's zone, and blot out codes that open a chat."""
        if isinstance(value, datetime):
            return value.astimezone(self.zone).isoformat(timespec='seconds')
        if isinstance(value, str):
            return codes.PATTERN.sub(BLOT, value)
        if isinstance(value, dict):
            return {name: self.value(part) for name, part in value.items()}
        return [self.value(part) for part in value] if isinstance(value, list) else value

    def _report(self, row: Mapping[str, Any], events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        unit = row['unit_code']
        place = {'latitude': row['lat'], 'longitude': row['lon'], 'words': row['place_words']}
        return {
            'number': self._number(row),
            'state': labels.state(row['state']),
            'category': labels.category(self.city, row['category']),
            'place': {'unit': unit, 'unit_name': labels.unit(self.city, unit), **place},
            **self.rows([row], REPORT)[0],
            'history': self.rows([event for event in events if event['report_id'] == row['id']], EVENT),
        }

    def _number(self, row: Mapping[str, Any]) -> str:
        return str(Number(self.city.prefix, row['year'], row['serial']))

    def _photos(self, found: Found, files: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
        numbers = {row['draft']: self._number(row) for row in found['reports']}
        return [
            {
                'files': list(names),
                'report': numbers.get(row['draft']),
                'place_in_photo': [row['exif_lat'], row['exif_lon']] if row['exif_lat'] is not None else None,
                **self.rows([row], PHOTO)[0],
            }
            for row, names in zip(found['photos'], files, strict=True)
        ]

    def _update(self, row: Mapping[str, Any]) -> dict[str, Any]:
        raw = orjson.loads(row['raw']) if row['raw'] else None
        return {**self.rows([row], UPDATE)[0], 'message': self.value(raw)}
