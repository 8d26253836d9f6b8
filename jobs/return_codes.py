"""Return codes are taken out of their chats once there was time to write them down."""

from civic import codes
from jobs.house import JobHouse
from storage import arrivals


async def hide_codes(house: JobHouse) -> int:
    """Hide the codes that have stood for an hour; gives how many. A chat is locked before its code."""
    async with house.store.read() as tx:
        said = await codes.find_said(tx)
    for code_id, conversation_id in said:
        async with house.store.begin() as tx:
            await arrivals.lock(tx, conversation_id)
            await codes.hide(tx, code_id)
    return len(said)
