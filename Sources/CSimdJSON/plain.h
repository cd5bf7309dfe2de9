/// Plain documents, which most samples are, in one pass: ASCII without escapes, and numbers without
/// an exponent.
///
/// simdjson finds the structure of a document first and then builds a tree of it, which pays for
/// long documents; for one of a hundred bytes that takes three times as long as this. Whatever is
/// not plain, or no JSON, is left to it.
#ifndef FORETIDE_PLAIN_H
#define FORETIDE_PLAIN_H

#include "CWire.h"

#include <charconv>
#include <cstring>

namespace wire {

/// Bytes behind a document that may be read.
inline constexpr size_t plain_padding = 8;
/// Arrays and objects in one another.
inline constexpr int plain_depth = 8;

/// Reads one document into tokens. The text of the strings is the document itself.
///
/// What reads something begins `at` its first byte and returns where it ends: NULL when it is not
/// plain. So the place stays in a register.
class Plain {
public:
    /// list: empty, with room for a token for each byte.
    Plain(const uint8_t *text, size_t count, wire_token_list *list)
        : text(text), end(text + count), tokens(list->tokens), list(list) {}

    /// False when the document is not plain; what is in the list means nothing then.
    bool read() {
        const uint8_t *at = behind_space(text);
        if (*at != '{' && *at != '[') return false;
        at = value(at, plain_depth);
        list->count = size_t(next_token - tokens);
        return at && behind_space(at) == end;
    }

private:
    const uint8_t *const text;
    const uint8_t *const end;
    wire_token *const tokens;
    wire_token_list *const list;
    wire_token *next_token = tokens;

    void append(uint32_t kind, uint32_t count, uint64_t bits) {
        *next_token++ = {kind, count, bits};
    }

    // A byte at the end is 0, which nothing here goes past: so only whole words need a look at it.

    static const uint8_t *behind_space(const uint8_t *at) {
        // One comparison where there is none.
        while (*at <= ' ' && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) ++at;
        return at;
    }

    const uint8_t *value(const uint8_t *at, int depth) {
        switch (*at) {
        case '{': return map(at, depth);
        case '[': return array(at, depth);
        case '"': return string(at);
        case 'n': return word(at, "null", 4, wire_null, 0);
        case 't': return word(at, "true", 4, wire_bool, 1);
        case 'f': return word(at, "false", 5, wire_bool, 0);
        default: return number(at);
        }
    }

    const uint8_t *array(const uint8_t *at, int depth) {
        if (depth == 0) return nullptr;
        wire_token *token = next_token++;
        uint32_t count = 0;
        at = behind_space(at + 1);
        if (*at != ']') {
            while (true) {
                at = value(at, depth - 1);
                if (!at) return nullptr;
                ++count;
                at = behind_space(at);
                if (*at != ',') break;
                at = behind_space(at + 1);
            }
            if (*at != ']') return nullptr;
        }
        *token = {wire_array, count, uint64_t(next_token - tokens)};
        return at + 1;
    }

    const uint8_t *map(const uint8_t *at, int depth) {
        if (depth == 0) return nullptr;
        wire_token *token = next_token++;
        uint32_t count = 0;
        at = behind_space(at + 1);
        if (*at != '}') {
            while (true) {
                if (*at != '"' || !(at = string(at))) return nullptr;
                at = behind_space(at);
                if (*at != ':') return nullptr;
                at = value(behind_space(at + 1), depth - 1);
                if (!at) return nullptr;
                ++count;
                at = behind_space(at);
                if (*at != ',') break;
                at = behind_space(at + 1);
            }
            if (*at != '}') return nullptr;
        }
        *token = {wire_map, count, uint64_t(next_token - tokens)};
        return at + 1;
    }

    const uint8_t *word(const uint8_t *at, const char *word, size_t count, uint32_t kind,
                        uint64_t bits) {
        if (size_t(end - at) < count || std::memcmp(at, word, count) != 0) return nullptr;
        append(kind, 0, bits);
        return at + count;
    }

    const uint8_t *string(const uint8_t *at) {
        const uint8_t *start = ++at;
        uint64_t marks;
        // Eight bytes at a time up to a quote, or a byte that is not plain.
        while ((marks = marked(at)) == 0) at += 8;
        at += __builtin_ctzll(marks) / 8;
        if (*at != '"') return nullptr;
        append(wire_string, uint32_t(at - start), uint64_t(start - text));
        return at + 1;
    }

    /// The top bits of the bytes, up to the first one, that are a quote, a backslash, a control
    /// character or no ASCII. A byte behind the first one may be marked wrongly.
    static uint64_t marked(const uint8_t *bytes) {
        constexpr uint64_t each = 0x0101010101010101;
        uint64_t word;
        std::memcpy(&word, bytes, 8);
        uint64_t quote = word ^ each * '"', backslash = word ^ each * '\\';
        // Up to the first one nothing has its top bit set, so that only subtracting too much can.
        return (word | (word - each * 0x20) | (quote - each) | (backslash - each)) & each * 0x80;
    }

    static bool is_digit(uint8_t byte) { return uint8_t(byte - '0') < 10; }

    /// Whether all of eight bytes are digits: 3 in the upper halves, also when 6 has been added.
    static bool are_digits(uint64_t bytes) {
        constexpr uint64_t upper = 0xf0f0f0f0f0f0f0f0, threes = 0x3030303030303030;
        return (bytes & upper) == threes && ((bytes + 0x0606060606060606) & upper) == threes;
    }

    /// The number that eight digits are, the first one in the lowest byte: pairs, fours, all.
    static uint64_t eight_digits(uint64_t bytes) {
        bytes -= 0x3030303030303030;
        bytes = (bytes * 10 + (bytes >> 8)) & 0x00ff00ff00ff00ff;
        bytes = (bytes * 100 + (bytes >> 16)) & 0x0000ffff0000ffff;
        return (bytes * 10000 + (bytes >> 32)) & 0xffffffff;
    }

    /// Exact: whole numbers of up to 18 digits, and decimals of up to 15 by one rounded division
    /// (Clinger); longer ones by the library.
    const uint8_t *number(const uint8_t *at) {
        const uint8_t *start = at;
        bool isNegative = *at == '-';
        at += isNegative;
        const uint8_t *first = at;
        uint64_t digits = 0, eight;
        std::memcpy(&eight, at, 8);
        if (are_digits(eight)) {  // a time, most often
            digits = eight_digits(eight);
            at += 8;
        }
        while (is_digit(*at)) digits = digits * 10 + (*at++ - '0');
        if (at == first || at - first > 18 || (*first == '0' && at - first > 1)) return nullptr;
        if (*at != '.') {
            if (*at == 'e' || *at == 'E' || (isNegative && digits == 0)) return nullptr;
            append(wire_integer, 0, isNegative ? -digits : digits);
            return at;
        }
        const uint8_t *point = at++;
        while (is_digit(*at)) digits = digits * 10 + (*at++ - '0');
        int places = int(at - point - 1);
        if (places == 0 || *at == 'e' || *at == 'E') return nullptr;
        double value;
        if (at - first <= 16) {
            value = double(int64_t(digits)) / powers[places];
            value = isNegative ? -value : value;
        } else {
            auto from = reinterpret_cast<const char *>(start);
            auto to = reinterpret_cast<const char *>(at);
            if (std::from_chars(from, to, value).ec != std::errc()) return nullptr;
        }
        uint64_t bits;
        std::memcpy(&bits, &value, sizeof bits);
        append(wire_real, 0, bits);
        return at;
    }

    static constexpr double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
};

}  // namespace wire

#endif
