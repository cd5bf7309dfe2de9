/// msgpack-c's parser with our callbacks: a document goes in, a flat list of tokens comes out.
#ifndef FORETIDE_CMESSAGEPACK_H
#define FORETIDE_CMESSAGEPACK_H

#include "CWire.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    wire_msgpack_ok,
    wire_msgpack_memory,
    wire_msgpack_depth,     ///< arrays and maps nest deeper than 32
    wire_msgpack_truncated, ///< it ends early, or declares more elements than it has bytes
    wire_msgpack_syntax,    ///< a byte that MessagePack does not have
    wire_msgpack_trailing   ///< bytes behind the document
};

/// Parses one document. Strings and binaries are offsets into `bytes`, which must outlive the
/// document. Strings are not checked to be UTF-8.
int wire_msgpack_parse(wire_token_list *list, const uint8_t *bytes, size_t count,
                       wire_document *document);

#ifdef __cplusplus
}
#endif
#endif
