#ifndef REFWALK_ZLIB_SHIM_H
#define REFWALK_ZLIB_SHIM_H
#include <zlib.h>
#endif
