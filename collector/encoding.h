/* SPDX-License-Identifier: Apache-2.0 */
/*
 * encoding.h: what bytes without a name are, and how they become UTF-8.
 *
 * UTF-8 is what is valid UTF-8. Of the three eight-bit sets that Romanian and Polish files
 * come in, the one wins in which the bytes give the most letters of the two languages and
 * the fewest signs that nobody writes; windows-1250 where nothing speaks against it.
 * Pure functions, any thread.
 */
#ifndef OPINIA_COLLECTOR_ENCODING_H
#define OPINIA_COLLECTOR_ENCODING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/sv.h"

enum encoding { ENC_UTF8, ENC_CP1250, ENC_LATIN2, ENC_LATIN10, ENC_UTF16, ENC_COUNT };

const char *encoding_name(enum encoding e); /* "UTF-8", "windows-1250", … */

/*
 * Of a sample that ends anywhere: UTF-8 if more of its lines are valid than not. ASCII is
 * UTF-8. Never ENC_UTF16: that has a mark, and input.h takes care of it.
 */
enum encoding encoding_detect(struct sv sample);

/* Which of the eight-bit sets fits these bytes best. */
enum encoding encoding_of_bytes(struct sv s);

/*
 * What this row is in, where the file is in @usual: valid UTF-8 in an eight-bit file must
 * look like Romanian or Polish to be believed, since "RÓŻ" in windows-1250 is valid, too.
 */
enum encoding encoding_of_row(struct sv row, enum encoding usual);

/* @s in UTF-8: itself, or a copy in @a. False: @a is full. An undefined byte is U+0080–U+009F. */
bool encoding_decode(enum encoding e, struct sv s, struct arena *a, struct sv *out)
	__attribute__((warn_unused_result));

#endif
