"""Words of the web chat for requests that were not done: each says what to do."""

from typing import Any

from bot.content.language import _


def _mark(msgid: str) -> str:
    """Mark a sentence for the catalogues (extracted as a keyword)."""
    return msgid


SENTENCES = {
    'unreadable': _mark('This could not be read. Please reload the page and send it again.'),
    'too_long': _mark('This is too long: at most {most} characters. Please send it in parts.'),
    'too_much': _mark('This is too much at once. Please send it in parts.'),
    'too_slow': _mark('The connection was too slow and the photo did not arrive. Please send it again.'),
    'elsewhere': _mark('This page was opened from another address. Please open the chat anew from its own address.'),
    'signed_out': _mark('This page has lost its conversation. Reload the page, or return with a code.'),
    'not_in_turn': _mark('Something that you sent before is missing here; it is sent first.'),
    'come_back': _mark('We cannot take anything just now. What you sent is not lost; please try again in a minute.'),
    'busy': _mark('Many people are sending photos just now. Please try again in a moment.'),
    'uploading': _mark('Two photos of yours are on their way already. Please wait until they have arrived.'),
    'too_fast': _mark('You are sending very fast. Please wait {seconds} seconds; the rest is sent by itself then.'),
    'newcomers': _mark(
        'Many new people came from your network just now. '
        'Please try again in an hour, or use another network, such as the mobile network.'
    ),
    'wrong_code': _mark('This code is wrong, or it was used already. Please compare it once more.'),
    'not_here': _mark('There is nothing here, or it is not for you. Please go back to the chat.'),
    'fault': _mark('Sorry, something went wrong on our side. Please try again. Reference: {reference}'),
}


def sentence(code: str, facts: dict[str, Any]) -> str:
    """Word why a request was not done, for the reader."""
    return _(SENTENCES[code]).format(**facts)
