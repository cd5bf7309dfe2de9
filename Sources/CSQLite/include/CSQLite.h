/// SQLite (libsqlite3-dev, 3.40 or newer), and in C what Swift cannot call: variadic functions,
/// pointer macros, and the processor's checksum instruction.
#ifndef FORETIDE_CSQLITE_H
#define FORETIDE_CSQLITE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Makes a connection trust nothing in the file: no views or triggers with side effects, no writing
/// of the schema, every cell's size checked as its page is read.
int store_harden(sqlite3 *database);

/// The name of a result code in C, extended ones included; NULL for one that is not known here.
const char *store_code_name(int code);

/// Binds a copy of the bytes; none at all are an empty value, not NULL.
int store_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, size_t count);
int store_bind_text(sqlite3_stmt *statement, int index, const void *bytes, size_t count);

/// A file shorter than its pages: the macro SQLITE_IOERR_SHORT_READ.
static const int store_short_read = SQLITE_IOERR_SHORT_READ;

/// Whether this processor has an instruction for CRC-32C.
bool store_has_crc32c(void);

/// The register of a CRC-32C after some more bytes. Only where `store_has_crc32c`.
uint32_t store_crc32c(uint32_t crc, const uint8_t *bytes, size_t count);

#endif
