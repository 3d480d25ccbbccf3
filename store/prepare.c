/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepare.c: a batch made ready, on any thread, while another lands.
 *
 * Everything dear is done here: checking, hashing, packing, the stream half of the
 * encryption, the hashing of words. What is left to the landing is what only it knows:
 * numbers.
 */
#include <stdlib.h>
#include <string.h>

#include "store/identity.h"
#include "store/inside.h"
#include "store/keys.h"
#include "store/landing.h"
#include "store/meta.h"
#include "store/prepare.h"
#include "store/text_memo.h"

const struct named_field named_fields[NAMED_FIELDS] = {
	{ DOC_SOURCE, NAME_SOURCE, UINT16_MAX },
	{ DOC_AGENT, NAME_AGENT, 0xffffff },
	{ DOC_TEAM, NAME_TEAM, 0xffffff },
	{ DOC_QUEUE, NAME_QUEUE, 0xffffff },
	{ DOC_REASON, NAME_REASON, 0xffffff },
	{ DOC_ACTIVITY, NAME_ACTIVITY, 0xffffff },
	{ DOC_LANGUAGE, NAME_LANGUAGE, UINT8_MAX },
	{ DOC_ORIGIN, NAME_ORIGIN, 0xffffff },
};

enum { MEMO_FROM = 64 /* rows: for fewer none is made */ };

/* ---- one record -------------------------------------------------------------------- */

enum { STRONG_SCORE = 700, STRONG_CONF = 700 }; /* milli */

/*
 * Do score and words say the opposite? Only words that the lexicon alone is sure of, without
 * irony, and only far ends count; "was it solved?" never does.
 */
static bool contradicts(const struct record *r, const struct verdict *v)
{
	const struct plain_verdict *w = &v->plain;

	if (!v->analyzed || w->irony || w->conf < STRONG_CONF ||
	    (w->score < STRONG_SCORE && w->score > -STRONG_SCORE))
		return false;
	for (unsigned i = 0; i < r->score_count; i++) {
		const struct score *s = &r->scores[i];
		int good = s->low_is_good ? s->max - s->value : s->value - s->min;
		int span = s->max - s->min;

		if (s->kind == SCORE_FCR || !span)
			continue;
		if ((w->sentiment == SENTIMENT_NEG && 5 * good >= 4 * span) ||
		    (w->sentiment == SENTIMENT_POS && 5 * good <= span))
			return true;
	}
	return false;
}

static void prep_scores(struct doc_fields *f, const struct record *r)
{
	for (unsigned i = 0; i < r->score_count; i++) {
		const struct score *s = &r->scores[i];

		f->scores[i] = (struct indexed_score){ .kind = (uint8_t)s->kind,
						       .low_is_good = s->low_is_good,
						       .value = s->value,
						       .min = s->min,
						       .max = s->max };
	}
	doc_set(f, DOC_SCORES, r->score_count);
}

static int prep_verdict(struct prepping *w, struct prep_row *row, const struct record *r,
			const struct verdict *v, struct err *err)
{
	struct doc_fields *f = &row->fields;
	const struct taxonomy *taxonomy = w->store->taxonomy;

	f->flags = (uint16_t)((v->analyzed ? DOC_ANALYZED : 0) |
			      (r->comment.n ? DOC_COMMENTED : 0) |
			      (contradicts(r, v) ? DOC_CONTRADICTION : 0));
	if (!v->analyzed)
		return 0;
	if (v->topic_count > VERDICT_TOPICS_MAX ||
	    v->language >= w->store->language_count || v->sentiment >= SENTIMENT_COUNT)
		return err_set(err, ERR_BUG, "a verdict is out of bounds");
	f->sentiment = v->sentiment;
	doc_set(f, DOC_VERDICT,
		(uint32_t)(uint16_t)v->score | (uint32_t)(uint16_t)v->conf << 16);
	doc_set(f, DOC_TOPICS, v->topic_count);
	for (unsigned i = 0; i < v->topic_count; i++) {
		const struct topic_verdict *t = &v->topics[i];

		if (!taxonomy || t->topic >= taxonomy->count || t->score < -1000 ||
		    t->score > 1000 || t->label >= SENTIMENT_COUNT)
			return err_set(err, ERR_BUG,
				       "a topic of a verdict is out of bounds");
		if (t->topic == w->no_content)
			f->flags |= DOC_NO_CONTENT;
		f->topics[i] = (struct doc_topic){ t->topic, t->label, t->score };
	}
	row->name[LANGUAGE_NAME] =
		prep_name(w, NAME_LANGUAGE, w->store->languages[v->language]);
	return 0;
}

