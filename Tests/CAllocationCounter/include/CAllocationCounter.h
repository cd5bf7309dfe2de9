/// Counts the calling thread's heap allocations, to prove that a steady state has none.
#ifndef FORETIDE_CALLOCATION_COUNTER_H
#define FORETIDE_CALLOCATION_COUNTER_H

#include <stdbool.h>
#include <stdint.h>

/// False under a sanitizer, which has an allocator of its own: then nothing is counted.
bool counts_allocations(void);

/// Calls of malloc, calloc, realloc and the aligned ones by this thread so far.
uint64_t allocation_count(void);

#endif
