/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stale.c: which comments were read with another lexicon than the latest. Documents say it, nothing else
 * does; so they are only looked at where they can differ: meta `settled` has the one lexicon that all of
 * them had when somebody looked at all, until another one lands.
 */
#include "store/docs.h"
#include "store/filter.h"
#include "store/keys.h"
#include "store/meta.h"
#include "store/names.h"
#include "store/query.h"
#include "store/text.h"

enum { SUM = 4, VALUE = 8 };

static bool is_settled(struct txn *t, uint32_t lexicon)
{
	struct sv v = meta_get(t, "settled");

	return v.n == VALUE && le_get(v.p, SUM) == sum32(v.p + SUM, VALUE - SUM, 'S') &&
	       le_get(v.p + SUM, 4) == lexicon;
}

static int count_doc(struct txn *t, uint32_t id, uint32_t lexicon, uint64_t *older,
		     uint64_t *all, struct err *err)
{
	struct doc d;
	int rc = docs_read(t, id, &d, err);

	if (rc || d.flags & DOC_ERASED || !(d.flags & DOC_ANALYZED))
		return rc;
	++*all;
	*older += doc_field(&d, DOC_LEXICON) != lexicon;
	return 0;
}

static int count_all(struct query *q, uint32_t lexicon, uint64_t *older, uint64_t *all,
		     struct err *err)
{
	struct txn *t = &q->snap->txn;
	int rc = 0;

	for (uint32_t s = 0; !rc && s < q->segments; s++) {
		struct bits_set set;
		bool any;

		rc = query_segment(q, s, &set, &any, err);
		for (uint32_t i = 0; !rc && any && i < BITS_WORDS; i++)
			for (uint64_t w = set.w[i]; !rc && w; w &= w - 1)
				rc = count_doc(
					t,
					s << 16 | (i * 64 + (uint32_t)__builtin_ctzll(w)),
					lexicon, older, all, err);
	}
	return rc;
}

static int look(struct opinia_snapshot *snap, const struct filter *f, uint32_t lexicon,
		uint64_t *older, uint64_t *all, struct err *err)
{
	struct query q;
	int rc = query_open(&q, snap, f, err);

	*older = *all = 0;
	if (rc)
		return rc;
	rc = count_all(&q, lexicon, older, all, err);
	query_close(&q);
	return rc;
}

int opinia_stale(struct opinia_snapshot *snap, const struct filter *f, uint64_t *older,
		 uint64_t *all, struct err *err)
{
	struct state state;

	*older = *all = 0;
	state_read(&snap->txn, &state);
	if (names_count(&snap->txn, NAME_LEXICON) < 2 ||
	    is_settled(&snap->txn, state.lexicon))
		return txn_failed(&snap->txn, err);
	return look(snap, f, state.lexicon, older, all, err);
}

/* Nothing landed since @seen? Then what was seen still holds. */
static int note(struct opinia_store *s, const struct state *seen, struct err *err)
{
	char v[VALUE];
	struct state now;
	struct txn t;
	int rc;

	le_set(v + SUM, seen->lexicon, 4);
	le_set(v, sum32(v + SUM, VALUE - SUM, 'S'), SUM);
	do {
		rc = txn_write(&t, s->env, err);
		if (rc)
			return rc;
		state_read(&t, &now);
		if (now.lexicon == seen->lexicon && now.next_id == seen->next_id &&
		    now.revisions == seen->revisions)
			meta_put(&t, "settled", (struct sv){ v, VALUE });
		rc = txn_commit(&t, err);
	} while (rc && t.full && !env_grow(s->env, err));
	return rc;
}

/* Of all feedback, as `retag` reads it. */
static int look_at_all(struct opinia_snapshot *snap, uint32_t lexicon, uint64_t *older,
		       struct err *err)
{
	const struct opinia_filter_env env = { .zone = snap->store->zone };
	struct filter *all;
	struct arena arena;
	uint64_t n;
	int rc;

	arena_init(&arena, 0);
	rc = opinia_filter_parse((struct sv){ NULL, 0 }, &env, &arena, &all, err);
	if (!rc)
		rc = look(snap, all, lexicon, older, &n, err);
	arena_release(&arena);
	return rc;
}

/* Reading all again dropped the counts of words: each is made in a transaction of its own. */
static int count_words(struct opinia_store *s, struct err *err)
{
	unsigned made = 1;
	struct txn t;
	int rc = 0;

	while (!rc && made) {
		rc = txn_write(&t, s->env, err);
		if (rc)
			return rc;
		rc = text_spans_make(&t, 1, &made, err);
		if (rc)
			txn_abort(&t);
		else
			rc = txn_commit(&t, err);
		if (rc && t.full) {
			rc = env_grow(s->env, err);
			made = 1; /* none of it is there: once more */
		}
	}
	return rc;
}

int opinia_store_settle(struct opinia_store *store, struct err *err)
{
	struct opinia_snapshot *snap;
	struct state seen;
	uint64_t older = 0;
	int rc = opinia_snapshot_open(store, &snap, err);

	if (rc)
		return rc;
	state_read(&snap->txn, &seen);
	rc = look_at_all(snap, seen.lexicon, &older, err);
	opinia_snapshot_close(snap);
	if (!rc)
		rc = count_words(store, err);
	return rc || older ? rc : note(store, &seen, err);
}
