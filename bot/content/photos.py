"""Words about photos, voice messages and videos that cannot be taken."""

from bot.content.language import _


def refusal(code: str) -> str:
    """Say why a photo was not taken and what to do; `code` as in storage.pictures."""
    sentences = {
        'too_big': _('This photo is too large (at most 20 MB). Please send a smaller one.'),
        'too_many_pixels': _('This photo has too many pixels. Please send a smaller one.'),
        'not_a_picture': _('This is not a photo. Please send a photo (JPEG, PNG, WebP or HEIC).'),
        'kind_not_allowed': _('We cannot take this kind of picture. Please send JPEG, PNG, WebP or HEIC.'),
        'animated': _('We cannot take moving pictures. Please send a single photo.'),
        'broken': _('This photo is broken. Please take it again or send another one.'),
    }
    return sentences.get(code) or _('This photo could not be taken. Please send another one.')


def recording_refusal(code: str) -> str:
    """Say why a voice message or a video was not taken and what to do; `code` as in storage.recordings."""
    sentences = {
        'too_big': _('This recording is larger than 20 MB. Please send a shorter one.'),
        'too_long': _(
            'This recording is too long. Please send a shorter one: voice up to 2 minutes, video up to 60 s.'
        ),
        'not_a_recording': _('We cannot play this kind of recording. Please record it in the chat and send it.'),
    }
    return sentences.get(code) or _('This recording is broken. Please send it once more.')
