/// simdjson behind a C interface: a document goes in, a flat list of tokens comes out.
#ifndef FORETIDE_CSIMDJSON_H
#define FORETIDE_CSIMDJSON_H

#include "CWire.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A parser and its buffers, which grow to the largest document and are used again for the next.
typedef struct wire_json wire_json;

/// NULL when there is no memory. Arrays and objects may nest to `max_depth`.
wire_json *wire_json_create(size_t max_depth);
void wire_json_destroy(wire_json *json);

enum { wire_json_ok, wire_json_memory, wire_json_depth, wire_json_syntax };

/// Parses one document of UTF-8. Returns one of the codes above; for `wire_json_syntax`, `reason`
/// gets simdjson's error code.
///
/// Python's json.dumps writes NaN and Infinity, which are no JSON, and so does printf("%f"): when
/// a document does not parse, those words outside of strings become null, and it is tried again.
int wire_json_parse(wire_json *json, const uint8_t *bytes, size_t count, wire_document *document,
                    int *reason);

/// simdjson's sentence for an error code.
const char *wire_json_reason(int reason);

#ifdef __cplusplus
}
#endif
#endif
