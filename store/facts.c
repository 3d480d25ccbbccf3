/* SPDX-License-Identifier: Apache-2.0 */
/* facts.c: the fixed part of every document that matches, in order of ids. */
#include <string.h>

#include "store/bitmap.h"
#include "store/customers.h"
#include "store/docs.h"
#include "store/names.h"
#include "store/query.h"

struct facts {
	struct query q;
	const struct customers_map *customers;
	struct opinia_fact *out;
	size_t count, room;
	struct arena *arena;
	struct sv *activities; /* by number; p NULL: not yet looked up */
	uint32_t activity_count;
};

static int name_activity(struct facts *f, uint64_t number, struct sv *out,
			 struct err *err)
{
	*out = (struct sv){ NULL, 0 };
	if (number == 0 || number >= f->activity_count)
		return 0;
	if (!f->activities[number].p &&
	    !arena_copy(f->arena,
			names_text(&f->q.snap->txn, NAME_ACTIVITY, (uint32_t)number),
			&f->activities[number]))
		return err_set(err, ERR_SYSTEM, "out of memory");
	*out = f->activities[number];
	return 0;
}

static int read_fact(struct facts *f, uint32_t id, struct opinia_fact *out,
		     struct err *err)
{
	struct doc doc;
	int rc = docs_read(&f->q.snap->txn, id, &doc, err);

	if (rc)
		return err_at(err, "record %u", id);
	/* an erased invitation no longer knows whether it was answered: it is no fact */
	if (doc.flags & DOC_ERASED && doc_kind(&doc) != KIND_FEEDBACK) {
		f->count--;
		return 0;
	}
	memset(out, 0, sizeof(*out));
	doc_fact(&doc, out);
	out->customer = customers_map_get(f->customers, out->customer);
	return name_activity(f, doc_field(&doc, DOC_ACTIVITY), &out->activity, err);
}

static int read_segment(struct facts *f, uint32_t segment, const struct bits_set *set,
			struct err *err)
{
	size_t n = bits_popcount(set->w);
	struct opinia_fact *grown;

	if (f->count + n > f->room) {
		size_t room = f->count + n > 2 * f->room ? f->count + n : 2 * f->room;

		grown = arena_grow(f->arena, f->out, f->room * sizeof(*grown),
				   room * sizeof(*grown));
		if (!grown)
			return err_set(err, ERR_SYSTEM, "out of memory");
		f->out = grown;
		f->room = room;
	}
	for (uint32_t i = 0; i < BITS_WORDS; i++)
		for (uint64_t w = set->w[i]; w; w &= w - 1) {
			uint32_t id =
				segment << 16 | (i * 64 + (uint32_t)__builtin_ctzll(w));
			int rc = read_fact(f, id, &f->out[f->count++], err);

			if (rc)
				return rc;
		}
	return 0;
}

static int start(struct facts *f, struct opinia_snapshot *snap, struct err *err)
{
	f->customers = customers_map(snap, err);
	if (!f->customers)
		return err && err->code ? (int)err->code : ERR_SYSTEM;
	f->activity_count = names_count(&snap->txn, NAME_ACTIVITY) + 1;
	f->activities =
		arena_zero(&f->q.arena, f->activity_count, sizeof(*f->activities));
	f->out = arena_take(f->arena, 1);
	if (!f->activities || !f->out)
		return err_set(err, ERR_SYSTEM, "out of memory");
	return 0;
}

int opinia_facts(struct opinia_snapshot *snap, const struct filter *filter,
		 struct arena *arena, struct opinia_fact **out, size_t *count,
		 struct err *err)
{
	struct facts f = { .arena = arena };
	struct bits_set set;
	int rc = query_open(&f.q, snap, filter, err);

	*count = 0;
	if (rc)
		return rc;
	rc = start(&f, snap, err);
	for (uint32_t segment = 0; segment < f.q.segments && !rc; segment++) {
		bool any;

		rc = query_segment(&f.q, segment, &set, &any, err);
		if (!rc && any)
			rc = read_segment(&f, segment, &set, err);
	}
	query_close(&f.q);
	*out = f.out;
	*count = rc ? 0 : f.count;
	return rc;
}
