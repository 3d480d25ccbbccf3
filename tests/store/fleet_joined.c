/* SPDX-License-Identifier: Apache-2.0 */
/* fleet_joined.c: batches that share a commit, and some that must leave no trace in it. */
#include <stdlib.h>

#include "tests/store/fleet.h"

enum { JOINED = 9, NOTE_TOO_LONG = (1 << 20) + 1 };

struct joined {
	struct fleet *f;
	const size_t *staged; /* some of these are what strays are made of */
	size_t staged_count;
	struct opinia_land all[JOINED];
	bool fails[JOINED], again[JOINED];
	size_t count;
};

/* What is there with other words or another person, and what is not there. */
static void make_stray(const struct joined *j, size_t k)
{
	struct fleet *f = j->f;
	size_t i = j->staged[chance((uint32_t)j->staged_count)];
	struct record *r = &f->records[f->strays + k];

	*r = f->records[i];
	f->verdicts[f->strays + k] = f->verdicts[i];
	if (r->kind == KIND_CUSTOMER)
		r->email = sv_of(arena_printf(&f->arena, "stray%zu@example.ro", k));
	else if (r->comment.n)
		r->comment = SV("never");
	if (chance(2))
		r->external_id = sv_of(arena_printf(&f->arena, "stray%zu", k));
}

static void join(struct joined *j, const size_t *which, size_t n, const char *note,
		 struct sv value)
{
	j->all[j->count++] =
		(struct opinia_land){ .p = fleet_prepare(j->f, which, n, sv_of(note),
							 value) };
}

/* @before: the note of a delivery that was there, or NULL. */
static void join_stray(struct joined *j, const char *before)
{
	size_t which[FLEET_STRAYS], n = 1 + chance(FLEET_STRAYS);
	char *much = calloc(1, NOTE_TOO_LONG);

	for (size_t k = 0; k < n; k++) {
		make_stray(j, k);
		which[k] = j->f->strays + k;
	}
	*(before ? &j->again[j->count] : &j->fails[j->count]) = true;
	if (before)
		join(j, which, n, before, SV("again"));
	else
		join(j, which, n, "note-of-none", (struct sv){ much, NOTE_TOO_LONG });
	free(much);
}

static void check_one(const struct joined *j, size_t i, struct opinia_landing *sum)
{
	const struct opinia_landing *r = &j->all[i].result;

	cr_assert_eq(j->all[i].rc, j->fails[i] ? ERR_INPUT : 0, "batch %zu: %s", i,
		     j->all[i].err.text);
	cr_assert_eq(r->seen, j->again[i], "batch %zu", i);
	if (j->fails[i] || j->again[i])
		cr_assert_eq(r->added + r->revised + r->unchanged + r->refused, 0);
	sum->added += r->added;
	sum->revised += r->revised;
	sum->unchanged += r->unchanged;
	sum->refused += r->refused;
}

struct opinia_landing fleet_land_joined(struct fleet *f, const size_t *which, size_t n)
{
	struct joined j = { .f = f, .staged = which, .staged_count = n };
	struct opinia_landing sum = { 0 };
	const char *note = NULL;

	for (size_t at = 0, some; at < n; at += some) {
		some = j.count > JOINED - 4 ? n - at : 1 + chance((uint32_t)(n - at));
		if (j.count < JOINED - 3 && chance(3) == 0)
			join_stray(&j, chance(2) ? note : NULL);
		note = arena_printf(&f->arena, "note-%u", f->notes++);
		join(&j, which + at, some, note, SV("first"));
	}
	if (chance(3) == 0)
		join_stray(&j, note);
	opinia_store_land_each(f->store, j.all, j.count);
	for (size_t i = 0; i < j.count; i++) {
		check_one(&j, i, &sum);
		opinia_prepared_free(j.all[i].p);
	}
	return sum;
}
