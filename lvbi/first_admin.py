"""The first administrator: one staff member of the city, whose one-time code is renewed until somebody signs in."""

from bot.content.language import speaking
from bot.content.staff import role
from civic.city import City
from civic.staff import add_staff, has_admin, list_staff, renew_code
from storage.store import Store


async def first_admin_code(store: Store, city: City) -> str | None:
    """Give a one-time code (24 h) for the first administrator; None once an administrator has signed in."""
    async with store.read() as tx:
        if await has_admin(tx):
            return None
        waiting = [one.id for one in await list_staff(tx) if one.role == 'admin' and one.unit_code == city.root]
    with speaking('zh'):
        name = role('admin')
    async with store.begin() as tx:
        if waiting:
            return await renew_code(tx, min(waiting))
        _id, code = await add_staff(tx, city, name, 'admin', city.root)
        return code
