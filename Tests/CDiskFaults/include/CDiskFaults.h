/// A disk that fails on demand, in the calling thread only: the calls with which SQLite and we
/// change files answer with an error of the test's choice.
#ifndef FORETIDE_CDISKFAULTS_H
#define FORETIDE_CDISKFAULTS_H

#include <stdbool.h>

enum {
    disk_write = 1,     // pwrite
    disk_flush = 2,     // fsync, fdatasync
    disk_truncate = 4,  // ftruncate
    disk_rename = 8,    // rename
    disk_create = 16,   // open with O_CREAT
};

/// From the `first`-th of these calls on (the next one is 1), `times` of them fail with this errno.
void disk_fail(int calls, int first, int times, int error);

/// The disk is in order again. Returns how many calls have failed.
int disk_heal(void);

/// False where a sanitizer has these calls for itself.
bool disk_can_fail(void);

#endif
