"""Words about oneself: welcome, menu, help, settings, my data, forgetting."""

from typing import Any

from bot.content.calls import Call
from bot.content.language import _, counted, reader
from bot.content.say import data, say, say_with_menu
from civic.city import City, Hotline
from civic.people import Resident, StaffMember

NOTICE = '/notice'
# Words that open a list or a step without any command, in both languages.
REPORT_WORDS = ('反映', '我要反映', '反映问题', '随手拍', '举报', '投诉', 'report', 'report a problem')
MINE_WORDS = ('我的反映', '进度', '查进度', 'my reports')
HELP_WORDS = ('帮助', '怎么用', 'help')
HUMAN_WORDS = ('人工', '人工服务', '转人工', 'human')
SETTINGS_WORDS = ('设置', 'settings')
CANCEL_WORDS = ('取消', '算了', 'cancel')
STAFF_WORDS = ('工作台', 'work')
LATER_WORDS = ('绿币', '志愿', '问卷', 'coins', 'volunteering', 'survey')


PLACE = ('📍 发位置', '📍 Send a place')
MENU = {
    'report': ('📷 反映问题（随手拍）', '📷 Report a problem (snap it)'),
    'mine': ('📋 我的反映', '📋 My reports'),
    'settings': ('⚙ 设置', '⚙ Settings'),
    'help': ('❓ 帮助', '❓ Help'),
}


def menu() -> list[list[str]]:
    """The standing menu; its place button asks the phone for its location."""
    return [
        [_('📷 Report a problem (snap it)'), _('📍 Send a place')],
        [_('📋 My reports'), _('⚙ Settings'), _('❓ Help')],
    ]


def with_menu(text: str) -> Call:
    """A message that lays the standing menu."""
    return say_with_menu(text, menu(), _('📍 Send a place'))


def spoken() -> dict[str, tuple[str, ...]]:
    """The words of each topic, in every language: the menu's buttons and what people type."""
    topics = {
        'report': REPORT_WORDS,
        'mine': MINE_WORDS,
        'settings': SETTINGS_WORDS,
        'help': HELP_WORDS,
        'human': HUMAN_WORDS,
        'cancel': CANCEL_WORDS,
        'staff': STAFF_WORDS,
        'later': LATER_WORDS,
        'place': PLACE,
    }
    return {topic: (*words, *MENU.get(topic, ())) for topic, words in topics.items()}


def welcome(city: City) -> Any:
    """One screen: what this is, two sentences on data, and at once the thing to do."""
    return with_menu(
        _(
            'Hello! Here you can report pollution and other harm to the environment of {city}.\n\n'
            'We keep what you send only to handle it; you can see all of it with /mydata and delete it with /forget. '
            'By going on you agree to the data notice: {notice}\n\n'
            '📷 Now send a photo, or write one sentence about what happened.'
        ).format(city=city.name.at(reader()), notice=NOTICE)
    )


def step_by_step() -> Any:
    """The first words where the welcome stands on the page already."""
    return with_menu(_('Hello! We go step by step; you can stop at any time and go on later.'))


def notice_changed() -> Any:
    """The data notice has a new version."""
    return with_menu(_('The data notice has changed; by going on you agree to it: {notice}').format(notice=NOTICE))


def begin() -> Any:
    """After the welcome: what can be done."""
    return with_menu(_('📷 Send a photo, a place, or one sentence about what happened.'))


def help_text(city: City, *, has_page: bool) -> Any:
    """How it goes, and whom to call when it is urgent; large type and moving belong to the page of the web chat."""
    lines = [
        _('📷 To report something: send a photo, then say where it is. We ask for what is missing.'),
        _('📋 /myreports shows your cases and who has them.'),
        _('⚙ /settings: language, large type, another phone.') if has_page else _('⚙ /settings: language, my data.'),
        _('✖ /cancel leaves what you are doing.'),
        '',
        _('In danger, call at once:'),
    ]
    locale = reader()
    lines += [_hotline(line, locale) for line in city.hotlines if line.use == 'danger']
    lines += ['', _('You can talk to a person here:')]
    lines += [_hotline(line, locale) for line in city.hotlines if line.use == 'talk']
    return with_menu('\n'.join(lines))


def _hotline(line: Hotline, locale: str) -> str:
    words = {'number': line.number, 'name': line.name.at(locale), 'what_for': line.what_for.at(locale)}
    return _('☎ {number} {name}: {what_for}').format(**words)


