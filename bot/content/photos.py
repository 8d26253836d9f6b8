"""Words about photos that cannot be taken."""

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
