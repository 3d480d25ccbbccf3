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
#include "store/origin.h"
#include "store/secret.h"
#include "store/table.h"
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

struct prepping {
	struct opinia_store *store;
	struct opinia_prepared *p;
	struct packing *packing;
	struct text_memo *memo; /* NULL: not worth it, or no memory */
	struct arena scratch;	/* words of one comment */
	struct buf plain, hashed;
	struct sv file, file_name; /* of the record before */
	struct table names, persons;
	size_t name_room, person_room;
	int no_content; /* index into the taxonomy, or -1 */
	bool failed;	/* out of memory */
};

/* ---- lists of the batch ------------------------------------------------------------ */

struct name_ask {
	const struct opinia_prepared *p;
	struct prep_name name;
};

static bool same_name(const void *self, uint32_t value)
{
	const struct name_ask *ask = self;
	const struct prep_name *n = &ask->p->names[value - 1];

	return n->dim == ask->name.dim && sv_eq(n->text, ask->name.text);
}

/* One more of @each bytes at the end of a list that doubles. */
static void *list_room(struct prepping *w, void *list, size_t count, size_t *room,
		       size_t each)
{
	size_t more = *room ? 2 * *room : 64;

	if (count < *room)
		return list;
	list = arena_grow(&w->p->arena, list, *room * each, more * each);
	if (list)
		*room = more;
	else
		w->failed = true;
	return list;
}

static uint32_t prep_name(struct prepping *w, enum name_dim dim, struct sv text)
{
	struct name_ask ask = { w->p, { dim, text } };
	uint64_t hash = (uint64_t)sum32(text.p, text.n, dim) << 8 | dim;
	struct table_slot *slot;
	void *list;

	if (!text.n || w->failed)
		return 0;
	slot = table_at(&w->names, hash, same_name, &ask);
	if (slot && slot->value)
		return slot->value;
	list = list_room(w, w->p->names, w->p->name_count, &w->name_room,
			 sizeof(ask.name));
	if (!slot || !list || !arena_copy(&w->p->arena, text, &ask.name.text)) {
		w->failed = true;
		return 0;
	}
	w->p->names = list;
	w->p->names[w->p->name_count++] = ask.name;
	table_fill(&w->names, slot, hash, (uint32_t)w->p->name_count);
	return (uint32_t)w->p->name_count;
}

static bool same_alias(const void *self, uint32_t value)
{
	const struct prepping *w = self;

	/* the asked one stands behind the last */
	return sv_eq(w->p->persons[value - 1].alias,
		     w->p->persons[w->p->person_count].alias);
}

static uint32_t prep_person(struct prepping *w, enum alias_kind kind, struct sv as_given)
{
	char text[ALIAS_TEXT_MAX];
	struct sv alias = alias_normal(kind, as_given, text);
	uint64_t hash = sum32(alias.p, alias.n, 0);
	struct table_slot *slot;
	struct person *next;
	void *list;

	if (!alias.n || w->failed)
		return NO_PERSON;
	list = list_room(w, w->p->persons, w->p->person_count, &w->person_room,
			 sizeof(*next));
	if (!list)
		return NO_PERSON;
	w->p->persons = list;
	next = &w->p->persons[w->p->person_count];
	*next = (struct person){ .alias = alias };
	slot = table_at(&w->persons, hash, same_alias, w);
	if (slot && slot->value)
		return slot->value - 1;
	if (!slot || !arena_copy(&w->p->arena, alias, &next->alias)) {
		w->failed = true;
		return NO_PERSON;
	}
	alias_digest(w->store, next->alias, next->digest);
	table_fill(&w->persons, slot, hash, (uint32_t)++w->p->person_count);
	return (uint32_t)w->p->person_count - 1;
}

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
		      const struct verdict *v, struct err *err)
{
	uint8_t language = v->analyzed ? v->language : 0;
	struct opinia_store *s = w->store;
	struct word *words;
	size_t count;
	int rc;

	if (!r->comment.n || !s->word_source_set)
		return 0;
	arena_reset(&w->scratch);
	rc = s->words.words(s->words.self, r->comment, language, &w->scratch, &words,
			    &count, err);
	if (rc || !count)
		return rc;
	rc = text_memo_terms(w->memo, s->keys.word, s->languages[language], words, count,
			     &w->p->arena, &row->terms, err);
	row->term_count = rc ? 0 : (uint32_t)count;
	return rc;
}

