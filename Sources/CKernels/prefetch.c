#include "prefetch.h"

enum { LINE = 64 };

_Thread_local foretide_prefetches foretide_waiting;

void foretide_prefetch(const void *memory, ptrdiff_t bytes) {
    foretide_prefetches *waiting = &foretide_waiting;
    if (bytes <= 0 || waiting->count == FORETIDE_WAITING) return;
    waiting->ranges[waiting->count].next = memory;
    waiting->ranges[waiting->count].end = (const char *)memory + bytes;
    waiting->count++;
}

void foretide_prefetch_lines(void) {
    foretide_prefetches *waiting = &foretide_waiting;
    int lines = FORETIDE_LINES_AT_ONCE;
    for (; waiting->first < waiting->count; waiting->first++) {
        const char *next = waiting->ranges[waiting->first].next;
        const char *end = waiting->ranges[waiting->first].end;
        for (; next < end && lines > 0; next += LINE, lines--) __builtin_prefetch(next, 0, 2);
        waiting->ranges[waiting->first].next = next;
        if (next < end) return;
    }
    waiting->first = waiting->count = 0;
}

void foretide_prefetch_none(void) { foretide_waiting.first = foretide_waiting.count = 0; }
