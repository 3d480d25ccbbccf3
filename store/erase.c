/* SPDX-License-Identifier: Apache-2.0 */
/*
 * erase.c: records and persons taken out of everything, in one transaction, see erasing.h.
 *
 * What is left of a record is what counters are made of, and no way leads to it from an id, an
 * address or a word, nor from one of a person's records to another.
 */
#include <stdlib.h>
#include <string.h>

#include "store/audit.h"
#include "store/customer_rows.h"
#include "store/docs.h"
#include "store/erasing.h"
#include "store/gone.h"
#include "store/keys.h"
#include "store/names.h"
#include "store/reckey.h"
#include "store/text.h"

/* ---- lookups ----------------------------------------------------------------------- */

static bool identity_goes(void *self, const struct run_entry *x)
{
	struct erasing *e = self;

	if (x->value >= e->state.next_id || !id_gone(e, x->value))
		return false;
	erasing_digest(e, 'r', x->digest);
	return true;
}

static bool address_goes(void *self, const struct run_entry *x)
{
	struct erasing *e = self;

	if (!numbers_has(&e->numbers, x->value))
		return false;
	erasing_digest(e, 'p', x->digest);
	e->out->addresses++;
	return true;
}

static bool interaction_goes(void *self, const struct run_entry *x)
{
	struct erasing *e = self;

	return x->value < e->state.next_id && id_gone(e, x->value);
}

/* Also the ways to records that are somebody else's by now. */
static bool customer_goes(void *self, const struct run_entry *x)
{
	struct erasing *e = self;

	if (interaction_goes(self, x))
		return true;
	if (!numbers_has(&e->past, x->value))
		return false;
	for (size_t i = 0; i < e->numbers.count; i++) {
		uint8_t digest[RUN_DIGEST];

		run_digest_number(e->numbers.p[i], digest);
		if (!memcmp(digest, x->digest, RUN_DIGEST))
			return true;
	}
	return false;
}

static int take_lookups(struct erasing *e, struct err *err)
{
	e->out->addresses = 0;
	e->digest_count = 0;
	if (e->numbers.count)
		runs_purge(e->txn, RUN_ALIAS, address_goes, e);
	runs_purge(e->txn, RUN_IDENTITY, identity_goes, e);
	runs_purge(e->txn, RUN_INTERACTION, interaction_goes, e);
	runs_purge(e->txn, RUN_CUSTOMER, customer_goes, e);
	if (e->failed)
		return err_set(err, ERR_SYSTEM, "out of memory");
	return txn_failed(e->txn, err);
}

/* ---- records ----------------------------------------------------------------------- */

/* What stays of @d: what is counted, on the day it is counted. */
static void anonymous(const struct zone *zone, const struct doc *d, struct doc_fields *f)
{
	static const enum doc_field stays[] = { DOC_SOURCE,  DOC_LEXICON, DOC_LANGUAGE,
						DOC_VERDICT, DOC_AGENT,	  DOC_TEAM,
						DOC_QUEUE,   DOC_SCORES,  DOC_TOPICS };
	static const enum doc_field clocks[] = { DOC_ANSWERED, DOC_OCCURRED, DOC_ASKED,
						 DOC_FALLBACK, DOC_LANDED };
	struct doc_fields was;

	doc_fields_of(d, &was);
	*f = was;
	f->mask = 0;
	memset(f->value, 0, sizeof(f->value));
	memset(f->attrs, 0, sizeof(f->attrs));
	f->flags = (uint16_t)(DOC_ERASED |
			      (was.flags & (DOC_ANALYZED | DOC_COMMENTED |
					    DOC_NO_CONTENT | DOC_CONTRADICTION)));
	for (unsigned i = 0; i < sizeof(stays) / sizeof(stays[0]); i++)
		doc_set(f, stays[i], was.value[stays[i]]);
	for (unsigned i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		if (!doc_has(d, clocks[i]))
			continue;
		doc_set_time(f, clocks[i] == DOC_LANDED ? DOC_FALLBACK : clocks[i],
			     when_day_start(zone, when_day(zone, doc_clock(d))));
		break;
	}
}

static void note_attrs(struct erasing *e, const struct doc *d)
{
	for (unsigned i = 0; i < doc_attr_count(d); i++)
		numbers_add(e, &e->attrs, doc_attr(d, i));
}

