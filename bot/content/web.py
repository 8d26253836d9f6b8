"""Words of the web chat for requests that were not done: each says what to do."""

from typing import Any

from bot.content.language import _, marked

SENTENCES = {
    'unreadable': marked('This could not be read. Please reload the page and send it again.'),
    'too_long': marked('This is too long: at most {most} characters. Please send it in parts.'),
    'too_much': marked('This is too much at once. Please send it in parts.'),
    'too_slow': marked('The connection was too slow and the photo did not arrive. Please send it again.'),
    'elsewhere': marked('This page was opened from another address. Please open the chat anew from its own address.'),
    'signed_out': marked('This page has lost its conversation. Reload the page, or return with a code.'),
    'not_in_turn': marked('Something that you sent before is missing here; it is sent first.'),
    'come_back': marked('We cannot take anything just now. What you sent is not lost; please try again in a minute.'),
    'busy': marked('Many people are sending photos just now. Please try again in a moment.'),
    'uploading': marked('Two photos of yours are on their way already. Please wait until they have arrived.'),
    'too_fast': marked('You are sending very fast. Please wait {seconds} seconds; the rest is sent by itself then.'),
    'newcomers': marked(
        'Many new people came from your network just now. '
        'Please try again in an hour, or use another network, such as the mobile network.'
    ),
    'wrong_code': marked('This code is wrong, or it was used already. Please compare it once more.'),
    'not_here': marked('There is nothing here, or it is not for you. Please go back to the chat.'),
    'fault': marked('Sorry, something went wrong on our side. Please try again. Reference: {reference}'),
}


def sentence(code: str, facts: dict[str, Any]) -> str:
    """Word why a request was not done, for the reader."""
    return _(SENTENCES[code]).format(**facts)
