/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_retention.c: what is older than [retention] of opinia.conf allows loses words and customers.
 *
 * The clock decides what is lost for good, so a clock that is far from where the store last saw it is
 * not believed without being told.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/age.h"
#include "cli/audit.h"
#include "cli/subcommand.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	{ "dry-run", OPTION_FLAG, NULL, N_("Only say what would go") },
	{ "yes", OPTION_FLAG, NULL,
	  N_("Also when the clock is more than a day from where the store last saw it") },
};

static const struct column columns[] = {
	{ .name = "source", .title = N_("source"), .type = COLUMN_TEXT },
	{ .name = "limit", .title = N_("kept"), .type = COLUMN_TEXT },
	{ .name = "until", .title = N_("goes, up to"), .type = COLUMN_TEXT },
	{ .name = "records", .title = N_("records"), .type = COLUMN_COUNT },
};

enum { LOOK_BACK = 10000 };
enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

#define SEEN SV("[retention]") /* no source has such a name */

struct limit {
	struct sv source; /* empty: all others */
	struct sv text;
	int32_t last_old;
	bool kept;
	uint32_t *ids,
		*rows; /* rows: of KIND_CUSTOMER, which go with their last record */
	size_t count, row_count;
};

struct retention {
	struct program *p;
	struct limit *limits;
	size_t count;
	size_t records, all; /* without and with rows */
};

/* ---- the limits ----------------------------------------------------------------------- */

static int read_limits(struct retention *r, struct err *err)
{
	const struct setting_source *named = settings_retention(r->p->settings);
	int32_t today = when_day(r->p->zone, r->p->now);
	bool some = false;

	r->count = named->count + 1;
	r->limits = arena_zero(&r->p->arena, r->count, sizeof(*r->limits));
	if (!r->limits)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < r->count; i++) {
		struct limit *l = &r->limits[i];

		l->source =
			i < named->count ? named->pairs[i].key : (struct sv){ NULL, 0 };
		l->text = i < named->count
				  ? named->pairs[i].value
				  : setting_text(r->p->settings, "retention", "default");
		if (!age_parse(l->text, today, &l->last_old, &l->kept))
			return err_set(err, ERR_CONFIG,
				       "[retention] " SV_FMT " = " SV_FMT
				       ": such as 24 months, 90 days, or never",
				       SV_ARG(l->source.n ? l->source : SV("default")),
				       SV_ARG(l->text));
		some |= !l->kept;
	}
	return some ? 0
		    : err_set(err, ERR_NOTHING,
			      "[retention] of opinia.conf sets no limit; everything is "
			      "kept");
}

/* "kind:… -is:erased until:2024-08-30 source:files", or of all but the named ones. */
static struct sv filter_of(struct retention *r, const struct limit *l, const char *kinds)
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
	if (!buf_ok(&b) || !arena_copy(&r->p->arena, buf_sv(&b), &out))
		out = (struct sv){ NULL, 0 };
	buf_release(&b);
	return out;
}

static int select_old(struct retention *r, const struct limit *l, const char *kinds,
		      struct opinia_snapshot *snap, uint32_t **ids, size_t *count,
		      struct err *err)
{
	const struct opinia_filter_env env = { r->p->now, r->p->zone,
					       opinia_analyzer_taxonomy(r->p->analyzer) };
	struct opinia_page page = { .limit = 0 };
	struct sv text = filter_of(r, l, kinds);
	struct filter *f;
	int rc;

	if (!text.n)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = opinia_filter_parse(text, &env, &r->p->arena, &f, err);
	if (!rc)
		rc = opinia_select(snap, f, &page, &r->p->arena, ids, count, err);
	r->all += rc ? 0 : *count;
	return rc;
}

static int find_old(struct retention *r, struct limit *l, struct opinia_snapshot *snap,
		    struct err *err)
{
	int rc = select_old(r, l, "feedback,interaction,invitation,activity", snap,
			    &l->ids, &l->count, err);

	r->records += rc ? 0 : l->count;
	return rc ? rc : select_old(r, l, "customer", snap, &l->rows, &l->row_count, err);
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

/* When did the store last see the clock? At the last retention, or its newest record. */
static int last_seen(struct retention *r, struct opinia_snapshot *snap, int64_t *at,
		     struct err *err)
{
	struct opinia_totals totals;
	uint64_t last = 0;
	struct sv state;
	int64_t seen, landed;
	int rc = opinia_store_state(r->p->store, SEEN, &r->p->arena, &state, err);

	*at = TIME_NONE;
	if (!rc && sv_i64(state, &seen))
		*at = seen;
	if (!rc)
		rc = opinia_snapshot_totals(snap, &r->p->arena, &totals, err);
	for (int k = 0; !rc && k < KIND_COUNT; k++)
		last += totals.records[k];
	if (!rc)
		rc = last_landed(snap, last, &landed, err);
	if (!rc && landed != TIME_NONE && (*at == TIME_NONE || landed > *at))
		*at = landed;
	return rc;
}

static int believe_clock(struct retention *r, const struct options *o,
			 struct opinia_snapshot *snap, struct err *err)
{
	char text[WHEN_TEXT_MAX];
	int64_t seen, apart;
	int rc = last_seen(r, snap, &seen, err);

