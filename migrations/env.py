"""Alembic environment: runs the revisions inside the transaction of the connection it is given, or not at all.

The program opens the file, copies it, begins the transaction and checks the outcome (crf_app/store/migrate.py); this
file knows neither path nor key.
"""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # One transaction for all revisions: half a migration would be neither format.
    transactional_ddl=True,
    transaction_per_migration=False,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
