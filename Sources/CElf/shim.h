#ifndef REFWALK_ELF_SHIM_H
#define REFWALK_ELF_SHIM_H
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#endif
