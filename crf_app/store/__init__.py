"""The encrypted workspace on disk. The only place of SQLAlchemy, Alembic and SQLCipher."""
