#include "CWire.h"

#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstring>

namespace {

size_t written(char *first, char *last, std::to_chars_result result) {
    return result.ec == std::errc() && result.ptr <= last ? size_t(result.ptr - first) : 0;
}

template <typename Value>
size_t write_shortest(Value value, double longest, uint8_t *text) {
    char *first = reinterpret_cast<char *>(text);
    char *last = first + wire_number_bytes;
    Value magnitude = std::fabs(value);
    if (magnitude != 0 && (magnitude < Value(1e-5) || magnitude >= longest)) {
        auto result = std::to_chars(first, last, value, std::chars_format::scientific);
        return written(first, last, result);
    }
    auto result = std::to_chars(first, last, value);
    // Shortest text may be 1e+05 for 100000, which people do not want to read.
    if (std::memchr(first, 'e', size_t(result.ptr - first))) {
        result = std::to_chars(first, last, value, std::chars_format::fixed);
    }
    return written(first, last, result);
}

}  // namespace

size_t wire_write_double(double value, uint8_t text[32]) {
    return write_shortest(value, 1e15, text);
}

size_t wire_write_rounded(double value, uint8_t text[32]) {
    double magnitude = std::fabs(value);
    if (magnitude != 0 && (magnitude < FLT_MIN || magnitude > FLT_MAX)) {
        return write_shortest(value, 1e15, text);
    }
    return write_shortest(float(value), 1e7, text);
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
