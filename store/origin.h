/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin.h: origins like `answers.csv:17`, which many records have alike but for the line.
 *
 * The file becomes a name and the line a field, so that a document has two small numbers
 * instead of a text. A file's name may be a person's: it is sealed before it is a name,
 * always to the same bytes.
 */
#ifndef OPINIA_STORE_ORIGIN_H
#define OPINIA_STORE_ORIGIN_H

#include "core/arena.h"
#include "store/inside.h"

/* The file; *line is what stands behind it. Empty: it does not look like that. */
struct sv origin_file(struct sv origin, uint32_t *line);
/* The name that @file has in this store; empty when memory is out. */
struct sv origin_name(const struct opinia_store *store, struct sv file,
		      struct arena *arena);
/* `FILE:LINE` again; empty: there is no key, the name is not ours, or memory is out. */
struct sv origin_text(const struct opinia_store *store, struct sv name, uint32_t line,
		      struct arena *arena);

#endif