static void prep_attrs(struct prepping *w, struct doc_fields *f, const struct record *r)
{
	for (unsigned i = 0; i < r->attr_count; i++) {
		buf_clear(&w->hashed);
		buf_sv_put(&w->hashed, r->attrs[i].key);
		buf_char(&w->hashed, '=');
		buf_sv_put(&w->hashed, r->attrs[i].value);
		w->failed |= !buf_ok(&w->hashed);
		f->attrs[i] = prep_name(w, NAME_ATTR, buf_sv(&w->hashed));
		prep_name(w, NAME_ATTR_KEY, r->attrs[i].key);
	}
	doc_set(f, DOC_ATTRS, r->attr_count);
}

static void prep_head(struct prepping *w, struct prep_row *row, const struct record *r)
{
	struct doc_fields *f = &row->fields;
	const struct sv names[] = { r->source, r->agent,  r->team,
				    r->queue,  r->reason, r->activity };

	f->kind = (uint8_t)r->kind;
	f->channel = (uint8_t)r->channel;
	f->delivery = (uint8_t)r->delivery;
	f->escalated = (uint8_t)r->escalated;
	f->self_service = (uint8_t)r->self_service;
	doc_set_time(f, DOC_ANSWERED, r->answered_at);
	doc_set_time(f, DOC_OCCURRED, r->occurred_at);
	doc_set_time(f, DOC_ASKED, r->asked_at);
	doc_set_time(f, DOC_FIRST_RESPONSE, r->first_response_at);
	doc_set_time(f, DOC_RESOLVED, r->resolved_at);
	doc_set(f, DOC_VALUE, (uint64_t)r->value_cents);
	doc_set(f, DOC_INTERACTION, interaction_digest(&w->store->keys, r->interaction));
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		row->name[i] = prep_name(w, named_fields[i].dim, names[i]);
	prep_scores(f, r);
	prep_attrs(w, f, r);
}

static void prep_persons(struct prepping *w, struct prep_row *row, const struct record *r)
{
	bool row_of_customer = r->kind == KIND_CUSTOMER;
	const struct sv none = { 0 };

	row->person[0] = prep_person(w, ALIAS_ANY, r->customer);
	row->person[1] = prep_person(w, ALIAS_EMAIL, row_of_customer ? r->email : none);
	row->person[2] = prep_person(w, ALIAS_PHONE, row_of_customer ? r->phone : none);
	row->person[3] = prep_person(w, ALIAS_CRM, row_of_customer ? r->crm : none);
	row->owner = NO_PERSON;
	for (unsigned i = 0; i < TIE_MAX && row->owner == NO_PERSON; i++)
		row->owner = row->person[i];
	if (row->owner != NO_PERSON)
		row->person[0] = row->owner; /* the row's customer is its first address */
}

static int prep_words(struct prepping *w, struct prep_row *row, const struct record *r,
		      const struct opinia_reading *x, struct err *err)
{
	uint8_t language = x->verdict.analyzed ? x->verdict.language : 0;
	struct opinia_store *s = w->store;
	struct text_origin origin = { s->keys.word, s->languages[language], language,
				      &s->words };
	const struct word *words = x->words;
	size_t count = x->word_count;
	struct word *asked;
	int rc = 0;

	if (!r->comment.n || !s->word_source_set)
		return 0;
	if (!words) {
		arena_reset(&w->scratch);
		rc = s->words.words(s->words.self, r->comment, language, &w->scratch,
				    &asked, &count, err);
		words = asked;
	}
	if (rc || !count)
		return rc;
	rc = text_memo_terms(w->memo, &origin, words, count, &w->p->arena, &row->terms,
			     err);
	row->term_count = rc ? 0 : (uint32_t)count;
	return rc;
}

