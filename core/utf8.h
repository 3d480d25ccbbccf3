/* SPDX-License-Identifier: Apache-2.0 */
/*
 * utf8.h: is it UTF-8, how wide is it on a terminal, and what must not reach one. Unicode data
 * come from utf8proc.
 */
#ifndef OPINIA_CORE_UTF8_H
#define OPINIA_CORE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/sv.h"

bool utf8_valid(
	struct sv s); /* RFC 3629: no surrogates, no overlong forms, at most U+10FFFF */

/* The next code point and its bytes (1..4); a wrong byte is U+FFFD and 1 byte. @s is not empty. */
uint32_t utf8_next(struct sv s, size_t *bytes);
size_t utf8_encode(uint32_t cp, char out[4]);

size_t utf8_count(struct sv s); /* code points                       */
size_t utf8_width(struct sv s); /* columns on a terminal             */

/* The longest head of @s that is at most @columns wide and ends at a grapheme. */
struct sv utf8_clip(struct sv s, size_t columns);

/*
 * @s made harmless for a terminal or a page: control characters and escape sequences become
 * U+FFFD, line breaks and tabs a blank, bidirectional overrides are shown as U+FFFD too.
 */
void utf8_tame(struct sv s, struct buf *out);

/* @s lower-cased and without diacritics, for comparing names; not for the analyzer. */
void utf8_plain(struct sv s, struct buf *out);

#endif
