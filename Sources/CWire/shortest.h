/// The fewest decimal digits that read back as the same binary number, and how digits are written.
#ifndef FORETIDE_SHORTEST_H
#define FORETIDE_SHORTEST_H

#include <cstdint>
#include <cstring>

namespace wire {

__extension__ typedef unsigned __int128 Wide;

inline constexpr uint64_t ten8 = 100000000;
inline constexpr uint64_t ten16 = 10000000000000000;

/// For e = 0...largest_exponent the finest decimal step that 2^-e is not less than. Numbers of
/// steps are of type Fixed, with so many binary places.
template <typename Number, int binary_places, int last_exponent>
struct Steps {
    using Fixed = Number;
    static constexpr int places_of_fixed = binary_places, largest_exponent = last_exponent;
    /// -log10 of the step: ceil(e · log10 2).
    int places[last_exponent + 1];
    /// 10^places · 2^-e: 1 to 10, exactly.
    Fixed per_unit[last_exponent + 1];
    constexpr Steps() : places{}, per_unit{} {
        Wide power = 1;
        int place = 0;
        for (int e = 0; e <= last_exponent; ++e) {
            while (power < Wide(1) << e) {
                power *= 10;
                ++place;
            }
            places[e] = place;
            // Five's powers are what is left of it: of e - place binary places.
            per_unit[e] = Fixed((power >> place) << (binary_places - (e - place)));
        }
    }
};

/// For c < 2^53.
inline constexpr Steps<Wide, 64, 64> double_steps{};
/// For c < 2^24, down to 1e-5: a quarter of the multiplications.
inline constexpr Steps<uint64_t, 32, 40> float_steps{};

/// The shortest decimal that reads back as c · 2^-e, and of those the nearest: this number of steps
/// (`Steps`), which may end in zeros. c is no power of two and of as many bits as all numbers of
/// its kind, 0 <= e <= largest_exponent: what reads back as it lies between (c - ½) · 2^-e and
/// (c + ½) · 2^-e, these included where c is even.
///
/// Source: R. Giulietti, "The Schubfach way to render doubles", 2021, sections 8 and 9. With such
/// exponents every product is exact, so nothing is rounded on the way.
template <typename Steps>
inline uint64_t shortest(uint64_t c, int e, const Steps &steps) {
    using Fixed = typename Steps::Fixed;
    constexpr Fixed one = Fixed(1) << Steps::places_of_fixed, half = one / 2;
    // Steps are no wider than what reads back as the number, so one at least is in there; of the
    // steps ten times as wide there is one at the most.
    Fixed per_unit = steps.per_unit[e];
    Fixed count = c * per_unit;
    uint64_t below = uint64_t(count >> Steps::places_of_fixed), last = below % 10;
    Fixed rest = count & (one - 1), distance = last * one | rest;
    Fixed reach = per_unit / 2 - (c & 1);
    // Without branches, which random digits take at random.
    bool is_down = distance <= reach, is_up = 10 * one - distance <= reach;
    uint64_t coarse = below - last + (is_up ? 10 : 0);
    // Of the two neighbours the nearer one; half way between, the even one.
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

/// Writes a whole number from 100 to 10^8 - 1, and up to 7 bytes behind it. Returns the end.
inline uint8_t *write_eight(uint32_t value, uint8_t *text) {
    uint64_t digits = eight_digits(value);
    int leading = __builtin_ctzll(digits) & ~7;
    store_digits(digits >> leading, text);
    return text + 8 - leading / 8;
}

/// Writes a whole number below 100, one digit or two without a branch between them, and up to 2
/// bytes behind it. Returns the end.
inline uint8_t *write_two(uint32_t value, uint8_t *text) {
    uint32_t tens = value * 103 >> 10, is_one = value < 10;
    uint32_t pair = (tens | (value - 10 * tens) << 8 | 0x3030) >> 8 * is_one;
    std::memcpy(text, &pair, 4);
    return text + 2 - is_one;
}

/// Writes a whole number, and up to 7 bytes behind it. Returns the end.
inline uint8_t *write_whole(uint64_t value, uint8_t *text) {
    if (value < 100) return write_two(uint32_t(value), text);
    if (value < ten8) return write_eight(uint32_t(value), text);
    text = write_whole(value / ten8, text);
    store_digits(eight_digits(uint32_t(value % ten8)), text);
    return text + 8;
}

/// Writes 8 digits without the zeros at their end: value / 10^8, and up to 8 bytes behind it.
/// 0 < value < 10^8. Returns the end.
inline uint8_t *write_eighths(uint32_t value, uint8_t *text) {
    uint64_t digits = eight_digits(value);
    store_digits(digits, text);
    return text + 8 - __builtin_clzll(digits) / 8;
}

/// The same of 16 digits: value / 10^16. 0 < value < 10^16.
inline uint8_t *write_sixteenths(uint64_t value, uint8_t *text) {
    uint64_t first = eight_digits(uint32_t(value / ten8));
    uint64_t second = eight_digits(uint32_t(value % ten8));
    store_digits(first, text);
    store_digits(second, text + 8);
    uint64_t last = second != 0 ? second : first;
    return text + (second != 0 ? 16 : 8) - __builtin_clzll(last) / 8;
}

}  // namespace wire

#endif
