#pragma once
#include <sqlite3.h>

// SQLITE_TRANSIENT, by which SQLite copies the text, is a macro with a cast, which Swift does not see.
static inline int clibsqlite_bind_text(sqlite3_stmt *statement, int index, const char *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, bytes, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}
