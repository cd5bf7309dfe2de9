#include "CSQLite.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

bool store_has_crc32c(void) { return __builtin_cpu_supports("sse4.2"); }

__attribute__((target("sse4.2")))
uint32_t store_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
    uint64_t wide = crc;
    for (; count >= 8; count -= 8, bytes += 8) {
        uint64_t word;
        memcpy(&word, bytes, 8);
        wide = _mm_crc32_u64(wide, word);
    }
    crc = (uint32_t)wide;
    for (; count > 0; count--, bytes++) crc = _mm_crc32_u8(crc, *bytes);
    return crc;
}
#else
bool store_has_crc32c(void) { return false; }

uint32_t store_crc32c(uint32_t crc, const uint8_t *bytes, size_t count) {
    (void)bytes;
    (void)count;
    return crc;
}
#endif
