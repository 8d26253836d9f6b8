"""A cleaned photo as it is written down, whichever way it came."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from storage.pictures import Picture  # needs Pillow, which only those who make pictures load


def cleaned(picture: 'Picture', keys: Mapping[str, str]) -> dict[str, Any]:
    """Give what is known of a photo that was cleaned, by column; `keys` are those of its files, by kind."""
    latitude, longitude = picture.exif_place or (None, None)
    return {
        **{f'{kind}_key': key for kind, key in keys.items()},
        'sha256': picture.sha256,
        'dhash': picture.dhash,
        'width': picture.width,
        'height': picture.height,
        'exif_lat': latitude,
        'exif_lon': longitude,
    }
