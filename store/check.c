/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.c: recompute everything from the documents and compare.
 *
 * One walk over the documents, a segment of 65,536 at a time: each is read, opened,
 * hashed again and folded again; what it should have put into bits, words, roll-ups and
 * lookups is compared with what is there.
 */
#include "store/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/bits.h"
#include "store/customer_rows.h"
#include "store/docs.h"
#include "store/fetch.h"
#include "store/identity.h"
#include "store/keys.h"
#include "store/names.h"
#include "store/text.h"

void check_told(void *self, const char *what)
{
	struct checking *c = self;

	c->tell(c->self, what);
}

void check_damaged(void *self, const char *what)
{
	struct checking *c = self;

	c->tell(c->self, what);
	c->out->wrong++;
}

void check_tell(struct checking *c, const char *fmt, ...)
{
	char text[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	check_damaged(c, text);
}

/* ---- one document ------------------------------------------------------------------ */

/* What one segment's documents should have left behind. */
struct segment {
	struct bits_delta bits;
	struct text_doc *texts;
	size_t text_count, text_room;
	struct run_entry *identities; /* value: id */
	size_t identity_count;
	struct arena words; /* of one document */
	struct buf scratch;
};

static int check_words(struct checking *c, struct segment *s,
		       const struct opinia_stored *doc)
{
	struct opinia_store *store = c->snap->store;
	uint8_t language = doc->verdict.analyzed ? doc->verdict.language : 0;
	struct text_doc *next;
	struct text_term *terms;
	struct word *words;
	size_t count;
	int rc;

	if (!doc->record.comment.n || !store->word_source_set)
		return 0;
	rc = store->words.words(store->words.self, doc->record.comment, language,
				&s->words, &words, &count, c->err);
	if (rc || !count)
		return rc;
	rc = text_terms(store->keys.word, store->languages[language], words, count,
			&c->arena, &terms, c->err);
	if (rc)
		return rc;
	if (s->text_count == s->text_room) {
		size_t room = s->text_room ? 2 * s->text_room : 1024;

		next = realloc(s->texts, room * sizeof(*next));
		if (!next)
			return err_set(c->err, ERR_SYSTEM, "out of memory");
		s->texts = next;
		s->text_room = room;
	}
	s->texts[s->text_count++] =
		(struct text_doc){ doc->id, false, (uint32_t)count, terms };
	return 0;
}

static void check_identity(struct checking *c, struct segment *s, const struct doc *d,
			   const struct opinia_stored *doc)
{
	struct run_entry *e = &s->identities[s->identity_count];
	uint64_t content;
	bool keyless = identity_of(&c->snap->store->keys, &doc->record, &s->scratch,
				   e->digest, &content);

	if (content != doc_field(d, DOC_CONTENT))
		check_tell(c, "record %u says something else than its content hash",
			   d->id);
	e->value = d->id;
	s->identity_count += !keyless; /* the occurrence number is not kept */
}

/* Can it be opened, and does it say what is indexed of it? */
static int check_sealed(struct checking *c, struct segment *s, const struct doc *d)
{
	struct opinia_stored doc;
	struct err why = ERR_NONE;
	int rc;

	arena_reset(&s->words);
	rc = opinia_fetch(c->snap, d->id, &s->words, &doc, &why);
	if (txn_failed(c->txn, c->err)) {
		check_tell(c, "record %u: %s", d->id, why.text);
		c->txn->err = ERR_NONE; /* damage, told: the walk goes on */
		return 0;
	}
	if (rc == ERR_INPUT) {
		check_tell(c, "%s", why.text);
		return 0;
	}
	if (rc) {
		*c->err = why;
		return rc;
	}
	if (doc.erased)
		return 0;
	if (!doc.readable) {
		check_tell(c, "record %u has lost its key", d->id);
		return 0;
	}
	check_identity(c, s, d, &doc);
	return check_words(c, s, &doc);
}

static void check_found(struct checking *c, const struct doc *d)
{
	uint8_t found = c->found[d->id];

	if (d->flags & DOC_ERASED) { /* no way leads to it any more */
		if (found)
			check_tell(c, "record %u was erased and is found", d->id);
		return;
	}
	if (!(found & FOUND_IDENTITY))
		check_tell(c, "record %u is not found by its identity", d->id);
	if (doc_has(d, DOC_INTERACTION) && !(found & FOUND_INTERACTION))
		check_tell(c, "record %u is not found by its interaction", d->id);
	if (doc_has(d, DOC_CUSTOMER) && !(found & FOUND_CUSTOMER))
		check_tell(c, "record %u is not found by its customer", d->id);
}

static int check_document(struct checking *c, struct segment *s, uint32_t id)
{
	struct err why = ERR_NONE;
	struct indexed x;
	struct doc d;

	if (docs_read(c->txn, id, &d, &why)) {
		check_tell(c, "%s", why.text);
		c->damaged++;
		return txn_failed(c->txn, c->err);
	}
	c->out->documents++;
	c->kinds[doc_kind(&d)]++;
	c->own_keys += d.flags & DOC_OWN_KEY && d.flags & DOC_SEALED;
	doc_indexed(&d, c->snap->store->zone, &x);
	bits_change_record(&s->bits, id, NULL, &x);
	rollup_add(c->roll, &x, 1);
	check_found(c, &d);
	if (doc_kind(&d) == KIND_CUSTOMER)
		check_ties(c, &d);
	return c->snap->store->has_key ? check_sealed(c, s, &d) : 0;
}

/* ---- a segment --------------------------------------------------------------------- */

static int check_identities(struct checking *c, struct segment *s)
{
	struct run_entry *e = s->identities;
	uint32_t *ids = arena_take(&c->arena, (s->identity_count + 1) * sizeof(*ids));

	if (!ids)
		return err_set(c->err, ERR_SYSTEM, "out of memory");
	runs_sort(e, s->identity_count);
	for (size_t i = 0; i < s->identity_count; i++)
		ids[i] = e[i].value;
	runs_find(c->txn, RUN_IDENTITY, e, s->identity_count);
	for (size_t i = 0; i < s->identity_count; i++)
		if (e[i].value != ids[i])
			check_tell(c, "the identity of record %u leads to record %u",
				   ids[i], e[i].value);
	return txn_failed(c->txn, c->err);
}

static int segment_compare(struct checking *c, struct segment *s, uint16_t number)
{
	struct opinia_check *o = c->out;
	struct opinia_store *store = c->snap->store;
	int rc = bits_verify(c->txn, number, &s->bits, check_told, c, &o->bitmaps,
			     &o->wrong, c->err);

	if (!rc)
		rc = check_identities(c, s);
	if (!rc && store->has_key && store->word_source_set)
		rc = text_verify(c->txn, number, s->texts, s->text_count, check_told, c,
				 &o->words, &o->wrong, c->err);
	return rc;
}

/* Damage that a step has met ends the step, not the check. */
static int check_survive(struct checking *c, int rc)
{
	if (rc != ERR_INPUT)
		return rc;
	check_tell(c, "%s", c->err->text);
	*c->err = ERR_NONE;
	c->txn->err = ERR_NONE;
	return 0;
}

static int check_segment(struct checking *c, uint16_t number)
{
	struct segment s = { .text_count = 0 };
	uint64_t first = (uint64_t)number * BITS_SEGMENT;
	int rc = 0;

	arena_init(&s.words, 0);
	buf_init(&s.scratch, 0);
	bits_delta_init(&s.bits);
	s.identities = malloc(BITS_SEGMENT * sizeof(*s.identities));
	if (!s.identities)
		rc = err_set(c->err, ERR_SYSTEM, "out of memory");
	for (uint64_t id = first ? first : 1; id < first + BITS_SEGMENT && !rc; id++) {
		if (id >= c->state.next_id)
			break;
		rc = check_survive(c, check_document(c, &s, (uint32_t)id));
	}
	if (!rc)
		rc = check_survive(c, segment_compare(c, &s, number));
	free(s.identities);
	free(s.texts);
	bits_delta_release(&s.bits);
	buf_release(&s.scratch);
	arena_release(&s.words);
	arena_reset(&c->arena);
	return rc;
}

/* ---- all of it --------------------------------------------------------------------- */

static int check_documents(struct checking *c)
{
	struct opinia_check *o = c->out;
	uint32_t last = (c->state.next_id - 1) / BITS_SEGMENT;
	int rc = 0;

	for (uint32_t segment = 0; segment <= last && !rc; segment++)
		rc = check_segment(c, (uint16_t)segment);
	for (int k = 0; !rc && !c->damaged && k < KIND_COUNT; k++)
		if (c->kinds[k] != c->state.kinds[k])
			check_tell(c,
				   "there are %llu documents of kind %s, the counter "
				   "says %llu",
				   (unsigned long long)c->kinds[k],
				   record_kind_name((enum record_kind)k),
				   (unsigned long long)c->state.kinds[k]);
	if (!rc)
		rc = check_survive(c, rollup_verify(c->txn, c->roll, check_told, c,
						    &o->rollups, &o->wrong, c->err));
	return rc;
}

static int check_all(struct checking *c)
{
	size_t numbers, ids;
	uint64_t there;
	int rc;

	state_read(c->txn, &c->state);
	rc = txn_failed(c->txn, c->err);
	if (rc)
		return rc;
	numbers = c->state.next_customer;
	ids = c->state.next_id;
	c->parent = malloc(numbers * sizeof(*c->parent));
	c->found = calloc(ids, 1);
	c->roll = rollup_delta_new();
	if (!c->parent || !c->found || !c->roll)
		return err_set(c->err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < numbers; i++)
		c->parent[i] = (uint32_t)i;
	there = docs_count(c->txn, check_told, c);
	if (there != c->state.next_id - 1)
		check_tell(c, "there are %llu documents, the counter says %u",
			   (unsigned long long)there, c->state.next_id - 1);
	rc = check_survive(c, check_lookups(c));
	if (!rc)
		rc = check_documents(c);
	if (!rc)
		rc = check_survive(c, text_spans_verify(c->txn, check_told, c,
							&c->out->wrong, c->err));
	if (!rc)
		rc = check_survive(c, check_customers(c));
	return rc ? rc : check_survive(c, check_rest(c));
}

int opinia_store_check(struct opinia_store *store,
		       void (*tell)(void *self, const char *what), void *self,
		       struct opinia_check *out, struct err *err)
{
	struct checking c = { .tell = tell, .self = self, .out = out };
	struct err lent = ERR_NONE;
	int rc;

	*out = (struct opinia_check){ 0 };
	c.err = err ? err : &lent;
	rc = opinia_snapshot_open(store, &c.snap, c.err);
	if (rc)
		return rc;
	c.txn = &c.snap->txn;
	arena_init(&c.arena, 0);
	arena_init(&c.lasting, 0);
	rc = check_survive(&c, env_verify(store->env, c.err));
	if (!rc && !out->wrong)
		rc = check_survive(&c, check_all(&c));
	free(c.parent);
	free(c.found);
	rollup_delta_free(c.roll);
	arena_release(&c.arena);
	arena_release(&c.lasting);
	opinia_snapshot_close(c.snap);
	if (!rc && out->wrong)
		rc = err_set(c.err, ERR_NOTHING, "%llu things in the store do not agree",
			     (unsigned long long)out->wrong);
	return rc;
}
