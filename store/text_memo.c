/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_memo.c: see text_memo.h. A place a word, taken over by whoever comes last; words
 * that are long or have a stem that is not their beginning are hashed each time.
 */
#include "store/text_memo.h"

#include <stdlib.h>
#include <string.h>

enum { PLACE_BITS = 12, LONGEST = 31, CODE_MAX = 4 };

struct memo_place {
	uint64_t group;
	uint32_t form;
	char code[CODE_MAX];
	uint8_t word_bytes, stem_bytes; /* 0: nobody's */
	char word[LONGEST];
};

struct text_memo {
	struct memo_place place[1 << PLACE_BITS];
};

struct text_memo *text_memo_new(void)
{
	return calloc(1, sizeof(struct text_memo));
}

void text_memo_free(struct text_memo *m)
{
	free(m);
}

static struct memo_place *place_of(struct text_memo *m, struct sv word)
{
	uint64_t head = 0, tail = 0;
	size_t n = word.n < 8 ? word.n : 8;

	memcpy(&head, word.p, n);
	memcpy(&tail, word.p + word.n - n, n);
	head ^= (tail << 29 | tail >> 35) + word.n;
	return &m->place[head * 0x9e3779b97f4a7c15ULL >> (64 - PLACE_BITS)];
}

static bool may_be_kept(const struct word *w, struct sv code)
{
	return w->folded.n && w->folded.n <= LONGEST && w->stem.n <= w->folded.n &&
	       code.n && code.n <= CODE_MAX && w->stem.n &&
	       !memcmp(w->stem.p, w->folded.p, w->stem.n);
}

/* The term of @w, from its place if it is there. */
static void memo_term(struct text_memo *m, const uint8_t *key, struct sv code,
		      const struct word *w, struct text_term *t)
{
	struct memo_place *p = place_of(m, w->folded);
	char padded[CODE_MAX] = { 0 };

	memcpy(padded, code.p, code.n);
	if (p->word_bytes == w->folded.n && p->stem_bytes == w->stem.n &&
	    !memcmp(p->word, w->folded.p, w->folded.n) &&
	    !memcmp(p->code, padded, CODE_MAX)) {
		t->group = p->group;
		t->form = p->form;
		return;
	}
	text_term_of(key, code, w, t);
	p->group = t->group;
	p->form = t->form;
	p->word_bytes = (uint8_t)w->folded.n;
	p->stem_bytes = (uint8_t)w->stem.n;
	memcpy(p->code, padded, CODE_MAX);
	memcpy(p->word, w->folded.p, w->folded.n);
}

int text_memo_terms(struct text_memo *m, const uint8_t key[TEXT_KEY_BYTES],
		    struct sv code, const struct word *words, size_t count,
		    struct arena *arena, struct text_term **out, struct err *err)
{
	struct text_term *t;

	if (!m)
		return text_terms(key, code, words, count, arena, out, err);
	*out = t = arena_take(arena, count * sizeof(*t) + 1);
	if (!t)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < count; i++) {
		if (may_be_kept(&words[i], code))
			memo_term(m, key, code, &words[i], &t[i]);
		else
			text_term_of(key, code, &words[i], &t[i]);
		t[i].place = words[i].place;
	}
	return 0;
}
