/* SPDX-License-Identifier: Apache-2.0 */
/*
 * land.c: batches, one transaction.
 *
 * The order matters: "seen?" is asked first, so that a known record becomes nothing or a
 * revision, and a revision takes its old contributions out before the new ones go in.
 * Everything that is not the document itself is gathered and written once at the end, in
 * order of keys.
 */
#include "store/land.h"

#include <stdlib.h>
#include <string.h>

#include "store/docs.h"
#include "store/inside.h"
#include "store/kept.h"
#include "store/keys.h"
#include "store/open_key.h"

/* What the text index is to know of a record, in the order it happened. */
struct text_item {
	uint32_t id, order;
	bool had_words;
	uint32_t count;
	const struct text_term *terms;
};

/* ---- the fields of one record ------------------------------------------------------ */

static uint16_t land_topic(struct landing *l, uint16_t topic)
{
	uint32_t number;

	if (!l->topics[topic]) {
		number = names_intern(l->txn, NAME_TOPIC,
				      l->store->taxonomy->topics[topic].id);
		if (number > UINT16_MAX)
			txn_fail(l->txn, ERR_INPUT, "there are too many topics");
		l->topics[topic] = (uint16_t)number;
	}
	return l->topics[topic];
}

static void land_fields(struct landing *l, const struct prep_row *r, struct doc_fields *f)
{
	*f = r->fields;
	for (unsigned i = 0; i < NAMED_FIELDS; i++) {
		uint32_t number = l->names[r->name[i]];

		if (number > named_fields[i].max)
			txn_fail(l->txn, ERR_INPUT,
				 "there are too many different names "
				 "where a column should repeat them");
		doc_set(f, named_fields[i].field, number);
	}
	if (f->flags & DOC_ANALYZED)
		doc_set(f, DOC_LEXICON, l->state.lexicon);
	for (unsigned i = 0; f->mask >> DOC_TOPICS & 1 && i < f->value[DOC_TOPICS]; i++)
		f->topics[i].name = land_topic(l, f->topics[i].name);
	for (unsigned i = 0; f->mask >> DOC_ATTRS & 1 && i < f->value[DOC_ATTRS]; i++)
		f->attrs[i] = l->names[f->attrs[i]];
	for (unsigned i = 0; i < TIE_MAX; i++)
		if (r->person[i] != NO_PERSON)
			doc_set(f, tie_fields[i], l->who[r->person[i]].number);
	doc_set_time(f, DOC_LANDED, l->now);
}

/*
 * A record without any time is counted on the day it first landed, whatever is revised
 * later.
 */
static void land_fallback(struct landing *l, struct doc_fields *f, const struct doc *old)
{
	uint32_t times = 1U << DOC_ANSWERED | 1U << DOC_OCCURRED | 1U << DOC_ASKED;

	if (f->mask & times)
		return;
	if (!old)
		doc_set_time(f, DOC_FALLBACK, l->now);
	else
		doc_set_time(f, DOC_FALLBACK,
			     doc_time(old, doc_has(old, DOC_FALLBACK) ? DOC_FALLBACK
								      : DOC_LANDED));
}

/* ---- sealing ----------------------------------------------------------------------- */

static const uint8_t *own_key_of_try(const struct landing *l, uint32_t id)
{
	const struct reckey *all = l->own.p;
	size_t low = 0, high = l->own.count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (all[mid].id < id)
			low = mid + 1;
		else
			high = mid;
	}
	return low < l->own.count && all[low].id == id ? all[low].key : NULL;
}

/* The record's own key: the one it has, else a new one. */
static void own_key(struct landing *l, uint32_t id, bool is_new, uint8_t key[KEY_BYTES])
{
	const uint8_t *has = is_new ? NULL : own_key_of_try(l, id);
	const struct reckey *before = l->own.p;
	struct reckey own = { .id = id }, *next;

	if (has)
		memcpy(key, has, KEY_BYTES);
	if (has || (!is_new && reckey_read(l->txn, l->store, id, key)))
		return;
	before = is_new && l->own.count ? before + l->own.count - 1 : NULL;
	if (!reckey_make(l->store, before, &own))
		txn_fail(l->txn, ERR_SYSTEM, "no key is left for the words of record %u",
			 id);
	memcpy(key, own.key, KEY_BYTES);
	if (!is_new)
		reckey_write_one(l->txn, &own);
	else if ((next = landing_list(l, &l->own, sizeof(own))))
		*next = own;
	sodium_memzero(&own, sizeof(own));
}

