/* SPDX-License-Identifier: Apache-2.0 */
/* retaining.c: see retaining.h. */
#include "cli/retaining.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/age.h"
#include "cli/audit.h"
#include "cli/clock.h"
#include "collector/opinia_collector.h"
#include "core/nearest.h"

enum { LOOK_BACK = 10000, AT_ONCE = 4096, PAUSE_MAX_MS = 2000 };

/*
 * Of all records, at most one in so many goes by a clock that is only likely, or by one that nothing says
 * but what landed since the last run, which may have had that very clock. (A run a month is usual.)
 */
enum { UNSURE_PART = 5, RUN_DAYS = 32 };

#define SEEN SV("[retention]") /* no source has such a name */
#define ALL_SAID "feedback,interaction,invitation,activity"
#define IMPORTED SV("files")

/* ---- the limits ----------------------------------------------------------------------- */

static int read_one(struct retaining *r, struct retaining_limit *l, struct sv name,
		    struct sv text, struct err *err)
{
	l->text = text;
	if (age_parse(text, when_day(r->p->zone, r->now), &l->last_old, &l->kept))
		return 0;
	return err_set(err, ERR_CONFIG,
		       "[retention] " SV_FMT " = " SV_FMT
		       ": such as 24 months, 90 days, or never",
		       SV_ARG(name), SV_ARG(text));
}

/* A limit for a source that nobody knows would leave what was meant to the default. */
static int check_source(struct retaining *r, struct sv name,
			const struct opinia_group *landed, size_t count, struct err *err)
{
	struct nearest near = nearest_to(name);
	size_t n;
	const struct setting_source *known = settings_sources(r->p->settings, &n);

	nearest_try(&near, IMPORTED);
	nearest_try(&near, SV("default"));
	nearest_try(&near, SV("hour"));
	nearest_try(&near, SV("rejected"));
	for (size_t i = 0; i < n; i++)
		nearest_try(&near, known[i].name);
	for (size_t i = 0; i < count; i++)
		nearest_try(&near, landed[i].key[0]);
	if (!near.distance)
		return 0;
	return nearest_found(&near).n
		       ? err_set(err, ERR_CONFIG,
				 "[retention] " SV_FMT
				 ": there is no such source; did you mean `" SV_FMT "`?",
				 SV_ARG(name), SV_ARG(nearest_found(&near)))
		       : err_set(err, ERR_CONFIG,
				 "[retention] " SV_FMT
				 ": there is no such source, neither in opinia.conf nor "
				 "in the store",
				 SV_ARG(name));
}

static int check_sources(struct retaining *r, struct err *err)
{
	const struct opinia_by by = { .dim = DIM_SOURCE };
	struct opinia_snapshot *snap;
	struct opinia_group *landed;
	size_t n;
	int rc;

	if (r->count == 1)
		return 0;
	rc = opinia_snapshot_open(r->p->store, &snap, err);
	if (rc)
		return rc;
	rc = opinia_values(snap, by, r->arena, &landed, &n, err);
	for (size_t i = 0; !rc && i + 1 < r->count; i++)
		rc = check_source(r, r->limits[i].source, landed, n, err);
	opinia_snapshot_close(snap);
	return rc;
}

int retaining_read(struct retaining *r, struct err *err)
{
	const struct settings *s = r->p->settings;
	const struct setting_source *named = settings_retention(s);
	bool some = false;
	int rc = 0;

	r->count = named->count + 1;
	r->limits = arena_zero(r->arena, r->count, sizeof(*r->limits));
	if (!r->limits)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; !rc && i < r->count; i++) {
		struct retaining_limit *l = &r->limits[i];
		bool last = i == named->count;

		l->source = last ? (struct sv){ NULL, 0 } : named->pairs[i].key;
		rc = read_one(r, l, last ? SV("default") : l->source,
			      last ? setting_text(s, "retention", "default")
				   : named->pairs[i].value,
			      err);
		some |= !l->kept;
	}
	if (!rc)
		rc = read_one(r, &r->aside, SV("rejected"),
			      setting_text(s, "retention", "rejected"), err);
	if (!rc && !some)
		rc = err_set(err, ERR_NOTHING,
			     "[retention] of opinia.conf sets no limit; everything is "
			     "kept");
	return rc ? rc : check_sources(r, err);
}

