#include "CWire.h"

#include <stdlib.h>

bool wire_reserve(wire_token_list *list, size_t capacity) {
    list->count = 0;
    if (capacity <= list->capacity) return true;
    size_t grown = 64;
    while (grown < capacity) grown *= 2;
    free(list->tokens);
    list->tokens = malloc(grown * sizeof(wire_token));
    list->capacity = list->tokens ? grown : 0;
    return list->tokens != NULL;
}

void wire_release(wire_token_list *list) {
    free(list->tokens);
    list->tokens = NULL;
    list->count = list->capacity = 0;
}
