// The functions live in the header; SwiftPM wants a C target to have one source file.
#include "CKernels.h"
