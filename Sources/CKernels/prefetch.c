#include "prefetch.h"

_Thread_local foretide_prefetches foretide_waiting;

void foretide_prefetch(const void *memory, ptrdiff_t bytes) {
    foretide_prefetches *waiting = &foretide_waiting;
    if (bytes <= 0 || waiting->count == FORETIDE_WAITING) return;
    waiting->ranges[waiting->count].next =
        (const char *)((uintptr_t)memory & -(uintptr_t)FORETIDE_LINE);
    waiting->ranges[waiting->count].end = (const char *)memory + bytes;
    waiting->count++;
}

void foretide_prefetch_lines(void) {
    foretide_prefetches *waiting = &foretide_waiting;
    int lines = FORETIDE_LINES_AT_ONCE;
    for (; waiting->first < waiting->count; waiting->first++) {
        const char *next = waiting->ranges[waiting->first].next;
        const char *end = waiting->ranges[waiting->first].end;
        for (; next < end && lines > 0; next += FORETIDE_LINE, lines--)
            __builtin_prefetch(next, 0, 2);
        waiting->ranges[waiting->first].next = next;
        if (next < end) return;
    }
    waiting->first = waiting->count = waiting->old = 0;
}

void foretide_prefetch_next(void) {
    foretide_prefetches *waiting = &foretide_waiting;
    int first = waiting->first > waiting->old ? waiting->first : waiting->old;
    if (first > waiting->count) first = waiting->count;
    for (int i = first; i < waiting->count; i++) waiting->ranges[i - first] = waiting->ranges[i];
    waiting->count -= first;
    waiting->first = 0;
    waiting->old = waiting->count;
}

