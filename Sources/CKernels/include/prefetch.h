// Memory brought into the cache while something else is computed.
//
// A processor follows some dozens of reads at once and drops what else it is asked to prefetch. So
// what is wanted waits in a list of the thread's own, in the order in which it is wanted, and a
// little of it is asked for every tenth of a microsecond, by the kernels and between them: then
// memory answers while they compute. What a stream's forecast does not get to is left for its
// training: the list holds what is wanted by the sample in hand and by the next one.
#ifndef FORETIDE_PREFETCH_H
#define FORETIDE_PREFETCH_H

#include <stddef.h>
#include <stdint.h>

enum {
    FORETIDE_LINE = 64,         // bytes of a cache line
    FORETIDE_WAITING = 128,     // ranges of memory that can wait
    FORETIDE_LINES_AT_ONCE = 28 // lines that are asked for at once
};

typedef struct {
    struct {
        const char *next, *end;
    } ranges[FORETIDE_WAITING];
    int first, count;
    int old; // the first ones, from before the last `foretide_prefetch_next`
} foretide_prefetches;

extern _Thread_local foretide_prefetches foretide_waiting;

// That memory is wanted soon, unless the list is full. Nothing of it is read: it need not be there
// any more by then.
void foretide_prefetch(const void *memory, ptrdiff_t bytes);

// That memory is wanted now.
static inline void foretide_prefetch_now(const void *memory, ptrdiff_t bytes) {
    const char *end = (const char *)memory + bytes;
    for (const char *line = (const char *)((uintptr_t)memory & -(uintptr_t)FORETIDE_LINE);
         line < end; line += FORETIDE_LINE)
        __builtin_prefetch(line, 0, 2);
}

// The next sample: what waits since before the last such call is not wanted any more.
void foretide_prefetch_next(void);

// Asks for the next lines that wait.
void foretide_prefetch_lines(void);

static inline void foretide_prefetch_some(void) {
    if (__builtin_expect(foretide_waiting.first < foretide_waiting.count, 0))
        foretide_prefetch_lines();
}

#endif