static int prep_record(struct prepping *w, struct prep_row *row, const struct record *r,
		       const struct opinia_reading *x, struct err *err)
{
	const struct verdict *v = &x->verdict;
	int rc = record_check(r, err);

	if (rc)
		return rc;
	*row = (struct prep_row){ .keyless = false };
	row->keyless =
		identity_of(&w->store->keys, r, &w->hashed, row->identity, &row->content);
	w->failed |= !buf_ok(&w->hashed); /* before it is cleared for the next use */
	prep_head(w, row, r);
	rc = prep_verdict(w, row, r, v, err);
	if (rc)
		return rc;
	if (row->keyless)
		row->fields.flags |= DOC_KEYLESS;
	doc_set(&row->fields, DOC_CONTENT, row->content);
	prep_persons(w, row, r);
	if (row->owner == NO_PERSON)
		row->fields.flags |= DOC_OWN_KEY;
	prep_text(w, row, r, v);
	return prep_words(w, row, r, x, err);
}

/* ---- the batch --------------------------------------------------------------------- */

static int prepping_start(struct prepping *w, struct opinia_store *s,
			  const struct batch *b, struct sv lexicon, struct err *err)
{
	*w = (struct prepping){ .store = s, .p = calloc(1, sizeof(*w->p)) };
	arena_init(&w->scratch, 0);
	buf_init(&w->bits, 0);
	buf_init(&w->plain, 0);
	buf_init(&w->hashed, 0);
	w->packing = packing_new(s->packer);
	w->memo = text_memos_take(s->memos, b->count >= MEMO_FROM);
	w->no_content = s->taxonomy ? taxonomy_find(s->taxonomy, SV("no_content")) : -1;
	if (!w->p || !w->packing)
		return err_set(err, ERR_SYSTEM, "out of memory");
	arena_init(&w->p->arena, 0);
	w->p->store = s;
	table_init(&w->names, &w->p->arena);
	table_init(&w->persons, &w->p->arena);
	w->p->rows = arena_take(&w->p->arena, (b->count + 1) * sizeof(*w->p->rows));
	w->waiting = arena_take(&w->p->arena,
				(b->count < PREP_WAITING ? b->count : PREP_WAITING) *
					sizeof(*w->waiting));
	if (w->p->rows) /* a row that could not be made is freed like the others */
		memset(w->p->rows, 0, (b->count + 1) * sizeof(*w->p->rows));
	if (!w->p->rows || !w->waiting ||
	    !arena_copy(&w->p->arena, b->source, &w->p->source) ||
	    !arena_copy(&w->p->arena, b->cursor, &w->p->cursor) ||
	    !arena_copy(&w->p->arena, b->note_key, &w->p->note_key) ||
	    !arena_copy(&w->p->arena, b->note_value, &w->p->note_value))
		return err_set(err, ERR_SYSTEM, "out of memory");
	w->p->lexicon = prep_name(w, NAME_LEXICON, lexicon);
	return 0;
}

static void prepping_end(struct prepping *w)
{
	struct buf *secret[] = { &w->bits, &w->plain };

	packing_free(w->packing);
	text_memos_give(w->store->memos, w->memo);
	arena_release(&w->scratch);
	for (unsigned i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
		if (secret[i]->p)
			sodium_memzero(secret[i]->p, secret[i]->cap);
		buf_release(secret[i]);
	}
	buf_release(&w->hashed);
}

static int may_land(const struct opinia_store *store, struct err *err)
{
	if (store->has_key && !store->read_only)
		return 0;
	return err_set(err, ERR_CONFIG, "nothing lands in a store that was opened %s",
		       store->read_only ? "only to be read" : "without its key");
}

