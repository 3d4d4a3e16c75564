"""Alembic runs this with the connection that ``bot.store.migrate`` opened, inside its transaction."""

from alembic import context
from sqlalchemy import Connection

from bot.store.tables import Base

connection = context.config.attributes["connection"]
assert isinstance(connection, Connection)
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
context.run_migrations()