def human(city: City) -> Any:
    """People to talk to."""
    locale = reader()
    lines = [_('You can talk to a person here:')]
    lines += [_hotline(line, locale) for line in city.hotlines if line.use == 'talk']
    lines.append(_('About a case of yours: open it under "My reports" and write; its officer reads it.'))
    return say('\n'.join(lines), [[(_('📋 My reports'), data('mine', 0))]])


def not_open_yet() -> Any:
    """Something that the city has not opened here."""
    return with_menu(_('This is not open yet. What you can do here now: report a problem.'))


def settings(resident: Resident, staff: StaffMember | None, *, has_page: bool) -> Any:
    """The settings; type and other phones are ours to care for only where the chat is a page of ours."""
    other = 'en' if resident.locale == 'zh' else 'zh'
    of_page = [
        [(_('Normal type') if resident.big else _('Large type'), data('big', 0 if resident.big else 1))],
        [(_('📱 Another phone, or a lost one'), data('return'))],
    ]
    rows = [
        [('English' if other == 'en' else '中文', data('lang', other))],
        *(of_page if has_page else []),
        [(_('📦 All my data'), data('mydata')), (_('🗑 Forget me'), data('forget'))],
    ]
    if staff:
        rows.append([(_('Sign out as staff'), data('staffout'))])
    return say(_('⚙ Settings'), rows)


def language_set() -> Any:
    """Said in the new language."""
    return with_menu(_('From now on we speak English.'))


def big_set(big: bool) -> Any:
    """Large type on or off."""
    return with_menu(_('Large type is on.') if big else _('Large type is off.'))


def return_code(code: str, *, staff: bool) -> Any:
    """A code that brings this chat to another device (civic.codes: VALID, STAFF_VALID, SAID_FOR)."""
    lines = [
        _('Your return code: {code}').format(code=code),
        _(
            'Write it down now: in an hour it is taken away here. '
            'Show it to nobody: whoever has it can open this chat.'
        ),
        _('On the other phone open this page, tap ⋮ and "Return with a code", and type it in.'),
        _('It works once, within 24 hours, because you work here as staff; this phone is signed out then.')
        if staff
        else _('It works once, within 90 days; this phone is signed out then.'),
    ]
    return say('\n\n'.join(lines))


def data_coming() -> Any:
    """The ZIP is being made."""
    return say(_('📦 We are putting your data together; the file comes here in a moment.'))


def forget_first() -> Any:
    """The first question."""
    return say(
        _(
            'Forget you? Your identity is removed from all cases at once. Words and photos are deleted too; '
            'those of open cases as soon as the case is closed. This cannot be undone.'
        ),
        [[(_('Go on'), data('forget', 'sure'))], [(_('No, keep everything'), data('cancel'))]],
    )


def forget_again() -> Any:
    """The second question."""
    return say(
        _('Really delete everything? You will no longer hear about your open cases.'),
        [[(_('Yes, forget me'), data('forget', 'yes'))], [(_('No, keep everything'), data('cancel'))]],
    )


def forgotten(still_open: int) -> Any:
    """Done, and what goes later."""
    if not still_open:
        return say(_('Done: your identity, words and photos are removed. The files are being deleted now.'))
    later = counted(
        'The words and photos of {count} open case are deleted as soon as it is closed.',
        'The words and photos of {count} open cases are deleted as soon as they are closed.',
        still_open,
    ).format(count=still_open)
    return say(_('Done: your identity is removed from everything.') + '\n' + later)


def cancelled() -> Any:
    """Out of whatever it was."""
    return with_menu(_('All right. What you began is kept under "My reports".'))


def nothing_to_cancel() -> Any:
    """There was nothing."""
    return with_menu(_('All right.'))


def edit_too_late() -> Any:
    """An earlier message was edited after it had been answered."""
    return say(_('You changed an earlier message; what was sent stays as it was. Please write the change anew.'))


def notice_text(city: City) -> Any:
    """The data notice, for chats that have no page for it."""
    lines = [
        line.lstrip('# ') if line.startswith('#') else line for line in city.notice.text.at(reader()).splitlines()
    ]
    return with_menu('\n'.join(lines).strip())


def old_button() -> Any:
    """A button of an older release."""
    return with_menu(_('This button is old. Please use the buttons below.'))


def not_understood() -> Any:
    """Words that lead nowhere."""
    return with_menu(_('We cannot read this here. Please send a photo, a place or text.'))
