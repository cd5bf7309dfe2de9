// Memory brought into the cache while something else is computed.
//
// A processor follows some dozens of reads at once and drops what else it is asked to prefetch. So
// what is wanted waits in a list of the thread's own, and the kernels ask for a little of it every
// tenth of a microsecond: then memory answers while they compute, as long as there is enough to
// compute.
#ifndef FORETIDE_PREFETCH_H
#define FORETIDE_PREFETCH_H

#include <stddef.h>

enum {
    FORETIDE_WAITING = 64,      // ranges of memory that can wait
    FORETIDE_LINES_AT_ONCE = 32 // lines that are asked for at once
};

typedef struct {
    struct {
        const char *next, *end;
    } ranges[FORETIDE_WAITING];
    int first, count;
} foretide_prefetches;

extern _Thread_local foretide_prefetches foretide_waiting;

// That memory is wanted soon, unless the list is full. Nothing of it is read: it need not be there
// any more by then.
void foretide_prefetch(const void *memory, ptrdiff_t bytes);

// Nothing waits any more.
void foretide_prefetch_none(void);

// Asks for the next lines that wait.
void foretide_prefetch_lines(void);

static inline void foretide_prefetch_some(void) {
    if (__builtin_expect(foretide_waiting.first < foretide_waiting.count, 0))
        foretide_prefetch_lines();
}

#endif
