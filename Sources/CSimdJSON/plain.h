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
class Plain {
public:
    /// list: with room for a token for each byte.
    Plain(const uint8_t *text, size_t count, wire_token_list *list)
        : text(text), at(text), end(text + count), list(list) {}

    /// False when the document is not plain; what is in the list means nothing then.
    bool read() {
        skip_space();
        if (*at != '{' && *at != '[') return false;
        if (!value(plain_depth)) return false;
        skip_space();
        return at == end;
    }

private:
    const uint8_t *const text;
    const uint8_t *at;
    const uint8_t *const end;
    wire_token_list *const list;

    // A byte at the end is 0, which nothing here goes past: so only whole words need a look at it.

    void skip_space() {
        while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') ++at;
    }

    bool take(uint8_t byte) {
        skip_space();
        if (*at != byte) return false;
        ++at;
        return true;
    }

    bool value(int depth) {
        skip_space();
        switch (*at) {
        case '{': return container(depth, '}', wire_map);
        case '[': return container(depth, ']', wire_array);
        case '"': return string();
        case 'n': return word("null", 4, wire_null, 0);
        case 't': return word("true", 4, wire_bool, 1);
        case 'f': return word("false", 5, wire_bool, 0);
        default: return number();
        }
    }

    bool container(int depth, uint8_t close, uint32_t kind) {
        if (depth == 0) return false;
        size_t index = list->count;
        uint32_t count = 0;
        wire_append(list, kind, 0, 0);
        ++at;
        if (!take(close)) {
            do {
                if (kind == wire_map) {
                    skip_space();
                    if (*at != '"' || !string() || !take(':')) return false;
                }
                if (!value(depth - 1)) return false;
                ++count;
            } while (take(','));
            if (!take(close)) return false;
        }
        list->tokens[index].count = count;
        list->tokens[index].bits = list->count;
        return true;
    }

    bool word(const char *word, size_t count, uint32_t kind, uint64_t bits) {
        if (size_t(end - at) < count || std::memcmp(at, word, count) != 0) return false;
        at += count;
        wire_append(list, kind, 0, bits);
        return true;
    }

    bool string() {
        const uint8_t *start = ++at;
        uint64_t marks;
        // Eight bytes at a time up to a quote, or a byte that is not plain.
        while ((marks = marked(at)) == 0) at += 8;
        at += __builtin_ctzll(marks) / 8;
        if (*at != '"') return false;
        wire_append(list, wire_string, uint32_t(at - start), uint64_t(start - text));
        ++at;
        return true;
    }

    /// The top bits of the bytes, up to the first one, that are a quote, a backslash, a control
    /// character or no ASCII. A byte behind the first one may be marked wrongly.
    static uint64_t marked(const uint8_t *bytes) {
        constexpr uint64_t each = 0x0101010101010101;
        uint64_t word;
        std::memcpy(&word, bytes, 8);
        uint64_t quote = word ^ each * '"', backslash = word ^ each * '\\';
        uint64_t control = word - each * 0x20;
        return ((quote - each) & ~quote | (backslash - each) & ~backslash | control & ~word | word)
            & each * 0x80;
    }

    static bool is_digit(uint8_t byte) { return uint8_t(byte - '0') < 10; }

    /// Exact: whole numbers of up to 18 digits, and decimals of up to 15 by one rounded division
    /// (Clinger); longer ones by the library.
    bool number() {
        const uint8_t *start = at;
        bool isNegative = *at == '-';
        at += isNegative;
        const uint8_t *first = at;
        uint64_t digits = 0;
        while (is_digit(*at)) digits = digits * 10 + (*at++ - '0');
        if (at == first || at - first > 18 || (*first == '0' && at - first > 1)) return false;
        if (*at != '.') {
            if (*at == 'e' || *at == 'E' || (isNegative && digits == 0)) return false;
            wire_append(list, wire_integer, 0, isNegative ? -digits : digits);
            return true;
        }
        const uint8_t *point = at++;
        while (is_digit(*at)) digits = digits * 10 + (*at++ - '0');
        int places = int(at - point - 1);
        if (places == 0 || *at == 'e' || *at == 'E') return false;
        double value;
        if (at - first <= 16) {
            value = double(digits) / powers[places];
            value = isNegative ? -value : value;
        } else {
            auto from = reinterpret_cast<const char *>(start);
            auto to = reinterpret_cast<const char *>(at);
            if (std::from_chars(from, to, value).ec != std::errc()) return false;
        }
        uint64_t bits;
        std::memcpy(&bits, &value, sizeof bits);
        wire_append(list, wire_real, 0, bits);
        return true;
    }

    static constexpr double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
};

}  // namespace wire

#endif
