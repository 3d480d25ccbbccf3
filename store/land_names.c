/* SPDX-License-Identifier: Apache-2.0 */
/*
 * land_names.c: the numbers that a landing needs before its records: names and customers.
 */
#include <string.h>

#include "store/docs.h"
#include "store/gone.h"
#include "store/inside.h"
#include "store/keys.h"
#include "store/land.h"

/* ---- lists ------------------------------------------------------------------------- */

void *landing_list(struct landing *l, struct list *list, size_t each)
{
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 256;
		void *p = arena_grow(&l->arena, list->p, list->room * each, room * each);

		if (!p) {
			txn_fail(l->txn, ERR_SYSTEM, "out of memory");
			return NULL;
		}
		list->p = p;
		list->room = room;
	}
	return (char *)list->p + each * list->count++;
}

void landing_run(struct landing *l, enum run_space space,
		 const uint8_t digest[RUN_DIGEST], uint32_t value)
{
	struct run_entry *e = landing_list(l, &l->runs[space], sizeof(*e));

	if (!e)
		return;
	memcpy(e->digest, digest, RUN_DIGEST);
	e->value = value;
}

bool landing_same(const void *self, uint32_t value)
{
	const struct landing_ask *ask = self;
	const struct run_entry *all = ask->list->p;

	return !memcmp(all[value - 1].digest, ask->digest, RUN_DIGEST);
}

/* ---- names and customers ----------------------------------------------------------- */

/* Say @is of every name and person of a row. */
static void mark_row(struct landing *l, const struct prep_row *r, bool is)
{
	unsigned attrs = r->fields.mask >> DOC_ATTRS & 1
				 ? (unsigned)r->fields.value[DOC_ATTRS]
				 : 0;

	for (unsigned i = 0; i < NAMED_FIELDS; i++)
		l->name_gone[r->name[i]] = is;
	for (unsigned i = 0; i < attrs; i++)
		l->name_gone[r->fields.attrs[i]] = is;
	for (unsigned i = 0; i < TIE_MAX; i++)
		if (r->person[i] != NO_PERSON)
			l->person_gone[r->person[i]] = is;
}

/*
 * Was it erased, or whose it is? A document that is read again says so itself; as another revision it
 * may be of somebody else by now.
 */
static int row_gone(struct landing *l, size_t i, bool *gone, struct err *err)
{
	const struct prep_again *is = l->p->again ? &l->p->again[i] : NULL;
	struct prep_row *r = &l->p->rows[i];
	struct doc d;
	int rc = 0;

	if (is) {
		rc = docs_read(l->txn, is->id, &d, err);
		*gone = !rc && (d.flags & DOC_ERASED ||
				doc_field(&d, DOC_REVISION) != is->revision);
	} else {
		*gone = r->barred || gone_has(l->txn, r->identity);
	}
	return rc;
}

int land_refused(struct landing *l, struct err *err)
{
	struct opinia_prepared *p = l->p;
	bool barred = false;
	int rc = p->again ? 0 : land_barred(l, &barred, err);

	l->name_gone = l->person_gone = NULL;
	for (size_t i = 0; i < p->count; i++)
		p->rows[i].gone = false;
	if (rc || (!l->some_gone && !barred))
		return rc;
	l->name_gone = arena_zero(&l->arena, p->name_count + 1, sizeof(bool));
	l->person_gone = arena_zero(&l->arena, p->person_count + 1, sizeof(bool));
	if (!l->name_gone || !l->person_gone)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < p->count && !rc; i++) {
		rc = row_gone(l, i, &p->rows[i].gone, err);
		if (p->rows[i].gone)
			mark_row(l, &p->rows[i], true);
	}
	for (size_t i = 0; i < p->count; i++)
		if (!p->rows[i].gone)
			mark_row(l, &p->rows[i], false);
	return rc ? rc : txn_failed(l->txn, err);
}

/* The text is the batch's own, which stays until all of the try are landed. */
struct name_number {
	struct prep_name name;
	uint32_t number;
};

struct name_ask {
	const struct landing *l;
	const struct prep_name *name;
};

static bool same_name(const void *self, uint32_t value)
{
	const struct name_ask *ask = self;
	const struct name_number *all = ask->l->interned.p;
	const struct prep_name *n = &all[value - 1].name;

	return n->dim == ask->name->dim && sv_eq(n->text, ask->name->text);
}