static void take_history(struct erasing *e, uint32_t id)
{
	struct docs_walk w;
	size_t n;

	docs_walk_start(&w, e->txn);
	for (bool more = docs_walk_seek(&w, id); more && w.id == id;
	     more = docs_walk_next(&w)) {
		struct err ignored = ERR_NONE;
		struct doc d;

		if (!docs_walk_doc(&w, &d, &ignored))
			note_attrs(e, &d);
	}
	docs_walk_end(&w);
	n = docs_forget(e->txn, id);
	e->state.revisions -= n;
	e->out->revisions += n;
}

static void take_own_key(struct erasing *e, uint32_t id)
{
	uint32_t number;

	if (!reckey_erase(e->txn, id, &number) || e->reason == ERASE_AGE)
		return;
	numbers_add(e, &e->keys, TREE_RECORDS);
	numbers_add(e, &e->keys, number);
}

static int take_ties(struct erasing *e, const struct doc *d, struct err *err)
{
	static const uint32_t none[TIE_MAX];
	uint32_t was[TIE_MAX];

	if (doc_kind(d) != KIND_CUSTOMER)
		return 0;
	for (unsigned i = 0; i < TIE_MAX; i++)
		was[i] = (uint32_t)doc_field(d, tie_fields[i]);
	return customers_tie(e->txn, d->id, was, none, &e->arena, err);
}

static int take_record(struct erasing *e, uint32_t id, struct text_doc *text,
		       size_t *texts, struct err *err)
{
	const struct zone *zone = e->store->zone;
	struct indexed was, now;
	struct doc_fields f;
	struct doc d, left;
	int rc = docs_read(e->txn, id, &d, err);

	if (rc || d.flags & DOC_ERASED)
		return rc;
	note_attrs(e, &d);
	take_history(e, id);
	take_own_key(e, id);
	anonymous(zone, &d, &f);
	docs_replace(e->txn, id, &f, (struct sv){ NULL, 0 }, &left);
	if (txn_failed(e->txn, err))
		return (int)e->txn->err.code;
	doc_indexed(&d, zone, &was);
	doc_indexed(&left, zone, &now);
	rollup_add(e->roll, &was, -1);
	rollup_add(e->roll, &now, 1);
	bits_change_record(&e->bits, id, &was, &now);
	if (d.flags & DOC_COMMENTED)
		text[(*texts)++] = (struct text_doc){ .id = id, .had_words = true };
	e->out->records++;
	return take_ties(e, &d, err);
}

/* Their words: dead first, then the runs that had them are written without; so are the counts. */
static int take_words(struct erasing *e, const struct text_doc *text, size_t n,
		      struct err *err)
{
	int rc = n ? text_land(e->txn, text, n, err) : 0;
	unsigned segments = 0, made;

	for (size_t i = 0; !rc && i < n; i++)
		if (!i || text[i].id >> 16 != text[i - 1].id >> 16) {
			rc = text_purge(e->txn, (uint16_t)(text[i].id >> 16), err);
			segments++;
		}
	return rc ? rc : text_spans_make(e->txn, 2 * segments, &made, err);
}

static int take_records(struct erasing *e, struct err *err)
{
	struct text_doc *text = arena_take(&e->arena, (e->ids.count + 1) * sizeof(*text));
	size_t texts = 0;
	int rc = 0;

	if (!text)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; !rc && i < e->ids.count; i++)
		rc = take_record(e, e->ids.p[i], text, &texts, err);
	for (size_t i = 0; !rc && i < e->past.count; i++)
		if (!id_gone(e, e->past.p[i]))
			take_history(e, e->past.p[i]);
	rollup_apply(e->txn, e->roll);
	rc = rc ? rc : txn_failed(e->txn, err);
	if (!rc)
		rc = bits_apply(e->txn, &e->bits, err);
	return rc ? rc : take_words(e, text, texts, err);
}

/* ---- persons ----------------------------------------------------------------------- */

