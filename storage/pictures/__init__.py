"""Photos: checked, freed of everything but their pixels, and ready to be kept. Needs Pillow; import it late."""

from storage.pictures.limits import Limits, PictureRefused
from storage.pictures.pixels import Picture, clean
from storage.pictures.room import PictureRoom, PictureRoomFull

__all__ = ['Limits', 'Picture', 'PictureRefused', 'PictureRoom', 'PictureRoomFull', 'clean']
