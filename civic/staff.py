"""Staff: who works where, one-time sign-in, and the units of the city."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update

from civic import audit, codes
from civic.city import City
from civic.people import ROLES, StaffMember, path_and_above
from civic.refusals import Refusal
from civic.reports.returns import return_cases
from storage import inbox, transcript
from storage.store import ReadTx, Tx
from storage.tables import conversations, staff, units
from storage.tables import inbox as updates
from storage.tables import transcript as frames
from storage.transcript import SETTLED
from storage.upsert import upsert


async def copy_units(tx: Tx, city: City) -> None:
    """Copy the pack's units into the store; names follow the pack, codes never go away."""
    statement = upsert(tx.dialect, units)
    newer = {name: statement.excluded[name] for name in ('name_zh', 'name_en', 'parent', 'path')}
    rows = [
        {
            'code': unit.code,
            'kind': unit.kind,
            'name_zh': unit.name.zh,
            'name_en': unit.name.en,
            'parent': unit.parent,
            'path': unit.path,
        }
        for unit in city.units
    ]
    await tx.execute(statement.on_conflict_do_update(index_elements=['code'], set_=newer), rows)


async def add_staff(tx: Tx, city: City, name: str, role: str, unit_code: str) -> tuple[int, str]:
    """Add a staff member; gives his id and a one-time code (24 h). Raises Refusal no_such_role, no_such_unit."""
    if role not in ROLES:
        raise Refusal('no_such_role', roles=', '.join(ROLES))
    unit = city.find_unit(unit_code)
    if unit is None:
        raise Refusal('no_such_unit')
    row = {'name': name, 'role': role, 'unit_code': unit.code, 'unit_path': unit.path, 'created_at': tx.now}
    staff_id = (await tx.execute(insert(staff).returning(staff.c.id), row)).scalar_one()
    await audit.note(tx, None, 'add', 'staff', staff_id, role=role, unit=unit.code)
    return staff_id, await codes.issue(tx, 'staff', staff_id=staff_id)


async def renew_code(tx: Tx, staff_id: int) -> str:
    """Give a staff member a new one-time code. Raises Refusal no_such_staff."""
    await get_staff(tx, staff_id)
    await audit.note(tx, None, 'renew_code', 'staff', staff_id)
    return await codes.issue(tx, 'staff', staff_id=staff_id)


async def sign_in(tx: Tx, resident_id: int, code: str, who: codes.Who) -> StaffMember | None:
    """Bind the person who has the code to its staff member; None if it is wrong. Raises Refusal too_many_tries."""
    used = await codes.use(tx, 'staff', code, who)
    if used is None:
        return None
    member = await get_staff(tx, used.staff_id)
    here, he = staff.c.resident_id == resident_id, staff.c.id == member.id
    await _unbind(tx, or_(and_(here, ~he), and_(he, ~here)))
    bound = {'resident_id': resident_id, 'signed_in_at': tx.now}
    await tx.execute(update(staff).where(staff.c.id == member.id).values(**bound))
    await audit.note(tx, member, 'sign_in', 'staff', member.id)
    return member


async def sign_out(tx: Tx, member: StaffMember) -> None:
    """Unbind a staff member from this chat: what he was shown there cannot be read any more, his cases are free."""
    await _unbind(tx, staff.c.id == member.id)
    await audit.note(tx, member, 'sign_out', 'staff', member.id, returned=await return_cases(tx, member))


async def remove_staff(tx: Tx, staff_id: int) -> None:
    """End somebody's rights at once; his name stays in the history. Raises Refusal no_such_staff."""
    member = await get_staff(tx, staff_id)
    await _unbind(tx, staff.c.id == staff_id)
    await tx.execute(update(staff).where(staff.c.id == staff_id).values(removed_at=tx.now))
    await audit.note(tx, None, 'remove', 'staff', staff_id, returned=await return_cases(tx, member))


