/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text_memo.c: see text_memo.h. A place a word, taken over by whoever comes last; words that are
 * long, or have a stem that is given and is not their beginning, are hashed each time.
 */
#include "store/text_memo.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

enum { PLACE_BITS = 14, LONGEST = 21, KEPT_MAX = 16, ASKED = 255, BY_LETTERS = 8 };
enum { AHEAD = 8 /* words: so long memory takes */ };

/* Half a line of the cache. */
struct memo_place {
	uint32_t group_low, form_language; /* the lowest 24 bits are the form */
	uint16_t group_high;
	uint8_t stem_bytes; /* as it was given, or ASKED */
	char word[LONGEST]; /* zeros behind it; all zero: nobody's */
};

_Static_assert(sizeof(struct memo_place) == 32, "two are a line");

struct text_memo {
	struct text_memo *next; /* of those that wait */
	struct memo_place place[1 << PLACE_BITS];
};

struct text_memos {
	pthread_mutex_t lock;
	struct text_memo *first;
	unsigned waiting;
};

/* ---- those of a store -------------------------------------------------------------- */

struct text_memos *text_memos_new(void)
{
	struct text_memos *all = calloc(1, sizeof(*all));

	if (all)
		pthread_mutex_init(&all->lock, NULL);
	return all;
}

static void memo_free(struct text_memo *m)
{
	sodium_memzero(m, sizeof(*m));
	free(m);
}

void text_memos_free(struct text_memos *all)
{
	if (!all)
		return;
	while (all->first) {
		struct text_memo *next = all->first->next;

		memo_free(all->first);
		all->first = next;
	}
	pthread_mutex_destroy(&all->lock);
	free(all);
}

struct text_memo *text_memos_take(struct text_memos *all, bool make)
{
	struct text_memo *m;

	pthread_mutex_lock(&all->lock);
	m = all->first;
	if (m) {
		all->first = m->next;
		all->waiting--;
	}
	pthread_mutex_unlock(&all->lock);
	return m || !make ? m : calloc(1, sizeof(*m));
}

void text_memos_give(struct text_memos *all, struct text_memo *m)
{
	bool keep;

	if (!m)
		return;
	pthread_mutex_lock(&all->lock);
	keep = all->waiting < KEPT_MAX;
	if (keep) {
		m->next = all->first;
		all->first = m;
		all->waiting++;
	}
	pthread_mutex_unlock(&all->lock);
	if (!keep)
		memo_free(m);
}

/* ---- words ------------------------------------------------------------------------- */

static inline uint64_t eight(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t four(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Of a short word its letters; of others the first and the last eight. */
static inline struct memo_place *place_of(struct text_memo *m, struct sv word,
					  uint8_t language)
{
	uint64_t h = 0, tail;

	if (word.n >= BY_LETTERS) {
		tail = eight(word.p + word.n - 8);
		h = eight(word.p) ^ (tail << 29 | tail >> 35);
	} else if (word.n >= 4)
		h = four(word.p) | four(word.p + word.n - 4) << 32;
	else
		for (size_t i = 0; i < word.n; i++)
			h = h << 8 | (uint8_t)word.p[i];
	h += word.n | (uint64_t)language << 8;
	return &m->place[h * 0x9e3779b97f4a7c15ULL >> (64 - PLACE_BITS)];
}

static inline bool same(const char *a, const char *b, size_t n)
{
	size_t i = 0;

	if (n >= BY_LETTERS) {
		for (; i + 8 < n; i += 8)
			if (eight(a + i) != eight(b + i))
				return false;
		return eight(a + n - 8) == eight(b + n - 8);
	}
	if (n >= 4)
		return four(a) == four(b) && four(a + n - 4) == four(b + n - 4);
	while (i < n && a[i] == b[i])
		i++;
	return i == n;
}

/* Its stem, said so that a place can tell: @stem_bytes of it. False: it cannot. */
static inline bool may_be_kept(const struct word *w, uint8_t *stem_bytes)
{
	if (!w->folded.n || w->folded.n > LONGEST || !w->folded.p[0])
		return false;
	*stem_bytes = w->stem.p ? (uint8_t)w->stem.n : ASKED;
	return !w->stem.p ||
	       (w->stem.n <= w->folded.n && w->stem.n &&
		(w->stem.p == w->folded.p || same(w->stem.p, w->folded.p, w->stem.n)));
}

static int hash_word(const struct text_origin *o, const struct word *w,
		     struct text_term *t, struct err *err)
{
	const struct word_source *s = o->source;
	struct word whole = *w;
	int rc = w->stem.p ? 0
			   : s->stem(s->self, w->folded, o->language, &whole.stem, err);

	if (!rc)
		text_term_of(o->key, o->code, &whole, t);
	return rc;
}

/* Is @w, in this language and with a stem like this, whose place @p is? */
static inline bool is_place_of(const struct memo_place *p, const struct word *w,
			       uint8_t language, uint8_t stem_bytes)
{
	return p->stem_bytes == stem_bytes && p->form_language >> 24 == language &&
	       same(p->word, w->folded.p, w->folded.n) &&
	       (w->folded.n == LONGEST || !p->word[w->folded.n]);
}

/* The term of @w, from its place @p if it is there. */
static int memo_term(struct memo_place *p, const struct text_origin *o,
		     const struct word *w, struct text_term *t, struct err *err)
{
	uint8_t stem_bytes;
	int rc;

	if (!p || !may_be_kept(w, &stem_bytes))
		return hash_word(o, w, t, err);
	if (is_place_of(p, w, o->language, stem_bytes)) {
		t->group = (uint64_t)p->group_high << 32 | p->group_low;
		t->form = p->form_language & 0xffffff;
		return 0;
	}
	rc = hash_word(o, w, t, err);
	if (rc)
		return rc;
	*p = (struct memo_place){ (uint32_t)t->group,
				  t->form | (uint32_t)o->language << 24,
				  (uint16_t)(t->group >> 32),
				  stem_bytes,
				  { 0 } };
	memcpy(p->word, w->folded.p, w->folded.n);
	return 0;
}

/* Where @w would be, on its way from memory. */
static inline struct memo_place *fetch(struct text_memo *m, const struct word *w,
				       uint8_t language)
{
	struct memo_place *p = m ? place_of(m, w->folded, language) : NULL;

	if (p)
		__builtin_prefetch(p);
	return p;
}

int text_memo_terms(struct text_memo *m, const struct text_origin *origin,
		    const struct word *words, size_t count, struct arena *arena,
		    struct text_term **out, struct err *err)
{
	struct text_term *t = arena_take(arena, count * sizeof(*t) + 1);
	struct memo_place *at[AHEAD];
	int rc = 0;

	*out = t;
	if (!t)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < count && i < AHEAD; i++)
		at[i] = fetch(m, &words[i], origin->language);
	for (size_t i = 0; i < count && !rc; i++) {
		rc = memo_term(at[i % AHEAD], origin, &words[i], &t[i], err);
		t[i].place = words[i].place;
		if (i + AHEAD < count)
			at[i % AHEAD] = fetch(m, &words[i + AHEAD], origin->language);
	}
	return rc;
}
