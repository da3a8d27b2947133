"""The history of the tables. To change them, add `versions/v000N_what.py` after the newest one.

A revision spells out its own columns: it must do the same when `citas.store.schema` has moved on.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy.engine import Connection

from citas.errors import StoreError

HERE = Path(__file__).parent


def upgrade(connection: Connection) -> None:
    """Bring the tables up to date, inside the connection's transaction."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(HERE).replace("%", "%%"))
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreError(f"the tables belong to another version of this service: {error}") from error
