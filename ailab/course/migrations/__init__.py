"""How the tables came to be, one file a change; Alembic runs those that a database has not seen."""
