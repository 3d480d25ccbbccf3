/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pages.h: is a data file built as LMDB builds one? LMDB believes what it finds in a page and follows
 * it, so damage there is a crash. Here pages are read like any foreign bytes, before they are believed.
 */
#ifndef OPINIA_STORE_PAGES_H
#define OPINIA_STORE_PAGES_H

#include <stdbool.h>

#include "core/err.h"

/*
 * Look at the heads of the file, and at the small tables that opening a store needs; @whole, or where
 * the file is shorter than it says: at every page of every table and at the list of free
 * ones. ERR_INPUT: damaged, and where. Others may write meanwhile. What
 * is in values is not looked at: they have checksums of their own.
 */
int pages_verify(const char *path, bool whole, struct err *err);

#endif
