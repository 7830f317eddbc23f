"""What Alembic runs: the migrations, on the connection that upgrade() holds."""

from alembic import context

from calendar_service.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()
