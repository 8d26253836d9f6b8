"""Words for whoever runs the house from the command line: refusals, settings, what was done."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.content.language import _, reader
from civic.city import Category, Unit

Facts = Mapping[str, Any]

# Refusals of the command line; bot.content.refusals words them with all others.
SENTENCES: dict[str, Callable[[dict[str, Any]], str]] = {
    'no_such_role': lambda facts: _('There is no such role; there are: {roles}').format(**facts),
    'not_a_unit_code': lambda facts: _('There is no unit "{asked}"; there are: {units}').format(
        asked=facts['asked'], units=_named(facts['units'])
    ),
    'not_a_state': lambda facts: _('There is no state "{asked}"; there are: {states}').format(**facts),
    'not_a_category_code': lambda facts: _('There is no category "{asked}"; there are: {categories}').format(
        asked=facts['asked'], categories=_named(facts['categories'])
    ),
    'not_a_day': lambda facts: _('"{asked}" is not a day; write it like 2026-11-21.').format(**facts),
    'days_reversed': lambda facts: _('The last day lies before the first.'),
    'no_such_report': lambda facts: _('There is no report {asked}.').format(**facts),
    'no_such_member': lambda facts: _('Nobody of the staff has the number {asked}; see: lvbi staff list').format(
        **facts
    ),
    'name_needed': lambda facts: _('The name must have 1 to 60 characters on one line.'),
    'file_there': lambda facts: _('{path} is there already; --force replaces it.').format(**facts),
    'file_not_writable': lambda facts: _('{path} cannot be written: {said}').format(**facts),
    'file_form_unknown': lambda facts: _(
        'The form of {path} is not known; say --format csv, xlsx or geojson.'
    ).format(**facts),
    'terminal_gets_no_xlsx': lambda facts: _('An XLSX file cannot be shown here; name a file with -o.'),
    'store_unreachable': lambda facts: _('LVBI_DATABASE_URL: the database cannot be reached ({said}).').format(
        **facts
    ),
    'store_empty': lambda facts: _('The store is empty; run: lvbi init'),
    'store_older': lambda facts: _(
        'The store has schema {found}, this version needs {needed}; run: lvbi init'
    ).format(**facts),
    'store_newer': lambda facts: _(
        'The store has schema {found}, which this version does not know (it needs {needed}); install the newer Lvbi.'
    ).format(**facts),
    'store_busy': lambda facts: _('Another process holds the store for too long; please try again.'),
    'media_unreachable': lambda facts: f'LVBI_MEDIA_URL: {facts["said"]}',
    'broken_pack': lambda facts: f'LVBI_CITY: {facts["said"]}',
    'needs_postgres': lambda facts: _(
        'On SQLite one process does everything; run: lvbi run ("{command}" needs LVBI_DATABASE_URL=postgresql://…)'
    ).format(**facts),
    'port_taken': lambda facts: _(
        'LVBI_HTTP_PORT: port {port} is taken; stop what uses it or choose another.'
    ).format(**facts),
    'cannot_listen': lambda facts: _('LVBI_HTTP_HOST: cannot listen on {host}, port {port}: {said}').format(**facts),
    'already_running': lambda facts: _('Another "lvbi run" uses this store already ({path}).').format(**facts),
    'no_such_letter': lambda facts: _('There is no dead letter {reference}; it may have been replayed.').format(
        **facts
    ),
    'letter_blanked': lambda facts: _('The words of {reference} were deleted when their time was over.').format(
        **facts
    ),
    'telegram_token_refused': lambda facts: _(
        'LVBI_TELEGRAM_TOKEN: the Bot API server {base} does not know this token; copy it from BotFather again.'
    ).format(**facts),
    'channel_closed': lambda facts: _('{reference} came over the channel {channel}, which is not open here.').format(
        **facts
    ),
}

# Why a setting cannot be used. Never with the value of a secret.
FAULTS: dict[str, Callable[[Facts], str]] = {
    'int_parsing': lambda facts: _('must be a whole number'),
    'bool_parsing': lambda facts: _('must be 1 or 0'),
    'greater_than_equal': lambda facts: _('must be at least {ge}').format(**facts),
    'less_than_equal': lambda facts: _('must be at most {le}').format(**facts),
    'literal_error': lambda facts: _('must be one of: {choices}').format(
        choices=str(facts['expected']).replace("'", '').replace(' or ', ', ')
    ),
    'string_too_short': lambda facts: _('must have at least {min_length} characters').format(**facts),
    'too_short': lambda facts: _('must have at least {min_length} characters').format(**facts),
    'no_such_city': lambda facts: _('there is no city pack "{value}"; there are: {choices}').format(**facts),
    'not_a_database': lambda facts: _('must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE'),
    'tls_by_environment': lambda facts: _('has no ssl options: set PGSSLMODE=require (or stricter) instead'),
    'not_a_token': lambda facts: _('must be the token that BotFather gave, such as 123456789:AAE…'),
    'for_tests_only': lambda facts: _('kills this process on purpose; only tests may set it'),
    'no_such_fault': lambda facts: _('there is no such fault point; there are: {choices}').format(**facts),
    'https_needed': lambda facts: _('must begin with https://; Telegram posts to nothing else'),
    'less_than': lambda facts: _('must be below {lt}: the numbers of groups are negative').format(**facts),
    'no_such_channel': lambda facts: _('there is no channel "{value}"; there are: {choices}').format(**facts),
    'needed_for_s3': lambda facts: _('is missing: LVBI_MEDIA_URL names an S3 bucket'),
    'needed_with': lambda facts: _('is missing: it belongs to {other}').format(**facts),
    'not_a_web_address': lambda facts: _('must be http://HOST or https://HOST, with nothing after the host'),
    'not_a_tile_address': lambda facts: _('must be http(s)://… with {holes} in it').format(holes='{z}, {x}, {y}'),
    'unreadable': lambda facts: _('cannot be read ({said}); it must be a UTF-8 text file').format(**facts),
}


def _named(things: Iterable[Unit | Category]) -> str:
    return ', '.join(f'{one.code} {one.name.at(reader())}' for one in things)


def setting(variable: str, why: str, facts: Facts) -> str:
    """Say in one line what is wrong with a setting."""
    found = FAULTS.get(why)
    return f'{variable}: {found(facts) if found else facts.get("said", why)}'


def running(city: str, chat: str | None, bot: str | None) -> list[str]:
    """The house is open: where to click."""
    lines = [_('Lvbi is open for {city}. Ctrl+C closes it.').format(city=city)]
    if chat is not None:
        lines.append(_('  Chat: {link}').format(link=chat))
    if bot is not None:
        lines.append(_('  Telegram: {name}').format(name=bot))
    return lines


def first_admin(link: str) -> str:
    """The way in for the first administrator."""
    return _('  Administrator, sign in once within 24 hours: {link}').format(link=link)


def jobs_running(city: str) -> str:
    """The jobs are at work."""
    return _('The jobs of {city} are running. Ctrl+C stops them.').format(city=city)


def initialised(found: str | None, needed: str, units: int) -> str:
    """What `lvbi init` did."""
    if found == needed:
        return _('The store was up to date (schema {needed}); {units} units copied.').format(
            needed=needed, units=units
        )
    return _('The store now has schema {needed}; {units} units copied.').format(needed=needed, units=units)


def member_added(member: int, code: str, link: str) -> list[str]:
    """A staff member's way in."""
    return [
        _('Staff no. {id} may sign in once, within 24 hours, by this link:').format(id=member),
        f'  {link}',
        _('or by sending this to the chat: {words}').format(words=f'/start {code}'),
    ]


def member_removed(member: int) -> str:
    """Somebody's rights ended."""
    return _('Staff no. {id} has no rights any more; the name stays in the history.').format(id=member)


def staff_columns() -> list[str]:
    """The heads of the list of staff."""
    return [_('No.'), _('Name'), _('Role'), _('Unit'), _('Signed in')]


def report_columns() -> list[str]:
    """The heads of the list of reports."""
    return [_('Number'), _('State'), _('Category'), _('Unit'), _('Filed'), _('In hand of')]


def no_reports() -> str:
    """Nothing fits."""
    return _('No report fits.')


def exported(count: int, path: str) -> str:
    """An export is done."""
    return _('{count} reports written to {path}.').format(count=count, path=path)


def replayed(outcome: str, reference: str | None) -> str:
    """What came of replaying a dead letter."""
    said = {
        'heard': _('It went through; the resident has the answer.'),
        'refused': _('It was heard and refused with a sentence to the resident; the letter is closed.'),
        'again': _('It had been replayed before; nothing was changed.'),
        'dead': _('It failed again; the new reference is {reference}.').format(reference=reference),
    }
    return said.get(outcome, outcome)
