/* SPDX-License-Identifier: Apache-2.0 */
/* scratch.c: the arrays of one thread grow together, to what the longest text can need. */
#include "analyzer/scratch.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "analyzer/fold.h"
#include "analyzer/hash.h"

enum { ROOM_FIRST = 4096, HUGE_PAGE = 2 << 20 };
static_assert(HUGE_PAGE % MEMO_SIZE == 0, "memos begin at lines of memory");

#define FIT(field, count)                                                                \
	(free(s->field), s->field = calloc(count, sizeof(*s->field)), s->field != NULL)

/* What a text of @n bytes is taken apart into. */
static bool fit_text(struct opinia_scratch *s, size_t n)
{
	size_t tokens = n + 8, most = tokens * FOLD_BYTES_MAX;
	size_t folded = n * FOLD_BYTES_MAX + SCRATCH_PAD;

	s->emoji_from = (uint32_t)folded;
	return FIT(folded, folded + tokens * (HASH_PAD + 1) + HASH_PAD) &&
	       FIT(shifts, n + 8) && FIT(emoji, n + 8) && FIT(tokens, most) &&
	       FIT(borders, most) && FIT(words, most) && FIT(points, most / POINTS + 1) &&
	       FIT(marks, most + POINTS);
}

/*
 * What is remembered of words, and room for @keys of those that are not. Words lie all over it: in
 * pages of two megabytes, where the system has some, they are found with fewer looks.
 */
static bool fit_memo(struct opinia_scratch *s, size_t keys)
{
	size_t memos = KEYS_FROM * sizeof(*s->keys), skip;
	char *from;

	free(s->memory);
	s->memory = calloc(1, memos + keys * sizeof(*s->keys) + HUGE_PAGE);
	if (!s->memory)
		return false;
	skip = (HUGE_PAGE - (uintptr_t)s->memory % HUGE_PAGE) % HUGE_PAGE;
	from = (char *)s->memory + skip;
	(void)madvise(from, memos, MADV_HUGEPAGE); /* a wish, no more */
	s->keys = (void *)from;
	s->memo = (void *)from;
	return true;
}

/* What is found in it, and what is remembered of its words. */
static bool fit_finds(struct opinia_scratch *s, size_t n)
{
	size_t tokens = n + 8, most = tokens * FOLD_BYTES_MAX;
	size_t topics = s->t ? s->t->topic_count : 0;

	return fit_memo(s, most * TOKEN_KEYS_MAX) && FIT(hits, 2 * tokens) &&
	       FIT(topics, 2 * tokens) && FIT(sides, 2 * tokens) &&
	       FIT(spare, 2 * tokens) && FIT(clauses, most + 1) &&
	       FIT(begins, most / POINTS + 1) && FIT(clause_of, most) &&
	       FIT(fired, topics / 64 + 1) && FIT(outcomes, OUTCOMES);
}

void scratch_init(struct opinia_scratch *s, const struct table *t)
{
	*s = (struct opinia_scratch){ .t = t };
	scratch_packs(s, 0);
}

void scratch_packs(struct opinia_scratch *s, uint32_t packs)
{
	s->packs = packs;
	s->kinds = (uint8_t)(packs ? 0xff : 0xff & ~ENTRY_PACKS);
	s->hidden = packs ? 0 : KEY_PACK | KEY_PACK_STARTS | KEY_PACK_GOES_ON;
}

void scratch_release(struct opinia_scratch *s)
{
	free(s->folded);
	free(s->shifts);
	free(s->emoji);
	free(s->tokens);
	free(s->memory);
	free(s->hits);
	free(s->topics);
	free(s->sides);
	free(s->spare);
	free(s->clauses);
	free(s->borders);
	free(s->points);
	free(s->begins);
	free(s->clause_of);
	free(s->marks);
	free(s->fired);
	free(s->words);
	free(s->outcomes);
	free(s->sums);
	free(s->pii);
	free(s->endings);
	scratch_init(s, s->t);
}

int scratch_fit(struct opinia_scratch *s, size_t bytes, struct err *err)
{
	size_t n = s->room ? s->room : ROOM_FIRST;

	if (bytes > TEXT_MAX)
		return err_set(err, ERR_INPUT, "a text of %zu bytes: at most %d are read",
			       bytes, TEXT_MAX);
	if (s->room && bytes <= s->room)
		return 0;
	while (n < bytes)
		n *= 2;
	s->room = 0;
	if (!fit_text(s, n) || !fit_finds(s, n))
		return err_set(err, ERR_SYSTEM, "out of memory for a text of %zu bytes",
			       bytes);
	s->room = n;
	return 0;
}