/* What is left when all rows are in @w: keys, seals; @w is ended. */
static int prepping_finish(struct prepping *w, int rc, struct opinia_prepared **out,
			   struct err *err)
{
	if (!rc)
		prep_texts(w);
	if (!rc && (w->failed || !buf_ok(&w->hashed)))
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = prepared_persons(w->store, w->p, err);
	if (!rc)
		prepared_seal(w->p);
	prepping_end(w);
	if (rc)
		opinia_prepared_free(w->p);
	else
		*out = w->p;
	return rc;
}

int opinia_store_prepare_read(struct opinia_store *store, const struct batch *batch,
			      struct opinia_readings *readings, struct sv lexicon,
			      struct opinia_prepared **out, struct err *err)
{
	struct prepping w;
	int rc = may_land(store, err);

	*out = NULL;
	if (rc)
		return rc;
	rc = prepping_start(&w, store, batch, lexicon, err);
	for (size_t i = 0; !rc && i < batch->count; i++) {
		const struct record *r = &batch->records[i];
		struct opinia_reading x = { .words = NULL };

		rc = readings->next(readings->self, r, &x, err);
		if (!rc)
			rc = prep_record(&w, &w.p->rows[i], r, &x, err);
		else
			w.p->rows[i] = (struct prep_row){ .keyless = false };
		if (rc)
			err_at(err, "record %zu", i + 1);
		w.p->count++;
	}
	return prepping_finish(&w, rc, out, err);
}

static int next_verdict(void *self, const struct record *r, struct opinia_reading *out,
			struct err *err)
{
	const struct verdict **next = self;

	(void)r, (void)err;
	out->verdict = *(*next)++;
	return 0;
}

int opinia_store_prepare(struct opinia_store *store, const struct batch *batch,
			 const struct verdict *verdicts, struct sv lexicon,
			 struct opinia_prepared **out, struct err *err)
{
	struct opinia_readings readings = { &verdicts, next_verdict };

	return opinia_store_prepare_read(store, batch, &readings, lexicon, out, err);
}

int opinia_store_prepare_again(struct opinia_store *store,
			       const struct opinia_stored *docs, size_t count,
			       const struct verdict *verdicts, struct sv lexicon,
			       struct opinia_prepared **out, struct err *err)
{
	const struct batch none = { .count = count };
	struct prepping w;
	int rc = may_land(store, err);

	*out = NULL;
	if (rc)
		return rc;
	rc = prepping_start(&w, store, &none, lexicon, err);
	if (!rc) {
		w.p->again = arena_zero(&w.p->arena, count + 1, sizeof(*w.p->again));
		if (!w.p->again)
			rc = err_set(err, ERR_SYSTEM, "out of memory");
	}
	for (size_t i = 0; !rc && i < count; i++) {
		struct prep_row *row = &w.p->rows[i];
		struct opinia_reading x = { .verdict = verdicts[i] };

		rc = prep_record(&w, row, &docs[i].record, &x, err);
		if (rc)
			err_at(err, "record %u", docs[i].id);
		row->content = docs[i].content;
		doc_set(&row->fields, DOC_CONTENT, row->content);
		w.p->again[i] = (struct prep_again){ docs[i].id, docs[i].revision };
		w.p->count++;
	}
	return prepping_finish(&w, rc, out, err);
}

void opinia_prepared_free(struct opinia_prepared *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->count; i++) {
		sodium_memzero(p->rows[i].key, KEY_BYTES);
		sodium_memzero(&p->rows[i].sealed, sizeof(p->rows[i].sealed));
		if (p->rows[i].seal && !p->rows[i].encrypted)
			sodium_memzero(p->rows[i].seal,
				       SEAL_HEAD + p->rows[i].seal_bytes);
	}
	for (size_t i = 0; i < p->person_count; i++)
		sodium_memzero(p->persons[i].key, KEY_BYTES);
	arena_release(&p->arena);
	free(p);
}
