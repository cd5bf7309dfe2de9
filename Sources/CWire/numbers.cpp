#include "CWire.h"

#include <charconv>
#include <cmath>

namespace {

size_t written(char *first, char *last, std::to_chars_result result) {
    return result.ec == std::errc() && result.ptr <= last ? size_t(result.ptr - first) : 0;
}

}  // namespace

size_t wire_write_double(double value, uint8_t text[32]) {
    char *first = reinterpret_cast<char *>(text);
    char *last = first + wire_number_bytes;
    double magnitude = std::fabs(value);
    // Shortest text would give 1e+05 for 100000, which people do not want to read.
    bool plain = magnitude == 0 || (magnitude >= 1e-5 && magnitude < 1e15);
    auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
    return written(first, last, std::to_chars(first, last, value, format));
}

size_t wire_write_fixed(double value, uint8_t text[64]) {
    char *first = reinterpret_cast<char *>(text);
    char *last = first + 64;
    return written(first, last, std::to_chars(first, last, value, std::chars_format::fixed));
}

bool wire_read_double(const uint8_t *text, size_t count, double *value) {
    const char *first = reinterpret_cast<const char *>(text);
    const char *last = first + count;
    // from_chars knows no plus sign; a second sign after it would be read as the number's own.
    if (first != last && *first == '+') {
        ++first;
        if (first != last && *first == '-') return false;
    }
    auto result = std::from_chars(first, last, *value);
    // It also reads the C forms nan(…), which nobody sends.
    return result.ec == std::errc() && result.ptr == last && first != last && last[-1] != ')';
}
