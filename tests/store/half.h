/* SPDX-License-Identifier: Apache-2.0 */
/*
 * half.h: what the tests of the index share: a store's environment in a folder of its
 * own, numbers by chance that can be had again, and a toy source of words.
 */
#ifndef OPINIA_TESTS_STORE_HALF_H
#define OPINIA_TESTS_STORE_HALF_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/words.h"
#include "store/txn.h"

/*
 * Chance from a seed that OPINIA_SEED may set; it is printed, so that a failure can be
 * had again. One for all files of a test (chance.c).
 */
extern uint64_t chance_state;

void chance_start(const char *test);
uint32_t chance(uint32_t below);

static inline struct env *half_open(char dir[64])
{
	struct env_options opt = {
		.dir = dir, .create = true, .map_start = 64 << 20, .map_max = 256 << 20
	};
	struct err err = ERR_NONE;
	struct env *env = NULL;

	snprintf(dir, 64, "/tmp/opinia-half-XXXXXX");
	cr_assert_not_null(mkdtemp(dir));
	cr_assert_eq(env_open(&env, &opt, &err), 0, "%s", err.text);
	return env;
}

static inline void half_close(struct env *env, const char *dir)
{
	char path[100];

	env_close(env);
	snprintf(path, sizeof(path), "%s/data.mdb", dir);
	unlink(path);
	snprintf(path, sizeof(path), "%s/lock.mdb", dir);
	unlink(path);
	rmdir(dir);
}

/*
 * Words between blanks. Folding: ASCII to lower case, the Romanian letters without
 * their marks. Stem: without a last vowel in "ro" (language 1), the whole word
 * otherwise.
 */
static inline int toy_words(void *self, struct sv text, uint8_t language,
			    struct arena *arena, struct word **out, size_t *count,
			    struct err *err)
{
	static const struct {
		const char *from, to;
	} letters[] = { { "ă", 'a' }, { "â", 'a' }, { "î", 'i' }, { "ș", 's' },
			{ "ț", 't' }, { "Ă", 'a' }, { "Â", 'a' }, { "Î", 'i' },
			{ "Ș", 's' }, { "Ț", 't' }, { "ş", 's' }, { "ţ", 't' } };
	struct word *w = arena_take(arena, (text.n + 1) * sizeof(*w));
	struct sv rest = text;
	size_t n = 0;

	(void)self;
	if (!w)
		return err_set(err, ERR_SYSTEM, "out of memory");
	while (rest.n) {
		struct sv word = sv_cut(&rest, ' '), left = word;
		char *p = arena_take(arena, word.n + 1);
		size_t k = 0;

		while (p && left.n) {
			size_t i = 0;

			while (i < 12 && !sv_starts(left, sv_of(letters[i].from)))
				i++;
			p[k++] = i < 12 ? letters[i].to
					: (char)(*left.p >= 'A' && *left.p <= 'Z'
							 ? *left.p + 32
							 : *left.p);
			left = sv_sub(left, i < 12 ? 2 : 1, left.n);
		}
		if (!k || !((p[0] >= 'a' && p[0] <= 'z') || p[0] < 0))
			continue;
		w[n].folded = w[n].stem = (struct sv){ p, k };
		if (language == 1 && k > 2 && strchr("aeiou", p[k - 1]))
			w[n].stem.n--;
		w[n].span = (struct span){ (uint32_t)(word.p - text.p),
					   (uint32_t)(word.p + word.n - text.p) };
		w[n].place = (uint32_t)n;
		n++;
	}
	*out = w;
	*count = n;
	return 0;
}

#endif
