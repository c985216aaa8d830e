"""The recorded data directory: as text in the repository, as files for a server.

`pb_data.sql` is the whole of `data.db` as SQL text, `storage/` the few uploaded files next to it.
`rebuild` makes a working PocketBase data directory out of both, `dump` is its inverse.
"""

import pathlib
import shutil
import sqlite3

HERE = pathlib.Path(__file__).resolve().parent
SQL = HERE / "pb_data.sql"
STORAGE = HERE / "storage"


def dump(data_dir, sql=SQL, storage=STORAGE):
    """Writes the stopped server's directory as SQL text and storage files."""
    database = sqlite3.connect(pathlib.Path(data_dir) / "data.db")
    lines = [line for line in database.iterdump() if "sqlite_stat" not in line]
    database.close()
    sql.write_text("\n".join(lines) + "\n")
    shutil.rmtree(storage, ignore_errors=True)
    uploads = pathlib.Path(data_dir) / "storage"
    if uploads.is_dir():
        shutil.copytree(uploads, storage, ignore=shutil.ignore_patterns("thumbs_*"))


def rebuild(data_dir, sql=SQL, storage=STORAGE):
    """Makes a PocketBase data directory with the recorded content; returns its path."""
    data_dir = pathlib.Path(data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(data_dir / "data.db")
    database.executescript(sql.read_text())
    database.close()
    if storage.is_dir():
        shutil.copytree(storage, data_dir / "storage")
    return data_dir
