/* SPDX-License-Identifier: Apache-2.0 */
/*
 * letters.h: short texts made small letter by letter: how likely one is after the one
 * before it, as in a text that both sides have.
 *
 * A comment has too few words for zstd to find any of them again; what a letter is
 * followed by it shares with all others. docs/formats/store.md has the numbers.
 */
#ifndef OPINIA_STORE_LETTERS_H
#define OPINIA_STORE_LETTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/sv.h"

struct letters; /* any thread */

struct letters *letters_new(struct sv learned_from); /* NULL: out of memory */
void letters_free(struct letters *l);		     /* NULL is fine          */
/* 0: it does not fit into @room; else the bytes written. */
size_t letters_pack(const struct letters *l, struct sv text, uint8_t *out, size_t room);
/* The @n bytes of the text to @out, whatever @packed is. */
void letters_unpack(const struct letters *l, struct sv packed, char *out, size_t n);

#endif