static void land_seal(struct landing *l, struct prep_row *r, uint32_t id,
		      uint32_t revision, bool is_new)
{
	struct seal_place place = { id, revision };
	uint8_t key[KEY_BYTES] = { 0 };

	if (!r->seal)
		return;
	if (r->owner == NO_PERSON)
		own_key(l, id, is_new, key);
	else
		memcpy(key, l->who[r->owner].key, KEY_BYTES);
	if (!r->encrypted)
		seal_text(key, r->content, r->seal, r->seal_bytes, &r->sealed);
	else if (memcmp(key, r->key, KEY_BYTES))
		seal_again(r->key, key, r->content, r->seal, r->seal_bytes, &r->sealed);
	memcpy(r->key, key, KEY_BYTES);
	r->encrypted = true;
	seal_bind(&r->sealed, &place, r->seal);
	sodium_memzero(key, sizeof(key));
}

/* ---- one record -------------------------------------------------------------------- */

static bool names_customer(const struct doc *d, uint32_t number)
{
	for (unsigned i = 0; d && i < TIE_MAX; i++)
		if (doc_field(d, tie_fields[i]) == number)
			return true;
	return false;
}

static void land_lookups(struct landing *l, const struct doc_fields *f, uint32_t id,
			 const struct doc *old)
{
	uint8_t digest[RUN_DIGEST];
	uint64_t interaction =
		f->mask >> DOC_INTERACTION & 1 ? f->value[DOC_INTERACTION] : 0;
	uint32_t before = 0;

	if (interaction && (!old || doc_field(old, DOC_INTERACTION) != interaction)) {
		run_digest_u64(interaction, digest);
		landing_run(l, RUN_INTERACTION, digest, id);
	}
	for (unsigned i = 0; i < TIE_MAX; i++) {
		uint32_t number = f->mask >> tie_fields[i] & 1
					  ? (uint32_t)f->value[tie_fields[i]]
					  : 0;

		if (!number || number == before || names_customer(old, number))
			continue;
		before = number;
		run_digest_number(number, digest);
		landing_run(l, RUN_CUSTOMER, digest, id);
	}
}

static void land_words(struct landing *l, const struct prep_row *r, uint32_t id,
		       bool had_words)
{
	struct text_item *item;

	if (!had_words && !r->term_count)
		return;
	item = landing_list(l, &l->texts, sizeof(*item));
	if (item)
		*item = (struct text_item){ id, (uint32_t)l->texts.count, had_words,
					    r->term_count, r->terms };
}

static int land_ties(struct landing *l, const struct doc_fields *f, uint32_t id,
		     const struct doc *old, struct err *err)
{
	uint32_t was[TIE_MAX] = { 0 }, now[TIE_MAX] = { 0 };

	if (f->kind != KIND_CUSTOMER)
		return 0;
	for (unsigned i = 0; i < TIE_MAX; i++) {
		was[i] = old ? (uint32_t)doc_field(old, tie_fields[i]) : 0;
		now[i] = f->mask >> tie_fields[i] & 1 ? (uint32_t)f->value[tie_fields[i]]
						      : 0;
	}
	return customers_tie(l->txn, id, was, now, &l->arena, err);
}

int landing_document(struct landing *l, struct prep_row *r, uint32_t id,
		     const struct doc *old, uint32_t revision, struct err *err)
{
	struct indexed was, now;
	struct doc_fields f;
	struct doc d = { .id = id };

	land_fields(l, r, &f);
	land_fallback(l, &f, old);
	doc_set(&f, DOC_REVISION, revision);
	if (l->p->again)
		doc_set_time(&f, DOC_LANDED, doc_time(old, DOC_LANDED));
	land_seal(l, r, id, revision, !old);
	if (old)
		docs_replace(l->txn, id, &f, prep_sealed(r), &d);
	else
		docs_append(l->txn, id, &f, prep_sealed(r), &d);
	if (l->txn->err.code)
		return txn_failed(l->txn, err);
	doc_indexed(&d, l->store->zone, &now);
	if (old) {
		doc_indexed(old, l->store->zone, &was);
		rollup_add(l->roll, &was, -1);
	}
	rollup_add(l->roll, &now, 1);
	bits_change_record(&l->bits, id, old ? &was : NULL, &now);
	land_lookups(l, &f, id, old);
	land_words(l, r, id, old && old->flags & DOC_COMMENTED);
	return land_ties(l, &f, id, old, err);
}