	if (rc || seen == TIME_NONE || option_given(o, "yes"))
		return rc;
	apart = r->p->now > seen ? r->p->now - seen : seen - r->p->now;
	if (apart <= MS_DAY)
		return 0;
	when_format_local(r->p->zone, seen, text);
	return err_set(
		err, ERR_AGAIN,
		"the store last saw the clock at %s, which is %lld days from now: if "
		"the clock is right, --yes",
		text, (long long)(apart / MS_DAY));
}

/* ---- doing it ------------------------------------------------------------------------- */

static int print(struct retention *r, struct err *err)
{
	struct column titled[COLUMNS];
	struct printer *printer;
	int rc;

	for (size_t i = 0; i < COLUMNS; i++) {
		titled[i] = columns[i];
		titled[i].title = _(columns[i].title);
	}
	rc = program_printer(r->p, titled, COLUMNS, &printer, err);
	for (size_t i = 0; !rc && i < r->count; i++) {
		const struct limit *l = &r->limits[i];
		char day[WHEN_TEXT_MAX] = "";

		if (!l->kept)
			day_format(l->last_old, day);
		rc = printer_row(
			printer,
			(struct cell[]){
				cell_text(l->source.n ? l->source : SV("default")),
				l->kept ? cell_none() : cell_text(l->text),
				l->kept ? cell_none() : cell_text(sv_of(day)),
				cell_count(l->count) },
			err);
	}
	if (printer_close(printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	return rc;
}

static int by_id(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static size_t add_ids(uint32_t *to, const uint32_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = from[i];
	return n;
}

/* *some: something was erased. */
static int erase_all(struct retention *r, bool *some, struct err *err)
{
	struct opinia_audit why =
		audit_entry(r->p, "retention",
			    sv_of(arena_printf(&r->p->arena, "%zu records", r->records)),
			    (struct sv){ NULL, 0 });
	uint32_t *ids = arena_take(&r->p->arena, (r->all + 1) * sizeof(*ids));
	struct opinia_erasure out;
	size_t n = 0;
	int rc;

	if (!ids)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < r->count; i++) {
		n += add_ids(ids + n, r->limits[i].ids, r->limits[i].count);
		n += add_ids(ids + n, r->limits[i].rows, r->limits[i].row_count);
	}
	if (n)
		qsort(ids, n, sizeof(*ids), by_id);
	rc = opinia_erase_old(r->p->store, ids, n, &why, &out, err);
	*some = !rc && out.records;
	if (!rc)
		program_remark(r->p,
			       _("%llu records are anonymous now; of %llu customers "
				 "nothing is left"),
			       (unsigned long long)out.records,
			       (unsigned long long)out.persons);
	return rc;
}

static int sweep(struct program *p, struct err *err)
{
	bool done;
	int rc = opinia_store_compact(p->store, &done, err);

	if (!rc && !done)
		fprintf(stderr, "opinia retention: %s\n",
			_("somebody else has the store open: free pages of its file keep "
			  "what "
			  "was erased until `opinia erase --compact` is run alone"));
	return rc;
}

static int look(struct retention *r, const struct options *o, struct err *err)
{
	struct opinia_snapshot *snap;
	int rc = opinia_snapshot_open(r->p->store, &snap, err);

	if (rc)
		return rc;
	if (!option_given(o, "dry-run"))
		rc = believe_clock(r, o, snap, err);
	for (size_t i = 0; !rc && i < r->count; i++)
		if (!r->limits[i].kept)
			rc = find_old(r, &r->limits[i], snap, err);
	opinia_snapshot_close(snap);
	return rc;
}

static int retention_run(struct program *p, const struct options *o, struct err *err)
{
	struct retention r = { .p = p };
	bool some = false;
	int rc;

	if (o->arg_count)
		return err_set(err, ERR_USAGE, "retention takes no argument");
	rc = read_limits(&r, err);
	if (!rc)
		rc = look(&r, o, err);
	if (!rc)
		rc = print(&r, err);
	if (rc || option_given(o, "dry-run"))
		return rc;
	rc = erase_all(&r, &some, err);
	if (!rc)
		rc = opinia_store_state_put(
			p->store, SEEN,
			sv_of(arena_printf(&p->arena, "%lld", (long long)p->now)), err);
	return rc || !some ? rc : sweep(p, err);
}

const struct subcommand cmd_retention = {
	.name = "retention",
	.args = "[--dry-run]",
	.summary = N_("Erase words and customers that are older than allowed"),
	.opens = OPENS_LANDING,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = retention_run,
	.examples = "  opinia retention --dry-run\n",
};
