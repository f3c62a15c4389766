"""Three portable SQLite files: connections, migrations, backups and one store per port."""
