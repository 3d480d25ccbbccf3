/* SPDX-License-Identifier: Apache-2.0 */
/* checker.h: is a store that a power cut left behind whole, and is all there that was acknowledged? */
#ifndef OPINIA_TESTS_POWER_CHECKER_H
#define OPINIA_TESTS_POWER_CHECKER_H

#include <stdint.h>

enum { CHECKER_FINE, CHECKER_CORRUPT, CHECKER_LOST, CHECKER_BROKEN, CHECKER_ANSWERS };

extern const char *const checker_names[CHECKER_ANSWERS];

/* The lexicon is opened once; OPINIA_LEXICON names it. */
void checker_begin(void);
void checker_end(void);

enum { CHECKER_FORMAT = 32 };

/*
 * In a process of its own: open @folder/store with @folder/store.key. @acked: how many files were
 * imported, each of ROWS new rows and one revision of the row `E0`: checker.c; and, above
 * CHECKER_FORMAT bits, the format that the store has been brought to: a store of an older one is
 * brought there first. Returns an answer; what is wrong goes to stderr.
 */
int checker_run(const char *folder, uint64_t acked);

#endif