static uint32_t number_of(struct landing *l, const struct prep_name *name)
{
	uint64_t hash =
		(uint64_t)sum32(name->text.p, name->text.n, name->dim) << 8 | name->dim;
	struct name_ask ask = { l, name };
	struct table_slot *slot = table_at(&l->known, hash, same_name, &ask);
	struct name_number *next;

	if (slot && slot->value)
		return ((const struct name_number *)l->interned.p)[slot->value - 1]
			.number;
	next = slot ? landing_list(l, &l->interned, sizeof(*next)) : NULL;
	if (!next) {
		txn_fail(l->txn, ERR_SYSTEM, "out of memory");
		return 0;
	}
	*next = (struct name_number){ *name,
				      names_intern(l->txn, name->dim, name->text) };
	table_fill(&l->known, slot, hash, (uint32_t)l->interned.count);
	return next->number;
}

/* Once a try: what a landing knows of topics. */
static bool topics_begin(struct landing *l)
{
	size_t count = l->store->taxonomy ? l->store->taxonomy->count : 0;

	if (!l->topics)
		l->topics = arena_zero(&l->arena, count + 1, sizeof(*l->topics));
	return l->topics;
}

int land_names(struct landing *l, struct err *err)
{
	struct opinia_prepared *p = l->p;

	l->names = arena_take(&l->arena, (p->name_count + 1) * sizeof(*l->names));
	if (!l->names || !topics_begin(l))
		return err_set(err, ERR_SYSTEM, "out of memory");
	l->names[0] = 0;
	for (size_t i = 0; i < p->name_count; i++)
		l->names[i + 1] = l->name_gone && l->name_gone[i + 1]
					  ? 0
					  : number_of(l, &p->names[i]);
	if (p->lexicon && l->state.lexicon != l->names[p->lexicon]) {
		l->state.lexicon = l->names[p->lexicon];
		meta_drop(l->txn, "settled"); /* stale.c */
	}
	return txn_failed(l->txn, err);
}

/* An address that nobody has met yet gets the next number. */
static void person_new(struct landing *l, struct person *who, struct table_slot *slot)
{
	uint8_t *key = landing_list(l, &l->met_keys, KEY_BYTES);

	if (l->state.next_customer == UINT32_MAX)
		txn_fail(l->txn, ERR_SYSTEM, "the store is full: 2^32 - 1 customers");
	if (!key || !slot || l->txn->err.code)
		return;
	who->number = l->state.next_customer++;
	/* a restored store gives numbers away again whose keys were destroyed since */
	while (!customer_write(l->txn, l->store, who->number, who->key, who->alias)) {
		customer_blank(l->txn, who->number);
		l->state.gone++;
		who->number = l->state.next_customer++;
	}
	memcpy(key, who->key, KEY_BYTES);
	landing_run(l, RUN_ALIAS, who->digest, who->number);
	table_fill(&l->met, slot, le_get(who->digest, 8),
		   (uint32_t)l->runs[RUN_ALIAS].count);
}

static void person_land(struct landing *l, struct person *who, uint32_t found)
{
	struct landing_ask ask = { &l->runs[RUN_ALIAS], who->digest };
	struct table_slot *slot =
		table_at(&l->met, le_get(who->digest, 8), landing_same, &ask);

	if (slot && slot->value) {
		const struct run_entry *met = l->runs[RUN_ALIAS].p;
		const uint8_t *keys = l->met_keys.p;

		who->number = met[slot->value - 1].value;
		memcpy(who->key, keys + KEY_BYTES * (slot->value - 1), KEY_BYTES);
		return;
	}
	if (found && customer_read(l->txn, l->store, found, who->key, NULL, NULL) ==
			     CUSTOMER_FOUND)
		who->number = found;
	else
		person_new(l, who, slot);
}

/*
 * Numbers and keys as they are now: another process may have been first since the
 * snapshot.
 */
int land_persons(struct landing *l, struct err *err)
{
	struct opinia_prepared *p = l->p;
	bool again = p->erasures != l->state.erasures;
	struct run_entry *q = arena_take(&l->arena, (p->person_count + 1) * sizeof(*q));
	uint32_t *index = arena_take(&l->arena, (p->person_count + 1) * sizeof(*index));
	size_t n = 0;

	l->who = arena_take(&l->arena, (p->person_count + 1) * sizeof(*l->who));
	if (!q || !index || !l->who)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < p->person_count; i++) {
		l->who[i] = p->persons[i];
		if (again) { /* whom it was made ready for may have been erased since, key and all */
			l->who[i].number = 0;
			randombytes_buf(l->who[i].key, KEY_BYTES);
		}
		if (l->who[i].number || (l->person_gone && l->person_gone[i]))
			continue;
		memcpy(q[n].digest, l->who[i].digest, RUN_DIGEST);
		q[n++].value = (uint32_t)i;
	}
	runs_sort(q, n);
	for (size_t i = 0; i < n; i++)
		index[i] = q[i].value;
	runs_find(l->txn, RUN_ALIAS, q, n);
	for (size_t i = 0; i < n && !l->txn->err.code; i++)
		person_land(l, &l->who[index[i]], q[i].value);
	return txn_failed(l->txn, err);
}