async def _unbind(tx: Tx, which: ColumnElement[bool]) -> None:
    """Unbind members from their chats: an open page there loads itself anew, a job takes out what they were shown."""
    bound = select(staff.c.resident_id).where(which, staff.c.resident_id.is_not(None))
    theirs = update(conversations).where(conversations.c.resident_id.in_(bound))
    cleared = theirs.values(cleared=conversations.c.cleared + 1).returning(conversations.c.id)
    for row in (await tx.execute(cleared)).all():
        tx.ring('chat', row.id)
    bound_ones = update(staff).where(which, staff.c.resident_id.is_not(None))
    await tx.execute(bound_ones.values(resident_id=None, left_at=tx.now))


async def list_left(tx: ReadTx) -> list[Row[Any]]:
    """List members (id, left_at) whose former chats still hold what they were shown."""
    left = select(staff.c.id, staff.c.left_at).where(staff.c.left_at <= tx.now - SETTLED)
    return list((await tx.execute(left.order_by(staff.c.id))).all())


async def take_back(tx: Tx, staff_id: int, left_at: datetime) -> bool:
    """Take a batch of what a member was shown until then out of his chats; False when nothing is left of it."""
    removed = await transcript.remove(tx, (frames.c.staff_id == staff_id) & (frames.c.at <= left_at))
    if await inbox.blank(tx, (updates.c.staff_id == staff_id) & (updates.c.heard_at <= left_at)) or removed:
        return True
    mine = (staff.c.id == staff_id) & (staff.c.left_at == left_at)
    done = update(staff).where(mine).values(left_at=None).returning(staff)
    row = (await tx.execute(done)).one_or_none()
    if row is not None and row.resident_id is None:
        await return_cases(tx, _member_of(row))  # what he took up at the very moment
    return False


async def get_staff(tx: Tx | ReadTx, staff_id: int) -> StaffMember:
    """Read a staff member. Raises Refusal no_such_staff."""
    known = select(staff).where(staff.c.id == staff_id, staff.c.removed_at.is_(None))
    row = (await tx.execute(known)).one_or_none()
    if row is None:
        raise Refusal('no_such_staff')
    return _member_of(row)


def _member_of(row: Row[Any]) -> StaffMember:
    return StaffMember(row.id, row.name, row.role, row.unit_code, row.unit_path)


async def find_member(tx: Tx | ReadTx, resident_id: int) -> StaffMember | None:
    """Find the staff member that a resident is signed in as."""
    signed_in = select(staff).where(staff.c.resident_id == resident_id, staff.c.removed_at.is_(None))
    row = (await tx.execute(signed_in)).one_or_none()
    return None if row is None else _member_of(row)


async def name_of(tx: Tx, staff_id: int) -> str:
    """Give the name of somebody who is or was a member of the staff."""
    return str((await tx.execute(select(staff.c.name).where(staff.c.id == staff_id))).scalar_one())


async def list_staff(tx: ReadTx) -> list[Row[Any]]:
    """List all who were not removed, by unit and name."""
    present = select(staff).where(staff.c.removed_at.is_(None))
    return list((await tx.execute(present.order_by(staff.c.unit_path, staff.c.name))).all())


async def colleagues(tx: Tx, unit_path: str) -> list[StaffMember]:
    """List officers who may own a case of this unit: those whose subtree holds it."""
    able = select(staff).where(
        staff.c.removed_at.is_(None),
        staff.c.role.in_(('grid', 'handler', 'supervisor')),
        staff.c.unit_path.in_(path_and_above(unit_path)),
    )
    rows = await tx.execute(able.order_by(staff.c.unit_path.desc(), staff.c.name).limit(30))
    return [_member_of(row) for row in rows.all()]


async def has_admin(tx: ReadTx) -> bool:
    """Tell whether an admin has ever signed in."""
    seen = select(func.count()).where(staff.c.role == 'admin', staff.c.signed_in_at.is_not(None))
    return bool((await tx.execute(seen)).scalar_one())
