"""What the page may post, checked strictly: whatever else is in it is refused."""

from typing import Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from civic.words import CONTROLS
from web.declined import Declined

LONGEST = 4096  # characters of a text (Bot API, sendMessage)


def _readable(text: str) -> str:
    """Take out control characters and write line ends as one sign. Raises ValueError when nothing is left."""
    found = CONTROLS.sub('', text.replace('\r\n', '\n').replace('\r', '\n'))
    if not found.strip():
        raise ValueError('blank')
    return found


def _short(data: str) -> str:
    """Check the length of a button's data (Bot API: 64 bytes)."""
    if len(data.encode()) > 64 or CONTROLS.search(data):
        raise ValueError('not the data of a button')
    return data


Words = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST), AfterValidator(_readable)]
Token = Annotated[str, StringConstraints(pattern=r'^[A-Za-z0-9_-]{1,64}$')]
Tab = Annotated[str, StringConstraints(pattern=r'^[A-Za-z0-9_-]{8,32}$')]
Language = Annotated[str, StringConstraints(pattern=r'^[A-Za-z0-9_@.-]{0,64}$')]
Number = Annotated[int, Field(ge=1, lt=2**31)]
MessageId = Annotated[int, Field(ge=1, lt=2**53)]
# That a point lies on the Earth is checked by the dialog, which says so in the conversation.
Degrees = Annotated[float, Field(allow_inf_nan=False)]


class Shape(BaseModel):
    """Nothing is converted and nothing unknown is let through."""

    model_config = ConfigDict(extra='forbid', strict=True, frozen=True)


class Photo(Shape):
    """A photo that was uploaded before."""

    key: Token


class Place(Shape):
    """A point as the phone or the map gives it; degrees, WGS-84; accuracy in metres."""

    latitude: Degrees
    longitude: Degrees
    horizontal_accuracy: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None


class Message(Shape):
    """Words, a photo (alone, or one of an album), or a place: exactly one of them."""

    text: Words | None = None
    photo: Photo | None = None
    media_group_id: Token | None = None
    caption: Words | None = None
    location: Place | None = None

    @model_validator(mode='after')
    def _one_thing(self) -> Self:
        if [self.text, self.photo, self.location].count(None) != 2:
            raise ValueError('exactly one of text, photo, location')
        if self.photo is None and (self.media_group_id or self.caption):
            raise ValueError('only photos have captions and albums')
        return self


class Tap(Shape):
    """A button that was tapped, under the message with this frame id if it has one."""

    data: Annotated[str, StringConstraints(min_length=1), AfterValidator(_short)]
    message_id: MessageId | None = None


class Posted(Shape):
    """One update of a tab, which numbers them 1, 2, 3 …"""

    tab: Tab
    seq: Number
    language_code: Language | None = None
    message: Message | None = None
    callback_query: Tap | None = None

    @model_validator(mode='after')
    def _one_kind(self) -> Self:
        if (self.message is None) == (self.callback_query is None):
            raise ValueError('exactly one of message, callback_query')
        return self


class ReturnCode(Shape):
    """A code as somebody typed it."""

    code: Annotated[str, StringConstraints(max_length=64)]


S = TypeVar('S', bound=Shape)


def read_shape(kind: type[S], body: bytes) -> S:
    """Read JSON of one shape. Raises Declined 400; what was sent is never repeated."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as fault:
        errors: list[Any] = fault.errors(include_url=False, include_context=False, include_input=False)
        if any(error['type'] == 'string_too_long' and error['loc'][-1] in ('text', 'caption') for error in errors):
            raise Declined(400, 'too_long', most=LONGEST) from None
        raise Declined(400, 'unreadable') from None
