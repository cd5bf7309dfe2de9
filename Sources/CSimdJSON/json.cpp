#include "CSimdJSON.h"

#include "plain.h"

#include <simdjson.h>

#include <cstdlib>
#include <cstring>
#include <new>

using namespace simdjson;

struct wire_json {
    size_t max_depth;
    /// Documents up to this many bytes need no allocation.
    size_t capacity = 0;
    dom::parser parser;
    /// The document with the padding behind it that simdjson reads over.
    uint8_t *input = nullptr;
    /// All strings without their escapes, one after the other; never longer than the document.
    uint8_t *text = nullptr;
    size_t text_count = 0;
    wire_token_list list = {nullptr, 0, 0};

    explicit wire_json(size_t depth) : max_depth(depth) {}
    ~wire_json() {
        std::free(input);
        std::free(text);
        wire_release(&list);
    }
};

namespace {

bool reserve(wire_json &json, size_t count) {
    if (count <= json.capacity) return wire_reserve(&json.list, json.capacity);
    size_t grown = 1024;
    while (grown < count) grown *= 2;
    json.capacity = 0;
    std::free(json.input);
    std::free(json.text);
    json.input = static_cast<uint8_t *>(std::malloc(grown + SIMDJSON_PADDING));
    json.text = static_cast<uint8_t *>(std::malloc(grown));
    if (!json.input || !json.text || !wire_reserve(&json.list, grown)) return false;
    if (json.parser.allocate(grown, json.max_depth)) return false;
    if (json.parser.doc.allocate(grown)) return false;
    json.capacity = grown;
    return true;
}

void append(wire_json &json, std::string_view string) {
    std::memcpy(json.text + json.text_count, string.data(), string.size());
    wire_append(&json.list, wire_string, uint32_t(string.size()), json.text_count);
    json.text_count += string.size();
}

uint64_t bits(double value) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    return bits;
}

/// Depth first; the parser has bounded the depth.
void append(wire_json &json, dom::element element) {
    wire_token_list &list = json.list;
    switch (element.type()) {
    case dom::element_type::ARRAY: {
        size_t index = list.count;
        uint32_t count = 0;
        wire_append(&list, wire_array, 0, 0);
        for (dom::element child : dom::array(element)) {
            append(json, child);
            ++count;
        }
        list.tokens[index].count = count;
        list.tokens[index].bits = list.count;
        break;
    }
    case dom::element_type::OBJECT: {
        size_t index = list.count;
        uint32_t count = 0;
        wire_append(&list, wire_map, 0, 0);
        for (dom::key_value_pair pair : dom::object(element)) {
            append(json, pair.key);
            append(json, pair.value);
            ++count;
        }
        list.tokens[index].count = count;
        list.tokens[index].bits = list.count;
        break;
    }
    case dom::element_type::STRING: append(json, std::string_view(element)); break;
    case dom::element_type::INT64:
        wire_append(&list, wire_integer, 0, uint64_t(int64_t(element)));
        break;
    case dom::element_type::UINT64:  // beyond the range of int64_t
        wire_append(&list, wire_real, 0, bits(double(uint64_t(element))));
        break;
    case dom::element_type::DOUBLE: wire_append(&list, wire_real, 0, bits(double(element))); break;
    case dom::element_type::BOOL: wire_append(&list, wire_bool, 0, bool(element)); break;
    case dom::element_type::NULL_VALUE: wire_append(&list, wire_null, 0, 0); break;
    }
}

bool is_letter(uint8_t byte) { return uint8_t((byte | 0x20) - 'a') < 26; }

bool is_word(const uint8_t *bytes, size_t count, const char *word) {
    if (std::strlen(word) != count) return false;
    for (size_t i = 0; i < count; ++i) {
        if ((bytes[i] | 0x20) != word[i]) return false;
    }
    return true;
}

/// Bytes of a number that JSON does not have, at the start of `bytes`: [+-](nan|inf|infinity).
size_t non_number(const uint8_t *bytes, size_t count) {
    size_t start = bytes[0] == '-' || bytes[0] == '+' ? 1 : 0;
    size_t end = start;
    while (end < count && is_letter(bytes[end])) ++end;
    const uint8_t *word = bytes + start;
    size_t length = end - start;
    bool found = is_word(word, length, "nan") || is_word(word, length, "inf") ||
                 is_word(word, length, "infinity");
    return found ? end : 0;
}

/// Copies a document with null in place of every such number outside of strings. `target` holds
/// 4/3 of `count`: nan becomes null. Returns the bytes written, 0 when there was nothing to do.
size_t repair(const uint8_t *bytes, size_t count, uint8_t *target) {
    size_t at = 0, written = 0;
    bool inside = false, changed = false;
    while (at < count) {
        uint8_t byte = bytes[at];
        size_t length = 1;
        if (inside) {
            if (byte == '\\' && at + 1 < count) length = 2;
            if (byte == '"') inside = false;
        } else if (byte == '"') {
            inside = true;
        } else if (is_letter(byte) || byte == '-' || byte == '+') {
            if (size_t word = non_number(bytes + at, count - at)) {
                std::memcpy(target + written, "null", 4);
                written += 4;
                at += word;
                changed = true;
                continue;
            }
            if (is_letter(byte)) {
                while (at + length < count && is_letter(bytes[at + length])) ++length;
            }
        }
        std::memcpy(target + written, bytes + at, length);
        written += length;
        at += length;
    }
    return changed ? written : 0;
}

error_code parse(wire_json &json, size_t count, dom::element &root) {
    std::memset(json.input + count, 0, SIMDJSON_PADDING);
    return json.parser.parse(json.input, count, false).get(root);
}

}  // namespace

wire_json *wire_json_create(size_t max_depth) { return new (std::nothrow) wire_json(max_depth); }

void wire_json_destroy(wire_json *json) { delete json; }

int wire_json_parse(wire_json *json, const uint8_t *bytes, size_t count, wire_document *document,
                    int *reason) {
    if (!reserve(*json, count)) return wire_json_memory;
    std::memcpy(json->input, bytes, count);
    json->input[count] = 0;
    if (wire::Plain(json->input, count, &json->list).read()) {
        *document = {json->list.tokens, json->list.count, json->input, count};
        return wire_json_ok;
    }
    dom::element root;
    error_code error = parse(*json, count, root);
    if (error && error != DEPTH_ERROR && error != UTF8_ERROR) {
        if (!reserve(*json, count + count / 3 + 1)) return wire_json_memory;
        size_t repaired = repair(bytes, count, json->input);
        if (repaired != 0) error = parse(*json, repaired, root);
    }
    *reason = int(error);
    if (error == MEMALLOC || error == CAPACITY) return wire_json_memory;
    if (error == DEPTH_ERROR) return wire_json_depth;
    if (error) return wire_json_syntax;

    json->list.count = 0;
    json->text_count = 0;
    append(*json, root);
    document->tokens = json->list.tokens;
    document->count = json->list.count;
    document->text = json->text;
    document->text_count = json->text_count;
    return wire_json_ok;
}

const char *wire_json_reason(int reason) { return error_message(error_code(reason)); }