static int take_persons(struct erasing *e, struct err *err)
{
	for (size_t i = 0; i < e->numbers.count; i++) {
		uint32_t number = e->numbers.p[i], key;

		if (customer_gone(e->txn, number))
			continue;
		customer_tree_number(e->txn, number, &key);
		customer_blank(e->txn, number);
		e->state.gone++;
		if (e->reason == ERASE_AGE)
			continue;
		numbers_add(e, &e->keys, TREE_CUSTOMERS);
		numbers_add(e, &e->keys, key);
	}
	return txn_failed(e->txn, err);
}

/* ---- names that nobody else has ---------------------------------------------------- */

static int attr_used(struct erasing *e, uint32_t attr, bool *used, struct err *err)
{
	struct bits_reader r;
	uint32_t n = 0;
	int rc = 0;

	bits_reader_open(&r, e->txn);
	for (uint32_t s = 0; !rc && !n && s <= (e->state.next_id - 1) / BITS_SEGMENT; s++)
		rc = bits_count(&r, (uint16_t)s, BITS_ATTR, attr, &n, err);
	bits_reader_close(&r);
	*used = n != 0;
	return rc;
}

static int take_names(struct erasing *e, struct err *err)
{
	int rc = 0;

	numbers_sort(&e->attrs);
	for (size_t i = 0; !rc && i < e->attrs.count; i++) {
		bool used;

		rc = attr_used(e, e->attrs.p[i], &used, err);
		if (rc || used)
			continue;
		names_forget(e->txn, NAME_ATTR, e->attrs.p[i]);
		e->out->names++;
	}
	return rc ? rc : txn_failed(e->txn, err);
}

/* ---- all of it --------------------------------------------------------------------- */

static int mark_gone(struct erasing *e, struct err *err)
{
	e->is_gone = arena_zero(&e->arena, e->state.next_id / 8 + 1, 1);
	if (!e->is_gone)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < e->ids.count; i++)
		e->is_gone[e->ids.p[i] >> 3] |= (uint8_t)(1 << (e->ids.p[i] & 7));
	return 0;
}

/* A key that is damaged is told before anything is listed: what is on the list must be done. */
static int look_at_keys(struct erasing *e, struct err *err)
{
	for (size_t i = 0; i < e->ids.count; i++)
		reckey_has(e->txn, e->ids.p[i]);
	for (size_t i = 0; i < e->numbers.count && e->reason == ERASE_ASKED; i++) {
		uint32_t number = e->numbers.p[i], key;

		if (!customer_tree_number(e->txn, number, &key))
			txn_fail(e->txn, ERR_INPUT, "the row of customer %u is damaged",
				 number);
	}
	return txn_failed(e->txn, err);
}

static int list_it(struct erasing *e, struct err *err)
{
	int rc;

	if (e->reason != ERASE_ASKED || e->listed)
		return 0;
	rc = erased_append(e->store, &e->mark, e->digests, e->digest_count, err);
	e->listed = !rc;
	return rc;
}

/* All but what the lookups and the list need first. */
static int take_rest(struct erasing *e, struct err *err)
{
	int rc = take_records(e, err);

	if (!rc)
		rc = take_persons(e, err);
	if (!rc)
		rc = take_names(e, err);
	if (!rc && e->failed)
		rc = err_set(err, ERR_SYSTEM, "out of memory");
	return rc;
}

int erase_take(struct erasing *e, bool dry, struct err *err)
{
	int rc = 0;

	if (!e->ids.count && !e->numbers.count) {
		/* the list names nobody who is here */
		if (e->reason != ERASE_AGE)
			erased_mark_write(e->txn, &e->mark);
		return txn_failed(e->txn, err);
	}
	rc = mark_gone(e, err);
	if (!rc)
		rc = take_lookups(e, err);
	if (!rc)
		rc = look_at_keys(e, err);
	if (!rc && !dry)
		rc = list_it(e, err);
	if (!rc)
		rc = take_rest(e, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < e->digest_count; i++)
		if (e->digests[i].kind == 'r')
			gone_put(e->txn, e->digests[i].digest);
	e->state.erasures++;
	state_write(e->txn, &e->state);
	if (e->reason != ERASE_AGE)
		erased_mark_write(e->txn, &e->mark);
	erase_note_keys(e);
	meta_put(e->txn, "unswept", SV("\1"));
	audit_put(e->txn, e->store, e->entry);
	return txn_failed(e->txn, err);
}