/* ---- what is too old ------------------------------------------------------------------ */

/* "kind:… -is:erased until:2024-08-30 source:files", or of all but the named ones. */
static struct sv filter_of(struct retaining *r, const struct retaining_limit *l,
			   const char *kinds)
{
	char day[WHEN_TEXT_MAX];
	struct buf b;
	struct sv out = { NULL, 0 };

	buf_init(&b, 0);
	day_format(l->last_old, day);
	buf_printf(&b, "kind:%s -is:erased until:%s", kinds, day);
	if (l->source.n)
		buf_printf(&b, " source:\"" SV_FMT "\"", SV_ARG(l->source));
	for (size_t i = 0; !l->source.n && i + 1 < r->count; i++)
		buf_printf(&b, " -source:\"" SV_FMT "\"", SV_ARG(r->limits[i].source));
	if (!buf_ok(&b) || !arena_copy(r->arena, buf_sv(&b), &out))
		out = (struct sv){ NULL, 0 };
	buf_release(&b);
	return out;
}

static int parse(struct retaining *r, struct sv text, struct filter **f, struct err *err)
{
	const struct opinia_filter_env env = { r->now, r->p->zone,
					       opinia_analyzer_taxonomy(r->p->analyzer) };

	return opinia_filter_parse(text, &env, r->arena, f, err);
}

static int select_old(struct retaining *r, const struct retaining_limit *l,
		      const char *kinds, struct opinia_snapshot *snap, uint32_t **ids,
		      size_t *count, struct err *err)
{
	struct opinia_page page = { .limit = 0 };
	struct sv text = filter_of(r, l, kinds);
	struct filter *f;
	int rc;

	if (!text.n)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = parse(r, text, &f, err);
	return rc ? rc : opinia_select(snap, f, &page, r->arena, ids, count, err);
}

static int find_old(struct retaining *r, struct retaining_limit *l,
		    struct opinia_snapshot *snap, struct err *err)
{
	int rc = select_old(r, l, ALL_SAID, snap, &l->ids, &l->count, err);

	r->records += rc ? 0 : l->count;
	return rc ? rc : select_old(r, l, "customer", snap, &l->rows, &l->row_count, err);
}

/* What a source set aside is kept no longer than what it brought. */
static int32_t aside_until(void *self, struct sv source)
{
	const struct retaining *r = self;
	const struct retaining_limit *own = &r->limits[r->count - 1];
	int32_t until = r->aside.kept ? INT32_MIN : r->aside.last_old;

	for (size_t i = 0; i + 1 < r->count; i++)
		if (sv_eq(r->limits[i].source, source))
			own = &r->limits[i];
	return !own->kept && own->last_old > until ? own->last_old : until;
}

static int blank_aside(struct retaining *r, bool dry, struct err *err)
{
	const char *dir = arena_printf(r->arena, "%s/rejected", r->p->store_dir);

	return dir ? opinia_rejected_age(dir, aside_until, r, dry, &r->blanked, err)
		   : err_set(err, ERR_SYSTEM, "out of memory");
}

int retaining_find(struct retaining *r, struct err *err)
{
	struct opinia_snapshot *snap;
	int rc = opinia_snapshot_open(r->p->store, &snap, err);

	if (rc)
		return rc;
	for (size_t i = 0; !rc && i < r->count; i++)
		if (!r->limits[i].kept)
			rc = find_old(r, &r->limits[i], snap, err);
	opinia_snapshot_close(snap);
	return rc ? rc : blank_aside(r, true, err);
}

/* ---- the clock ------------------------------------------------------------------------ */

/* When the newest record landed that was not erased, for an erased one says no time. */
static int last_landed(struct opinia_snapshot *snap, uint64_t last, int64_t *at,
		       struct err *err)
{
	int rc = 0;

