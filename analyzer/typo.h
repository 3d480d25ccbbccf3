/* SPDX-License-Identifier: Apache-2.0 */
/*
 * typo.h: words that differ by one slip of the finger from a word that means something. The
 * compiler and the analyzer share how a word with a letter missing is hashed.
 */
#ifndef OPINIA_ANALYZER_TYPO_H
#define OPINIA_ANALYZER_TYPO_H

#include "analyzer/scratch.h"

enum { TYPO_LEAST = 5, TYPO_MOST = 24 }; /* letters */

/*
 * The hashes of @p without its first letter, its second … and, at last, of all of it: @n + 1 of
 * them. Letters are added up by their places, so each follows from the one before.
 */
void typo_hashes(const char *p, uint32_t n, uint64_t *hashes);

/* Small Latin letters only, and as many as a word may have that is guessed at. */
bool typo_letters(const char *p, uint32_t n);

/*
 * The key that was meant by @p, which no list and no text knows; NO_TYPO: none, or several
 * that differ in what they say, or a word that looks like one of our languages.
 */
#define NO_TYPO UINT32_MAX
uint32_t typo_find(const struct table *t, const char *p, uint32_t n);

/*
 * A bit for each form of @t, an eighth of what the forms take: most words have none, and learn it
 * here. @t keeps it; from malloc, NULL: out of memory. A table without one is asked itself.
 */
uint64_t *typo_filter_make(struct table *t);

#endif