static int land_revision(struct landing *l, struct prep_row *r, const struct doc *old,
			 struct err *err)
{
	uint32_t revision = (uint32_t)doc_field(old, DOC_REVISION);
	struct doc copy = { .id = 0 };
	int rc = docs_copy(old, &l->arena, &copy, err);

	if (rc)
		return rc;
	docs_keep(l->txn, &copy);
	l->state.revisions++;
	return landing_document(l, r, copy.id, &copy, revision + 1, err);
}

static int land_new(struct landing *l, struct prep_row *r, struct err *err)
{
	uint32_t id = l->state.next_id;

	if (id == UINT32_MAX)
		return err_set(err, ERR_SYSTEM, "the store is full: 2^32 - 1 records");
	l->state.next_id++;
	l->state.kinds[r->fields.kind]++;
	landing_run(l, RUN_IDENTITY, r->identity, id);
	return landing_document(l, r, id, NULL, 0, err);
}

/* @found: its id from before this transaction, or 0. */
static int land_row(struct landing *l, struct prep_row *r, uint32_t found,
		    struct opinia_landing *result, struct err *err)
{
	struct landing_ask ask = { &l->runs[RUN_IDENTITY], r->identity };
	uint64_t hash = le_get(r->identity, 8);
	struct table_slot *slot = table_at(&l->seen, hash, landing_same, &ask);
	struct doc old;
	int rc;

	if (!slot)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (!found && slot->value)
		found = ((const struct run_entry *)l->runs[RUN_IDENTITY]
				 .p)[slot->value - 1]
				.value;
	if (r->barred || (!found && r->gone)) {
		result->refused++;
		return 0;
	}
	if (!found) {
		result->added++;
		result->keyless += r->keyless;
		table_fill(&l->seen, slot, hash,
			   (uint32_t)l->runs[RUN_IDENTITY].count + 1);
		return land_new(l, r, err);
	}
	rc = docs_read(l->txn, found, &old, err);
	if (rc)
		return rc;
	if (old.flags & DOC_ERASED) {
		result->refused++;
		return 0;
	}
	if (doc_field(&old, DOC_CONTENT) == r->content) {
		result->unchanged++;
		return 0;
	}
	result->revised++;
	return land_revision(l, r, &old, err);
}

/* ---- a batch ----------------------------------------------------------------------- */

static int land_rows(struct landing *l, struct opinia_landing *result, struct err *err)
{
	struct opinia_prepared *p = l->p;
	int rc = 0;

	for (size_t i = 0; i < p->count && !rc && !l->txn->err.code; i++)
		rc = land_row(l, &p->rows[i], p->rows[i].found, result, err);
	return rc ? rc : txn_failed(l->txn, err);
}

int landing_look_up(struct landing *l, struct opinia_prepared *const *all, size_t count,
		    struct err *err)
{
	size_t n = 0, rows = 0;
	struct prep_row **of;
	struct run_entry *q;

	for (size_t i = 0; i < count; i++)
		rows += all[i]->again ? 0 : all[i]->count;
	q = arena_take(&l->arena, (rows + 1) * sizeof(*q));
	of = arena_take(&l->arena, (rows + 1) * 2 * sizeof(struct prep_row *));
	if (!q || !of)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; !all[i]->again && k < all[i]->count; k++) {
			memcpy(q[n].digest, all[i]->rows[k].identity, RUN_DIGEST);
			q[n].value = (uint32_t)n;
			of[n++] = &all[i]->rows[k];
		}
	runs_sort(q, rows);
	for (size_t i = 0; i < rows; i++)
		of[rows + i] = of[q[i].value];
	runs_find(l->txn, RUN_IDENTITY, q, rows);
	for (size_t i = 0; i < rows; i++)
		of[rows + i]->found = q[i].value;
	return txn_failed(l->txn, err);
}