	*at = TIME_NONE;
	for (int tries = 0; !rc && *at == TIME_NONE && last && tries < LOOK_BACK;
	     tries++, last--) {
		struct opinia_stored s;
		struct arena arena;

		arena_init(&arena, 0);
		rc = opinia_fetch(snap, (uint32_t)last, &arena, &s, err);
		if (!rc && !s.erased)
			*at = s.landed_at;
		arena_release(&arena);
	}
	return rc;
}

static int newest_landing(struct retaining *r, int64_t *at, struct err *err)
{
	struct opinia_snapshot *snap;
	struct opinia_totals totals;
	uint64_t last = 0;
	int rc = opinia_snapshot_open(r->p->store, &snap, err);

	if (rc)
		return rc;
	rc = opinia_snapshot_totals(snap, r->arena, &totals, err);
	for (int k = 0; !rc && k < KIND_COUNT; k++)
		last += totals.records[k];
	if (!rc)
		rc = last_landed(snap, last, at, err);
	opinia_snapshot_close(snap);
	return rc;
}

int retaining_seen(struct retaining *r, bool landings, int64_t *at, struct err *err)
{
	int64_t seen, landed = TIME_NONE;
	struct sv state;
	int rc = opinia_store_state(r->p->store, SEEN, r->arena, &state, err);

	*at = TIME_NONE;
	if (!rc && sv_i64(state, &seen))
		*at = seen;
	if (!rc && landings)
		rc = newest_landing(r, &landed, err);
	if (!rc && landed != TIME_NONE && (*at == TIME_NONE || landed > *at))
		*at = landed;
	return rc;
}

/* Of what is not kept for good, the days that it is kept. */
static int32_t shortest_days(const struct retaining *r)
{
	int32_t today = when_day(r->p->zone, r->now);
	int32_t least = r->aside.kept ? INT32_MAX : today - r->aside.last_old;

	for (size_t i = 0; i < r->count; i++)
		if (!r->limits[i].kept && today - r->limits[i].last_old < least)
			least = today - r->limits[i].last_old;
	return least;
}

int retaining_near(struct retaining *r, int64_t seen, int64_t since, struct err *err)
{
	int64_t ahead = seen == TIME_NONE ? 0 : r->now - seen - since;
	bool synced = !r->p->fixed_now && clock_synced();
	enum clock_trust trust = clock_trust(ahead, shortest_days(r), synced);
	char text[WHEN_TEXT_MAX];

	r->unsure = trust == CLOCK_LIKELY;
	if (trust != CLOCK_DOUBTED)
		return 0;
	when_format_local(r->p->zone, seen, text);
	return err_set(
		err, ERR_AGAIN,
		"the store last saw the clock at %s, which is %lld days from now: if "
		"the clock is right, `opinia retention --yes`",
		text, (long long)((ahead < 0 ? -ahead : ahead) / MS_DAY));
}

int retaining_clock(struct retaining *r, struct err *err)
{
	int64_t seen;
	int rc = retaining_seen(r, true, &seen, err);

	return rc ? rc : retaining_near(r, seen, 0, err);
}

static int long_since_run(struct retaining *r, bool *is, struct err *err)
{
	int64_t run;
	int rc = retaining_seen(r, false, &run, err);

	*is = !rc && run != TIME_NONE && r->now - run > (int64_t)MS_DAY * RUN_DAYS;
	return rc;
}

/* A clock that is some days off takes little before its time, unless it is further off than it looks. */
int retaining_modest(struct retaining *r, struct err *err)
{
	struct opinia_snapshot *snap;
	struct filter *f;
	uint64_t all = 0;
	bool unsure;
	int rc = long_since_run(r, &unsure, err);

	if (rc || !r->records || !(r->unsure || unsure))
		return rc;
	rc = opinia_snapshot_open(r->p->store, &snap, err);
	if (rc)
		return rc;
	rc = parse(r, sv_of("kind:" ALL_SAID " -is:erased"), &f, err);
	if (!rc)
		rc = opinia_count(snap, f, &all, err);
	opinia_snapshot_close(snap);
	if (rc || r->records <= all / UNSURE_PART)
		return rc;
	return err_set(
		err, ERR_AGAIN,
		"%zu of %llu records are too old by a clock that retention has not "
		"seen for days: if it is right, `opinia retention --yes`",
		r->records, (unsigned long long)all);
}

