#include "CSQLite.h"

int store_harden(sqlite3 *database) {
    int code = sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_exec(database, "PRAGMA cell_size_check=ON", NULL, NULL, NULL);
    return code;
}

int store_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t count) {
    if (count == 0) return sqlite3_bind_zeroblob(statement, index, 0);
    return sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT);
}

int store_bind_text(sqlite3_stmt *statement, int index, const void *bytes, size_t count) {
    return sqlite3_bind_text64(statement, index, count == 0 ? "" : bytes, count, SQLITE_TRANSIENT,
                               SQLITE_UTF8);
}

#define NAME(code) case code: return #code;

const char *store_code_name(int code) {
    switch (code) {
        NAME(SQLITE_OK)
        NAME(SQLITE_ERROR)
        NAME(SQLITE_INTERNAL)
        NAME(SQLITE_PERM)
        NAME(SQLITE_ABORT)
        NAME(SQLITE_BUSY)
        NAME(SQLITE_BUSY_RECOVERY)
        NAME(SQLITE_BUSY_SNAPSHOT)
        NAME(SQLITE_LOCKED)
        NAME(SQLITE_NOMEM)
        NAME(SQLITE_READONLY)
        NAME(SQLITE_READONLY_RECOVERY)
        NAME(SQLITE_READONLY_CANTLOCK)
        NAME(SQLITE_READONLY_ROLLBACK)
        NAME(SQLITE_READONLY_DBMOVED)
        NAME(SQLITE_READONLY_CANTINIT)
        NAME(SQLITE_READONLY_DIRECTORY)
        NAME(SQLITE_INTERRUPT)
        NAME(SQLITE_IOERR)
        NAME(SQLITE_IOERR_READ)
        NAME(SQLITE_IOERR_SHORT_READ)
        NAME(SQLITE_IOERR_WRITE)
        NAME(SQLITE_IOERR_FSYNC)
        NAME(SQLITE_IOERR_DIR_FSYNC)
        NAME(SQLITE_IOERR_TRUNCATE)
        NAME(SQLITE_IOERR_FSTAT)
        NAME(SQLITE_IOERR_UNLOCK)
        NAME(SQLITE_IOERR_RDLOCK)
        NAME(SQLITE_IOERR_DELETE)
        NAME(SQLITE_IOERR_NOMEM)
        NAME(SQLITE_IOERR_ACCESS)
        NAME(SQLITE_IOERR_LOCK)
        NAME(SQLITE_IOERR_CLOSE)
        NAME(SQLITE_IOERR_SHMOPEN)
        NAME(SQLITE_IOERR_SHMSIZE)
        NAME(SQLITE_IOERR_SHMLOCK)
        NAME(SQLITE_IOERR_SHMMAP)
        NAME(SQLITE_IOERR_SEEK)
        NAME(SQLITE_IOERR_DELETE_NOENT)
        NAME(SQLITE_IOERR_MMAP)
        NAME(SQLITE_IOERR_DATA)
        NAME(SQLITE_IOERR_CORRUPTFS)
        NAME(SQLITE_CORRUPT)
        NAME(SQLITE_CORRUPT_SEQUENCE)
        NAME(SQLITE_CORRUPT_INDEX)
        NAME(SQLITE_NOTFOUND)
        NAME(SQLITE_FULL)
        NAME(SQLITE_CANTOPEN)
        NAME(SQLITE_CANTOPEN_ISDIR)
        NAME(SQLITE_CANTOPEN_FULLPATH)
        NAME(SQLITE_CANTOPEN_DIRTYWAL)
        NAME(SQLITE_CANTOPEN_SYMLINK)
        NAME(SQLITE_PROTOCOL)
        NAME(SQLITE_SCHEMA)
        NAME(SQLITE_TOOBIG)
        NAME(SQLITE_CONSTRAINT)
        NAME(SQLITE_CONSTRAINT_NOTNULL)
        NAME(SQLITE_CONSTRAINT_PRIMARYKEY)
        NAME(SQLITE_CONSTRAINT_UNIQUE)
        NAME(SQLITE_CONSTRAINT_ROWID)
        NAME(SQLITE_CONSTRAINT_DATATYPE)
        NAME(SQLITE_MISMATCH)
        NAME(SQLITE_MISUSE)
        NAME(SQLITE_AUTH)
        NAME(SQLITE_RANGE)
        NAME(SQLITE_NOTADB)
    default: return NULL;
    }
}
