"""The only place with SQL: tables, migrations, one writer, reads by purpose."""
