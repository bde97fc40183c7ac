"""The schema: models and revisions say the same, and data of every earlier revision outlives the upgrade."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from outtray.audit.verify import verify
from outtray.model.errors import ProfileError
from outtray.opening import open_desk
from outtray.review.examining import examine_waiting
from outtray.review.rule_changes import all_rules
from outtray.review.rules import evaluate_all
from outtray.store.dialects import sqlite
from outtray.store.draft_reads import DraftReads
from outtray.store.search import search
from outtray.store.tables import Base
from outtray.store.upgrade import NEWEST, revision_of, upgrade
from tests.fakes.desks import MemorySecrets, propose

STORED = Path(__file__).parent / "stored"  # made by make_stored.py of that folder, once a revision


def made(tmp_path: Path) -> Path:
    path = tmp_path / "outtray.db"
    path.touch(mode=0o600)
    assert upgrade(path, tmp_path)
    return path


def schema(connection: Connection) -> dict[str, str]:
    """Each table, index and trigger as it was created, but for the search index and Alembic's own table."""
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        name: " ".join(sql.split())
        for name, sql in rows
        if not name.startswith(("drafts_search", "alembic_version", "sqlite_"))
    }


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_revisions_make_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    revisions = sqlite.reading_engine(made(tmp_path))
    models = sqlite.writing_engine(tmp_path / "models" / "outtray.db")
    with revisions.begin() as upgraded, models.begin() as fresh:
        Base.metadata.create_all(fresh)
        for statement in sqlite.APPEND_ONLY:
            fresh.exec_driver_sql(statement)
        assert schema(upgraded) == schema(fresh)
        # Alembic sees types as the database does; it can't read the direction of an index's column.
        context = MigrationContext.configure(upgraded, opts={"compare_type": True, "include_name": _compared})
        assert compare_metadata(context, Base.metadata) == []
    revisions.dispose()
    models.dispose()


def _compared(name: str | None, kind: str, _parents: object) -> bool:
    if kind == "index":
        return name not in {"ix_drafts_by_priority", "ix_drafts_by_score"}
    return not (kind == "table" and str(name).startswith("drafts_search"))


def test_an_upgrade_happens_once_and_a_new_profile_needs_no_copy(tmp_path: Path) -> None:
    path = made(tmp_path)
    assert revision_of(path) == NEWEST
    assert not upgrade(path, tmp_path)
    assert [file.name for file in tmp_path.glob("before-*")] == []


@pytest.mark.parametrize("revision", [path.name.partition(".")[0] for path in STORED.glob("*.db.gz")])
def test_a_profile_of_an_earlier_revision_keeps_its_data(tmp_path: Path, revision: str) -> None:
    folder = tmp_path / "profile"
    folder.mkdir(mode=0o700)
    (folder / "outtray.db").write_bytes(gzip.decompress((STORED / f"{revision}.db.gz").read_bytes()))
    assert revision_of(folder / "outtray.db") == revision
    desk = open_desk(folder, secret_store=MemorySecrets())
    assert revision_of(desk.profile.database) == NEWEST
    copies = [file.name for file in desk.profile.backups.iterdir()]
    assert copies == ([] if revision == NEWEST else [f"before-upgrade-from-{revision}.db"])
    reads = DraftReads(desk.profile.database)
    assert reads.counts()["status.pending"] == 2
    assert reads.counts()["status.rejected"] == 1
    draft = reads.draft(1)
    assert draft is not None
    assert (draft.revision.content.subject, draft.external_id) == ("Größe", "e-1")
    assert reads.blob(draft.revision.content.attachments[0].sha256) == b"invented"
    reads.close()
    with desk.store.read() as connection_:
        assert verify(connection_).ok
        assert search(connection_, "grosse") == [1]
    assert propose(desk, external_id="new") == 4
    desk.close()


def test_a_profile_from_before_there_were_rules_gets_them_in_shadow(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir(mode=0o700)
    (folder / "outtray.db").write_bytes(gzip.decompress((STORED / "0001.db.gz").read_bytes()))
    reads = DraftReads(folder / "outtray.db")
    # The window shows it before it is upgraded.
    assert reads.rules_say(1) is None
    assert reads.rules_stopped() is None
    desk = open_desk(folder, secret_store=MemorySecrets())
    assert [rule.mode.value for rule in all_rules(desk)] == ["shadow"] * 3
    examine_waiting(desk, 10)
    assert evaluate_all(desk) == 2
    assert reads.rules_say(1) is not None
    reads.close()
    desk.close()


def test_a_database_of_a_newer_outtray_is_left_alone(tmp_path: Path) -> None:
    path = made(tmp_path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(ProfileError) as error:
        upgrade(path, tmp_path)
    assert "newer Outtray" in error.value.sentence


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "outtray.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE songs (id INTEGER)")
    connection.commit()
    connection.close()
    with pytest.raises(ProfileError) as error:
        upgrade(path, tmp_path)
    assert "another program" in error.value.sentence


def test_a_file_that_is_no_database_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "outtray.db"
    path.write_bytes(b"This is no database at all. " * 100)
    with pytest.raises(ProfileError) as error:
        upgrade(path, tmp_path)
    assert "can't be read as a database" in error.value.sentence


def test_a_copy_is_made_before_a_revision_runs(tmp_path: Path) -> None:
    path = made(tmp_path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '0000'")
    connection.commit()
    connection.close()
    with pytest.raises(Exception, match="0000"):
        upgrade(path, tmp_path)
    copy = tmp_path / "before-upgrade-from-0000.db"
    assert revision_of(copy) == "0000"
    assert copy.stat().st_mode & 0o777 == 0o600
