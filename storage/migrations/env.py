"""Alembic's entry: runs migrations on the connection that storage.schema hands over."""

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes['connection'],
    target_metadata=metadata,
    transactional_ddl=False,
    on_version_apply=lambda **_: context.config.attributes['step_done'](),
)
context.run_migrations()
