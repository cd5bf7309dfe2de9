/// The fewest decimal digits that read back as the same binary number, and how digits are written.
#ifndef FORETIDE_SHORTEST_H
#define FORETIDE_SHORTEST_H

#include <cstdint>
#include <cstring>

namespace wire {

__extension__ typedef unsigned __int128 Wide;

inline constexpr int largest_exponent = 64;
inline constexpr uint64_t ten16 = 10000000000000000;

/// For e = 0...64 the finest decimal step that 2^-e is not less than.
struct Steps {
    /// -log10 of the step: ceil(e · log10 2).
    int places[largest_exponent + 1];
    /// 10^places · 2^-e in units of 2^-64: 1 to 10, exactly.
    Wide per_unit[largest_exponent + 1];
    constexpr Steps() : places{}, per_unit{} {
        Wide power = 1;
        int place = 0;
        for (int e = 0; e <= largest_exponent; ++e) {
            while (power < Wide(1) << e) {
                power *= 10;
                ++place;
            }
            places[e] = place;
            per_unit[e] = power << (largest_exponent - e);
        }
    }
};
inline constexpr Steps steps{};

/// The shortest decimal that reads back as c · 2^-e, and of those the nearest: this number of steps
/// (`Steps`), which may end in zeros. c < 2^53 is no power of two, 0 <= e <= 64: what reads back
/// as it lies between (c - ½) · 2^-e and (c + ½) · 2^-e, these included where c is even.
///
/// Source: R. Giulietti, "The Schubfach way to render doubles", 2021, sections 8 and 9. With such
/// exponents every product fits into 128 bits, so nothing is rounded on the way.
inline uint64_t shortest(uint64_t c, int e) {
    // Steps are no wider than what reads back as the number, so one at least is in there; of the
    // steps ten times as wide there is one at the most.
    Wide per_unit = steps.per_unit[e];
    Wide count = c * per_unit;
    uint64_t below = uint64_t(count >> 64), rest = uint64_t(count);
    Wide reach = per_unit / 2 - (c & 1);
    uint64_t last = below % 10;
    Wide distance = Wide(last) << 64 | rest;
    // Without branches, which random digits take at random.
    bool is_down = distance <= reach, is_up = (Wide(10) << 64) - distance <= reach;
    uint64_t coarse = below - last + (is_up ? 10 : 0);
    // Of the two neighbours the nearer one; half way between, the even one.
    constexpr uint64_t half = uint64_t(1) << 63;
    uint64_t fine = below + ((rest > half) | ((rest == half) & below));
    return (is_down | is_up) ? coarse : fine;
}

/// Eight decimal digits, one a byte, the first one in the lowest byte. value < 10^8.
inline uint64_t eight_digits(uint32_t value) {
    uint64_t fours = value / 10000 | uint64_t(value % 10000) << 32;
    uint64_t hundreds = (fours * 5243 >> 19) & 0x0000007f0000007f;
    uint64_t pairs = hundreds | (fours - 100 * hundreds) << 16;
    uint64_t tens = (pairs * 103 >> 10) & 0x000f000f000f000f;
    return tens | (pairs - 10 * tens) << 8;
}

inline void store_digits(uint64_t digits, uint8_t *text) {
    digits |= 0x3030303030303030;
    std::memcpy(text, &digits, 8);
}

/// Writes a whole number, and up to 7 bytes behind it. Returns the end.
inline uint8_t *write_whole(uint64_t value, uint8_t *text) {
    if (value < 10) {
        *text = uint8_t('0' + value);
        return text + 1;
    }
    if (value >= 100000000) {
        text = write_whole(value / 100000000, text);
        store_digits(eight_digits(uint32_t(value % 100000000)), text);
        return text + 8;
    }
    uint64_t digits = eight_digits(uint32_t(value));
    int leading = __builtin_ctzll(digits) & ~7;
    store_digits(digits >> leading, text);
    return text + 8 - leading / 8;
}

/// Writes 16 digits without the zeros at their end: value / 10^16, and up to 16 bytes behind it.
/// 0 < value < 10^16. Returns the end.
inline uint8_t *write_sixteenths(uint64_t value, uint8_t *text) {
    uint64_t first = eight_digits(uint32_t(value / 100000000));
    uint64_t second = eight_digits(uint32_t(value % 100000000));
    store_digits(first, text);
    store_digits(second, text + 8);
    uint64_t last = second != 0 ? second : first;
    return text + (second != 0 ? 16 : 8) - __builtin_clzll(last) / 8;
}

}  // namespace wire

#endif
