/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spelling.h: are these words written with exactly the lexicon's diacritics?
 *
 * Case, the form (NFC, NFD) and the kind of cedilla do not matter, nor what stands between
 * the words. Only the few entries with the flag `exact` ask.
 */
#ifndef OPINIA_ANALYZER_SPELLING_H
#define OPINIA_ANALYZER_SPELLING_H

#include <stdbool.h>

#include "core/sv.h"

/* @term as in the lexicon: a final `*` of a word fits any rest of the word in @text. */
bool spelling_fits(struct sv text, struct sv term);

#endif