static void land_kept(struct landing *l)
{
	struct opinia_prepared *p = l->p;
	struct key k;

	if (p->source.n) {
		kept_cursor_key(&k, p->source);
		kept_put(l->txn, &k, p->cursor);
	}
	if (p->note_key.n) {
		kept_note_key(&k, &l->store->keys, p->note_key);
		kept_put(l->txn, &k, p->note_value);
	}
}

/* Has this delivery landed before? */
static bool land_seen(struct landing *l)
{
	struct key k;

	if (!l->p->note_key.n)
		return false;
	kept_note_key(&k, &l->store->keys, l->p->note_key);
	return kept_has(l->txn, &k);
}

int landing_batch(struct landing *l, struct opinia_prepared *p,
		  struct opinia_landing *result, struct err *err)
{
	int rc;

	*result = (struct opinia_landing){ 0 };
	p->who = NULL;
	l->p = p;
	if (land_seen(l)) {
		result->seen = true;
		return 0;
	}
	rc = land_refused(l, err);
	if (!rc)
		rc = land_names(l, err);
	if (!rc)
		rc = land_persons(l, err);
	p->who = l->who;
	if (!rc)
		rc = p->again ? landing_again(l, result, err) : land_rows(l, result, err);
	if (!rc)
		land_kept(l);
	return rc ? rc : txn_failed(l->txn, err);
}

/* ---- the end ----------------------------------------------------------------------- */

static int text_order(const void *a, const void *b)
{
	const struct text_item *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* Each record once: had words as before this transaction, has words as after it. */
static int finish_text(struct landing *l, struct err *err)
{
	struct text_item *items = l->texts.p;
	struct text_doc *docs =
		arena_take(&l->arena, (l->texts.count + 1) * sizeof(*docs));
	size_t n = 0;

	if (!docs)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 1; i < l->texts.count; i++)
		if (text_order(&items[i - 1], &items[i]) > 0) { /* some were revised */
			qsort(items, l->texts.count, sizeof(*items), text_order);
			break;
		}
	for (size_t i = 0; i < l->texts.count; i++) {
		const struct text_item *x = &items[i];

		if (n && docs[n - 1].id == x->id) {
			docs[n - 1].count = x->count;
			docs[n - 1].terms = x->terms;
		} else
			docs[n++] = (struct text_doc){ x->id, x->had_words, x->count,
						       x->terms };
	}
	return n ? text_land(l->txn, docs, n, err) : 0;
}

int landing_finish(struct landing *l, struct err *err)
{
	int rc;

	for (unsigned s = RUN_IDENTITY; s < RUN_SPACES; s++)
		runs_add(l->txn, (enum run_space)s, l->runs[s].p, l->runs[s].count);
	reckey_write(l->txn, l->own.p, l->own.count);
	rollup_apply(l->txn, l->roll);
	state_write(l->txn, &l->state);
	rc = txn_failed(l->txn, err);
	if (!rc)
		rc = bits_apply(l->txn, &l->bits, err);
	if (!rc)
		rc = finish_text(l, err);
	return rc ? rc : txn_failed(l->txn, err);
}

int landing_start(struct landing *l, struct txn *t, struct err *err)
{
	arena_reset(&l->arena);
	bits_delta_clear(&l->bits);
	rollup_delta_clear(l->roll);
	memset(l->runs, 0, sizeof(l->runs));
	l->own = l->texts = l->met_keys = (struct list){ 0 };
	table_init(&l->seen, &l->arena);
	table_init(&l->met, &l->arena);
	table_init(&l->known, &l->arena);
	l->interned = (struct list){ 0 };
	l->topics = NULL;
	l->txn = t;
	l->now = when_now();
	state_read(t, &l->state);
	l->some_gone = txn_count(t, DB_GONE) > 0;
	return store_key_current(l->store, t, err);
}

int landing_init(struct landing *l, struct opinia_store *store, struct err *err)
{
	*l = (struct landing){ .store = store, .roll = rollup_delta_new() };
	arena_init(&l->arena, 0);
	bits_delta_init(&l->bits);
	return l->roll ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

void landing_release(struct landing *l)
{
	arena_release(&l->arena);
	bits_delta_release(&l->bits);
	rollup_delta_free(l->roll);
	l->roll = NULL;
}
