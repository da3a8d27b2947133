"""The history of the tables. To change them, add `versions/v000N_what.py` after the newest one.

A revision spells out its own columns: it must do the same when `citas.store.schema` has moved on.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Connection

from citas.errors import StoreError

HERE = Path(__file__).parent


def upgrade(connection: Connection, to: str = "head") -> None:
    """Bring the tables to a revision, the newest by default, inside the connection's transaction."""
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, to)
    except CommandError as error:
        raise StoreError(f"the tables belong to another version of this service: {error}") from error


def check(connection: Connection) -> None:
    """Raise `StoreError` unless the tables are those of this version."""
    found = MigrationContext.configure(connection).get_current_revision()
    if found != ScriptDirectory.from_config(_config()).get_current_head():
        raise StoreError(f"the tables are those of another version of this service ({found or 'none'})")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    return config
