#include "CMessagePack.h"

#include <msgpack/unpack_define.h>
#include <string.h>

// msgpack-c's headers are a parser to be completed with callbacks, as its Python and Ruby bindings
// do. It keeps its own stack of MSGPACK_EMBED_STACK_SIZE containers and allocates nothing.

enum { failed_depth = -2, failed_syntax = -1, failed_count = -3 };

typedef struct {
    wire_token_list *list;
    size_t byte_count;
} parser;

/// A value is known by the index of its token.
#define msgpack_unpack_struct(name) struct template##name
#define msgpack_unpack_func(ret, name) static ret template##name
#define msgpack_unpack_callback(name) template_callback##name
#define msgpack_unpack_object size_t
#define msgpack_unpack_user parser

struct template_context;
typedef struct template_context template_context;

static int add(parser *user, uint32_t kind, uint32_t count, uint64_t bits, size_t *index) {
    *index = user->list->count;
    wire_append(user->list, kind, count, bits);
    return 0;
}

static size_t template_callback_root(parser *user) {
    (void)user;
    return 0;
}

#define INTEGER(name, type)                                                       \
    static int template_callback_##name(parser *user, type value, size_t *index) { \
        return add(user, wire_integer, 0, (uint64_t)(int64_t)value, index);       \
    }
INTEGER(uint8, uint8_t)
INTEGER(uint16, uint16_t)
INTEGER(uint32, uint32_t)
INTEGER(int8, int8_t)
INTEGER(int16, int16_t)
INTEGER(int32, int32_t)
INTEGER(int64, int64_t)
#undef INTEGER

static int template_callback_double(parser *user, double value, size_t *index) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return add(user, wire_real, 0, bits, index);
}

static int template_callback_float(parser *user, float value, size_t *index) {
    return template_callback_double(user, value, index);
}

static int template_callback_uint64(parser *user, uint64_t value, size_t *index) {
    if (value <= INT64_MAX) return add(user, wire_integer, 0, value, index);
    return template_callback_double(user, (double)value, index);
}

static int template_callback_nil(parser *user, size_t *index) {
    return add(user, wire_null, 0, 0, index);
}

static int template_callback_true(parser *user, size_t *index) {
    return add(user, wire_bool, 0, 1, index);
}

static int template_callback_false(parser *user, size_t *index) {
    return add(user, wire_bool, 0, 0, index);
}

/// Every element takes a byte at least, so that more of them than there are bytes is refused here
/// instead of after having read them all.
static int container(parser *user, uint32_t kind, size_t pairs, size_t elements, size_t *index) {
    if (elements > user->byte_count - user->list->count) return failed_count;
    add(user, kind, (uint32_t)pairs, 0, index);
    user->list->tokens[*index].bits = user->list->count;  // right for an empty one
    return 0;
}

static int template_callback_array(parser *user, size_t count, size_t *index) {
    return container(user, wire_array, count, count, index);
}

static int template_callback_map(parser *user, size_t count, size_t *index) {
    return container(user, wire_map, count, 2 * count, index);
}

/// Called when an element is complete: the newest one ends where the list ends.
static int template_callback_array_item(parser *user, size_t *array, size_t item) {
    (void)item;
    user->list->tokens[*array].bits = user->list->count;
    return 0;
}

static int template_callback_map_item(parser *user, size_t *map, size_t key, size_t value) {
    (void)key;
    (void)value;
    user->list->tokens[*map].bits = user->list->count;
    return 0;
}

static int template_callback_str(parser *user, const char *base, const char *at, unsigned int count,
                                 size_t *index) {
    return add(user, wire_string, count, count == 0 ? 0 : (uint64_t)(at - base), index);
}

static int template_callback_bin(parser *user, const char *base, const char *at, unsigned int count,
                                 size_t *index) {
    return template_callback_str(user, base, at, count, index);
}

static uint64_t big_endian(const uint8_t *bytes, int count) {
    uint64_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | bytes[i];
    return value;
}

/// The timestamp extension, type -1: seconds in 32 bits, or 30 bits of nanoseconds and 34 of
/// seconds, or 32 of nanoseconds and 64 of seconds. `count` includes the byte of the type.
static int template_callback_ext(parser *user, const char *base, const char *at, unsigned int count,
                                 size_t *index) {
    (void)base;
    if (count == 0) return failed_count;  // a length of 2^32 - 1, and msgpack-c's sum overflowed
    const uint8_t *bytes = (const uint8_t *)at;
    int64_t seconds, nanoseconds = 0;
    if (count == 5 && bytes[0] == 0xff) {
        seconds = (int64_t)big_endian(bytes + 1, 4);
    } else if (count == 9 && bytes[0] == 0xff) {
        uint64_t both = big_endian(bytes + 1, 8);
        nanoseconds = (int64_t)(both >> 34);
        seconds = (int64_t)(both & 0x3ffffffff);
    } else if (count == 13 && bytes[0] == 0xff) {
        nanoseconds = (int64_t)big_endian(bytes + 1, 4);
        seconds = (int64_t)big_endian(bytes + 5, 8);
    } else {
        return add(user, wire_other, 0, 0, index);
    }
    int64_t time;
    if (nanoseconds > 999999999 || __builtin_mul_overflow(seconds, 1000000000, &time) ||
        __builtin_add_overflow(time, nanoseconds, &time)) {
        return add(user, wire_other, 0, 0, index);
    }
    return add(user, wire_time, 0, (uint64_t)time, index);
}

#undef MSGPACK_UNPACK_NOMEM_ERROR
#undef MSGPACK_UNPACK_PARSE_ERROR
#define MSGPACK_UNPACK_NOMEM_ERROR failed_depth
#define MSGPACK_UNPACK_PARSE_ERROR failed_syntax
#include <msgpack/unpack_template.h>

int wire_msgpack_parse(wire_token_list *list, const uint8_t *bytes, size_t count,
                       wire_document *document) {
    if (!wire_reserve(list, count)) return wire_msgpack_memory;
    struct template_context context;
    context.user = (parser){list, count};
    template_init(&context);
    size_t offset = 0;
    int result = template_execute(&context, (const char *)bytes, count, &offset);
    if (result == failed_depth) return wire_msgpack_depth;
    if (result == failed_count || result == 0) return wire_msgpack_truncated;
    if (result < 0) return wire_msgpack_syntax;
    if (offset != count) return wire_msgpack_trailing;
    document->tokens = list->tokens;
    document->count = list->count;
    document->text = bytes;
    document->text_count = count;
    return wire_msgpack_ok;
}
