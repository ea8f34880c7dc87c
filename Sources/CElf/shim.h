#ifndef REFWALK_ELF_SHIM_H
#define REFWALK_ELF_SHIM_H
// libelf and libdw in one module: libdw's headers include those of libelf, and a declaration belongs to one module only.
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#endif