/* ---- one at a time -------------------------------------------------------------------- */

int retaining_lock(struct retaining *r, struct err *err)
{
	struct flock l = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	const char *path = arena_printf(r->arena, "%s/retention.lock", r->p->store_dir);

	r->lock = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
	if (r->lock < 0)
		return err_set(err, ERR_SYSTEM, "retention.lock: %s", strerror(errno));
	if (fcntl(r->lock, F_OFD_SETLK, &l) == 0)
		return 0;
	retaining_unlock(r);
	return err_set(err, ERR_AGAIN, "another opinia applies [retention] right now");
}

void retaining_unlock(struct retaining *r)
{
	if (r->lock >= 0)
		close(r->lock);
	r->lock = -1;
}

/* ---- doing it ------------------------------------------------------------------------- */

static void add(struct opinia_erasure *to, const struct opinia_erasure *more)
{
	to->persons += more->persons;
	to->addresses += more->addresses;
	to->records += more->records;
	to->revisions += more->revisions;
	to->names += more->names;
}

/* The entry goes with the first transaction that takes something. */
static int erase_ids(struct retaining *r, const uint32_t *ids, size_t count,
		     const struct opinia_audit *why, struct err *err)
{
	int rc = 0;

	for (size_t at = 0; !rc && at < count; at += AT_ONCE) {
		size_t n = count - at < AT_ONCE ? count - at : AT_ONCE;
		struct opinia_erasure one;
		int64_t began = when_now(), took;

		rc = opinia_erase_old(r->p->store, ids + at, n,
				      r->erased.records ? NULL : why, &one, err);
		if (!rc)
			add(&r->erased, &one);
		took = when_now() - began;
		if (took < 0 || took > PAUSE_MAX_MS)
			took = PAUSE_MAX_MS;
		if (!rc && r->stop && cancel_sleep(r->stop, took))
			rc = cancel_said(err);
	}
	return rc;
}

static int by_id(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t add_ids(uint32_t *to, const uint32_t *from, size_t n)
{
	if (n)
		memcpy(to, from, n * sizeof(*to));
	return n;
}

/* What people said first: a row that says who somebody is goes with the last of it. */
static int erase_all(struct retaining *r, struct err *err)
{
	struct opinia_audit why =
		audit_entry(r->p, "retention",
			    sv_of(arena_printf(r->arena, "%zu records", r->records)),
			    (struct sv){ NULL, 0 });
	size_t all = r->records, n = 0, rows = 0;
	uint32_t *ids;
	int rc;

	for (size_t i = 0; i < r->count; i++)
		all += r->limits[i].row_count;
	ids = arena_take(r->arena, (all + 1) * sizeof(*ids));
	if (!ids)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < r->count; i++)
		n += add_ids(ids + n, r->limits[i].ids, r->limits[i].count);
	for (size_t i = 0; i < r->count; i++)
		rows += add_ids(ids + n + rows, r->limits[i].rows,
				r->limits[i].row_count);
	if (n)
		qsort(ids, n, sizeof(*ids), by_id);
	if (rows)
		qsort(ids + n, rows, sizeof(*ids), by_id);
	rc = erase_ids(r, ids, n, &why, err);
	return rc ? rc : erase_ids(r, ids + n, rows, &why, err);
}

int retaining_apply(struct retaining *r, struct err *err)
{
	int rc = erase_all(r, err);

	if (!rc)
		rc = blank_aside(r, false, err);
	if (rc)
		return rc;
	return opinia_store_state_put(
		r->p->store, SEEN,
		sv_of(arena_printf(r->arena, "%lld", (long long)r->now)), err);
}
