/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runs_purge.c: entries taken out of sorted runs for good: the parts that hold them are written
 * anew. A walk over the whole space, a few nanoseconds an entry, since a run knows its
 * entries by digest and an erasure knows them by value.
 */
#include <stdlib.h>
#include <string.h>

#include "store/keys.h"
#include "store/run_part.h"

struct purge {
	struct txn *txn;
	enum run_space space;
	runs_gone *gone;
	void *self;
	struct run_entry *kept; /* RUN_PART_MAX or more */
	size_t room;
};

static bool room_for(struct purge *p, size_t count)
{
	struct run_entry *more;

	if (count <= p->room)
		return true;
	more = realloc(p->kept, count * sizeof(*more));
	if (!more) {
		txn_fail(p->txn, ERR_SYSTEM, "out of memory");
		return false;
	}
	p->kept = more;
	p->room = count;
	return true;
}

/* Its entries without those that go. Returns how many stay. */
static size_t sift(struct purge *p, const struct run_part *part)
{
	size_t n = 0;

	for (size_t i = 0; i < part->count; i++) {
		struct run_entry e = part_entry(part, i);

		if (!p->gone(p->self, &e))
			p->kept[n++] = e;
	}
	return n;
}

static void put_again(struct purge *p, const struct key *k, uint64_t seed, unsigned bits,
		      size_t count)
{
	uint8_t *out;

	if (!count) {
		txn_delete(p->txn, DB_RUNS, key_sv(k));
		return;
	}
	out = txn_reserve(p->txn, DB_RUNS, key_sv(k),
			  part_bytes(p->space, p->kept, count), false);
	if (out)
		part_write(p->space, p->kept, count, bits, seed, out);
}

void runs_purge(struct txn *t, enum run_space space, runs_gone *gone, void *self)
{
	struct purge p = { t, space, gone, self, NULL, 0 };
	struct run_part part;
	struct txn_cursor c;
	struct key k;
	uint64_t seed;
	size_t n;

	key_run(&k, (uint8_t)space, 0, 0, 0);
	txn_cursor_open(&c, t, DB_RUNS);
	while (txn_seek(&c, key_sv(&k)) && runs_seed(c.key, space, &seed)) {
		if (!part_view(c.value, space, seed, &part) ||
		    !part_sound(&part, 0, part.count))
			txn_fail(t, ERR_INPUT, "a sorted run is damaged");
		if (t->err.code || !room_for(&p, part.count))
			break;
		n = sift(&p, &part);
		key_start(&k);
		key_bytes(&k, c.key);
		if (n < part.count)
			put_again(&p, &k, seed, part.bits, n);
		key_u(&k, 0, 1); /* whatever is behind this part */
	}
	txn_cursor_close(&c);
	free(p.kept);
}