/* A file that the record before it in the batch came from too is a name: true. */
static bool prep_origin(struct prepping *w, struct prep_row *row, const struct record *r)
{
	uint32_t line;
	struct sv file = origin_file(r->origin, &line);

	if (!file.n || !sv_eq(file, w->file)) {
		w->file = file;
		w->file_name = (struct sv){ 0 };
		return false;
	}
	if (!w->file_name.n)
		w->file_name = origin_name(w->store, file, &w->p->arena);
	row->name[ORIGIN_NAME] = prep_name(w, NAME_ORIGIN, w->file_name);
	if (!row->name[ORIGIN_NAME])
		return false;
	doc_set(&row->fields, DOC_LINE, line);
	return true;
}

/* Is the customer given as the address that the customer's row keeps? */
static bool customer_as_kept(const struct prepping *w, const struct prep_row *row,
			     const struct record *r)
{
	struct sv alias;

	if (!r->customer.n || row->owner == NO_PERSON)
		return false;
	alias = w->p->persons[row->owner].alias;
	return sv_eq(sv_sub(alias, 2, alias.n), r->customer);
}

static void prep_plain(struct prepping *w, struct prep_row *row, const struct record *r,
		       const struct verdict *v)
{
	struct secret_known known;

	if (!secret_needed(r, v))
		return;
	known.origin = prep_origin(w, row, r);
	known.customer = customer_as_kept(w, row, r);
	buf_clear(&w->plain);
	secret_write(r, v, &known, w->packing, &w->plain);
	row->seal_bytes = w->plain.n;
	row->seal = arena_take(&w->p->arena, SEAL_HEAD + w->plain.n);
	if (!row->seal || !buf_ok(&w->plain))
		w->failed = true;
	else
		memcpy(row->seal + SEAL_HEAD, w->plain.p, w->plain.n);
}

static int prep_record(struct prepping *w, struct prep_row *row, const struct record *r,
		       const struct verdict *v, struct err *err)
{
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
	prep_plain(w, row, r, v);
	return prep_words(w, row, r, v, err);
}

/* ---- the batch --------------------------------------------------------------------- */

static int prepping_start(struct prepping *w, struct opinia_store *s,
			  const struct batch *b, struct sv lexicon, struct err *err)
{
	*w = (struct prepping){ .store = s, .p = calloc(1, sizeof(*w->p)) };
	arena_init(&w->scratch, 0);
	buf_init(&w->plain, 0);
	buf_init(&w->hashed, 0);
	w->packing = packing_new(s->packer);
	w->memo = b->count < 64 ? NULL : text_memo_new(); /* not for a few rows */
	w->no_content = s->taxonomy ? taxonomy_find(s->taxonomy, SV("no_content")) : -1;
	if (!w->p || !w->packing)
		return err_set(err, ERR_SYSTEM, "out of memory");
	arena_init(&w->p->arena, 0);
	w->p->store = s;
	table_init(&w->names, &w->p->arena);
	table_init(&w->persons, &w->p->arena);
	w->p->rows = arena_take(&w->p->arena, (b->count + 1) * sizeof(*w->p->rows));
	if (!w->p->rows || !arena_copy(&w->p->arena, b->source, &w->p->source) ||
	    !arena_copy(&w->p->arena, b->cursor, &w->p->cursor) ||
	    !arena_copy(&w->p->arena, b->note_key, &w->p->note_key) ||
	    !arena_copy(&w->p->arena, b->note_value, &w->p->note_value))
		return err_set(err, ERR_SYSTEM, "out of memory");
	w->p->lexicon = prep_name(w, NAME_LEXICON, lexicon);
	return 0;
}

static void prepping_end(struct prepping *w)
{
	packing_free(w->packing);
	text_memo_free(w->memo);
	arena_release(&w->scratch);
	if (w->plain.p)
		sodium_memzero(w->plain.p, w->plain.cap);
	buf_release(&w->plain);
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

int opinia_store_prepare(struct opinia_store *store, const struct batch *batch,
			 const struct verdict *verdicts, struct sv lexicon,
			 struct opinia_prepared **out, struct err *err)
{
	struct prepping w;
	int rc = may_land(store, err);

	*out = NULL;
	if (rc)
		return rc;
	rc = prepping_start(&w, store, batch, lexicon, err);
	for (size_t i = 0; !rc && i < batch->count; i++) {
		rc = prep_record(&w, &w.p->rows[i], &batch->records[i], &verdicts[i],
				 err);
		if (rc)
			err_at(err, "record %zu", i + 1);
		w.p->count++;
	}
	return prepping_finish(&w, rc, out, err);
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

		rc = prep_record(&w, row, &docs[i].record, &verdicts[i], err);
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
