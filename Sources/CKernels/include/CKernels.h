// What Swift sees of the C core.
#ifndef FORETIDE_CKERNELS_H
#define FORETIDE_CKERNELS_H

#include "elementary.h"
#include "kernels.h"
#include "prefetch.h"

#endif
