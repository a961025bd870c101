"""Django's migrate, which on PostgreSQL also raises the wall over the tables it leaves (townships.wall)."""

from django.conf import settings
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from townships import wall_build


class Command(migrate.Command):
    def handle(self, *args, **options) -> None:
        connection = connections[options["database"]]
        asks_only = options["plan"] or options["check_unapplied"]
        walled = connection.vendor == "postgresql" and not asks_only
        if walled and self._changes_tables(connection):
            wall_build.close(connection)
        super().handle(*args, **options)
        # A migration back or to somewhere in between leaves tables that the models do not know: the wall stays closed.
        if walled and not self._changes_tables(connection):
            wall_build.raise_wall(connection)
            if settings.WALL_ROLE:
                wall_build.admit(connection, settings.WALL_ROLE)

    @staticmethod
    def _changes_tables(connection) -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
