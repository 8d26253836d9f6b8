"""The head of a city pack, city.toml: what it says goes into civic.city.City as it stands."""

from typing import Any

from bot.content import pack_schema as schema
from civic.city import Hotline, Operator, Referral, Retention, Text


def head_of(head: schema.CityFile) -> dict[str, Any]:
    """Give the fields of a City that city.toml fills."""
    return {
        'code': head.code,
        'name': text_of(head.name),
        'root': head.unit,
        'county_word': text_of(head.county_word),
        'prefix': head.prefix,
        'timezone': head.timezone,
        'channels': head.channels,
        'hotlines': tuple(_hotline(row) for row in head.hotlines),
        'referrals': tuple(Referral(r.number, text_of(r.name), text_of(r.note), r.source) for r in head.referrals),
        'operator': Operator(text_of(head.operator.name), text_of(head.operator.contact)),
        'retention': Retention(**head.retention.model_dump()),
    }


def _hotline(row: schema.HotlineRow) -> Hotline:
    return Hotline(row.number, row.use, text_of(row.name), text_of(row.what_for), row.source)


def text_of(words: schema.Words) -> Text:
    """Take a text in both languages."""
    return Text(words.zh, words.en)
