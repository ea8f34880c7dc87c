#ifndef REFWALK_DWARF_SHIM_H
#define REFWALK_DWARF_SHIM_H
#include <dwarf.h>
#include <elfutils/libdw.h>
#endif
