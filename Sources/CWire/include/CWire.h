/// What both parsers share: the flat list of tokens that they write, and numbers as text.
#ifndef FORETIDE_CWIRE_H
#define FORETIDE_CWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/// What a token is, and what `count` and `bits` hold.
enum {
    wire_null,      ///< nothing
    wire_bool,      ///< bits: 0 or 1
    wire_integer,   ///< bits: the two's complement of an int64_t
    wire_real,      ///< bits: those of a double
    wire_string,    ///< count: bytes, bits: their offset in the text
    wire_array,     ///< count: elements, which follow; bits: index of the token behind the last one
    wire_map,       ///< count: pairs, key before value, which follow; bits: as for an array
    wire_time,      ///< bits: an int64_t of nanoseconds since 1970 (MessagePack's timestamp)
    wire_other      ///< an extension that we do not know
};

typedef struct {
    uint32_t kind;
    uint32_t count;
    uint64_t bits;
} wire_token;

/// One parsed document, depth first. Valid until its parser's next call.
typedef struct {
    const wire_token *tokens;
    size_t count;
    const uint8_t *text;
    size_t text_count;
} wire_document;

/// Room for the tokens of one document. A document never has more tokens than bytes, so that
/// reserving once per message leaves nothing to check while parsing.
typedef struct {
    wire_token *tokens;
    size_t count;
    size_t capacity;
} wire_token_list;

/// Empties the list and makes room for `capacity` tokens. False when there is no memory.
bool wire_reserve(wire_token_list *list, size_t capacity);
void wire_release(wire_token_list *list);

static inline wire_token *wire_append(wire_token_list *list, uint32_t kind, uint32_t count,
                                      uint64_t bits) {
    wire_token *token = &list->tokens[list->count++];
    token->kind = kind;
    token->count = count;
    token->bits = bits;
    return token;
}

static inline bool wire_equal(const uint8_t *a, const uint8_t *b, size_t count) {
    return memcmp(a, b, count) == 0;
}

/// Room that writing one number needs; what is behind the number is undefined.
enum { wire_number_bytes = 40 };

/// Writes a double as JSON: the fewest digits that read back as the same double (as C++17's
/// std::to_chars), without an exponent from 1e-5 up to 1e15; null when it is not finite. Returns
/// the bytes written.
size_t wire_write_double(double value, uint8_t text[40]);

/// The same to the precision of a float, 7 digits or so, which takes half the time and room: for
/// numbers that say how well something went, not what it is.
size_t wire_write_rounded(double value, uint8_t text[40]);

/// Writes a whole number. Returns the bytes written.
size_t wire_write_whole(uint64_t value, uint8_t text[40]);

/// Writes nanoseconds as seconds, every digit exact, without zeros at the end. Returns the bytes
/// written.
size_t wire_write_seconds(int64_t nanoseconds, uint8_t text[40]);

/// As `wire_write_double`, never with an exponent, for magnitudes of 1e-10 and up. 0 when it takes
/// over 64 bytes.
size_t wire_write_fixed(double value, uint8_t text[64]);

/// Reads all of `text` as one decimal number, `nan`, `inf` or `infinity` in any case, with an
/// optional sign. False when it is anything else or beyond the range of a double.
bool wire_read_double(const uint8_t *text, size_t count, double *value);

#ifdef __cplusplus
}
#endif
#endif
