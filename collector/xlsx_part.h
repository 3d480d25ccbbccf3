/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xlsx_part.h: the archive that a workbook is, and walking one of its XML parts piece by
 * piece, under ceilings: a part that unpacks to more than it may, a document type (entities
 * that grow), elements nested too deep or a tag without end are refused.
 *
 * Names come without their prefix: `row` of `x:row`.
 */
#ifndef OPINIA_COLLECTOR_XLSX_PART_H
#define OPINIA_COLLECTOR_XLSX_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/input.h"
#include "core/err.h"
#include "core/sv.h"

struct pack;

/* @in is borrowed for the call. ERR_INPUT: no archive. ERR_USAGE: it comes out of a pipe. */
int pack_open(struct pack **out, const struct input *in, struct err *err);
void pack_close(struct pack *p); /* NULL is fine */
bool pack_has(const struct pack *p, const char *part);

struct part_reader {
	void (*start)(void *self, struct sv name, const char *const *attrs);
	void (*end)(void *self, struct sv name); /* NULL: not asked */
	void (*text)(void *self, struct sv text);
};

struct part;

/* ERR_MISSING: there is no such part. @most: bytes that it may unpack to. */
int part_open(struct part **out, struct pack *pack, const char *name, uint64_t most,
	      const struct part_reader *reader, void *self, struct err *err);

/* Another piece, or up to part_pause(); *more false: that was all of it. */
int part_more(struct part *p, bool *more, struct err *err);
void part_close(struct part *p); /* NULL is fine */

/* From inside of a reader: come back after this element; stop, it is wrong. */
void part_pause(struct part *p);
void part_wrong(struct part *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The value of attribute @name (without prefix); the empty view: it has none. */
struct sv part_attr(const char *const *attrs, struct sv name);

#endif
