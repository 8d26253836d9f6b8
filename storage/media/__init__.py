"""Where photos and documents lie: a local folder or any S3, behind one small door.

No database and no meaning here: a key is random, and only rows elsewhere know what it stands for. Never
called inside a transaction.
"""

from storage.media.keys import KINDS, is_key, new_key
from storage.media.store import MediaStore
from storage.media.trouble import MediaMissing, MediaUnreachable

__all__ = ['KINDS', 'MediaMissing', 'MediaStore', 'MediaUnreachable', 'is_key', 'new_key']
