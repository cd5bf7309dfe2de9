#include "CWire.h"

#include "shortest.h"

#include <cfloat>
#include <charconv>
#include <cmath>
#include <cstring>

namespace {

size_t written(char *first, char *last, std::to_chars_result result) {
    return result.ec == std::errc() && result.ptr <= last ? size_t(result.ptr - first) : 0;
}

/// How a binary number is made up, and the steps that its digits count.
template <typename Value>
struct Parts;

template <>
struct Parts<double> {
    using Bits = uint64_t;
    static constexpr int mantissa_bits = 52, bias = 1023;
    static constexpr const auto &steps = wire::double_steps;
};

template <>
struct Parts<float> {
    using Bits = uint32_t;
    static constexpr int mantissa_bits = 23, bias = 127;
    static constexpr const auto &steps = wire::float_steps;
};

/// Powers of ten up to 10^16.
struct Powers {
    uint64_t of[17];
    constexpr Powers() : of{1} {
        for (int power = 1; power < 17; ++power) of[power] = of[power - 1] * 10;
    }
};
constexpr Powers ten;

/// A number's whole part.
inline uint8_t *write_part(int64_t whole, uint8_t *text) {
    if (whole < 100) return wire::write_two(uint32_t(whole), text);
    return wire::write_whole(uint64_t(whole), text);
}

/// A fraction of so many places, without zeros at its end. 0 < fraction < 10^17.
inline uint8_t *write_fraction(uint64_t fraction, int places, uint8_t *text) {
    *text++ = '.';
    if (places <= 8) return wire::write_eighths(uint32_t(fraction * ten.of[8 - places]), text);
    if (places <= 16) return wire::write_sixteenths(fraction * ten.of[16 - places], text);
    for (; places > 17; --places) *text++ = '0';
    *text++ = uint8_t('0' + fraction / wire::ten16);
    uint64_t rest = fraction % wire::ten16;
    return rest == 0 ? text : wire::write_sixteenths(rest, text);
}

/// Without an exponent. magnitude: from 1e-5 up, and less than the first number of more bits than
/// the mantissa has.
template <typename Value>
inline uint8_t *write_plain(Value magnitude, uint8_t *text) {
    using Format = Parts<Value>;
    // By way of signed numbers, which processors convert at once.
    int64_t whole = int64_t(magnitude);
    if (Value(whole) == magnitude) return wire::write_whole(uint64_t(whole), text);
    if constexpr (sizeof(Value) == sizeof(double)) {
        // Most measurements have few places. Division rounds correctly, and of up to 15 digits no
        // two numbers read back as the same.
        double millionths = magnitude * 1e6 + 0.5;
        if (millionths < 1e15) {
            int64_t count = int64_t(millionths);
            if (double(count) / 1e6 == magnitude) {
                text = write_part(whole, text);
                *text++ = '.';
                return wire::write_eighths(uint32_t(count - whole * 1000000) * 100, text);
            }
        }
    }
    typename Format::Bits bits;
    std::memcpy(&bits, &magnitude, sizeof bits);
    typename Format::Bits hidden = typename Format::Bits(1) << Format::mantissa_bits;
    typename Format::Bits mantissa = bits & (hidden - 1);
    int exponent = Format::bias + Format::mantissa_bits - int(bits >> Format::mantissa_bits);
    if (mantissa == 0 || exponent > Format::steps.largest_exponent) {
        // A power of two, whose lower neighbour is nearer than the upper one; or very small.
        char *first = reinterpret_cast<char *>(text);
        char *last = first + wire_number_bytes;
        auto result = std::to_chars(first, last, magnitude, std::chars_format::fixed);
        return reinterpret_cast<uint8_t *>(result.ptr);
    }
    uint64_t digits = wire::shortest(mantissa | hidden, exponent, Format::steps);
    int places = Format::steps.places[exponent];
    // Rounding has not reached the next whole number, since that would read back as itself.
    // Only what is below 1 has more places than there are powers.
    uint64_t fraction = whole == 0 ? digits : digits - uint64_t(whole) * ten.of[places];
    return write_fraction(fraction, places, write_part(whole, text));
}

/// Not finite, 0, or with an exponent.
template <typename Value>
[[gnu::noinline]] size_t write_seldom(Value value, uint8_t *text) {
    if (!std::isfinite(value)) {
        std::memcpy(text, "null", 4);
        return 4;
    }
    char *first = reinterpret_cast<char *>(text);
    auto format = value == 0 ? std::chars_format::fixed : std::chars_format::scientific;
    return written(first, first + wire_number_bytes,
                   std::to_chars(first, first + wire_number_bytes, value, format));
}

template <typename Value>
inline size_t write_shortest(Value value, Value longest, uint8_t *text) {
    Value magnitude = std::fabs(value);
    if (!(magnitude >= Value(1e-5) && magnitude < longest)) return write_seldom(value, text);
    *text = '-';
    return size_t(write_plain(magnitude, text + (value < 0)) - text);
}

}  // namespace

size_t wire_write_double(double value, uint8_t text[40]) {
    return write_shortest(value, 1e15, text);
}

size_t wire_write_rounded(double value, uint8_t text[40]) {
    double magnitude = std::fabs(value);
    if (magnitude != 0 && !(magnitude >= FLT_MIN && magnitude <= FLT_MAX)) {
        return wire_write_double(value, text);
    }
    return write_shortest(float(value), 1e7f, text);
}

size_t wire_write_whole(uint64_t value, uint8_t text[40]) {
    return size_t(wire::write_whole(value, text) - text);
}

size_t wire_write_seconds(int64_t nanoseconds, uint8_t text[40]) {
    uint64_t magnitude = nanoseconds < 0 ? -uint64_t(nanoseconds) : uint64_t(nanoseconds);
    *text = '-';
    uint8_t *end = wire::write_whole(magnitude / ten.of[9], text + (nanoseconds < 0));
    uint64_t fraction = magnitude % ten.of[9];
    if (fraction == 0) return size_t(end - text);
    // Clocks seldom tell single nanoseconds; and one digit less is half the work.
    bool is_long = fraction % 10 != 0;
    end = is_long ? write_fraction(fraction, 9, end) : write_fraction(fraction / 10, 8, end);
    return size_t(end - text);
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
