/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_retag.c: all comments read again with today's lexicon. `--diff` says what would change and
 * writes nothing. A batch of documents at a time, in order of their ids, so that a stop in the middle
 * leaves every count exact and the next run goes on with what still has an older lexicon.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/pool.h"
#include "cli/progress.h"
#include "cli/retag_changes.h"
#include "cli/retagging.h"
#include "cli/subcommand.h"
#include "cli/words.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	{ "diff", OPTION_FLAG, NULL, N_("Only say what would change") },
	{ "all", OPTION_FLAG, NULL,
	  N_("Also what was read with today's lexicon already") },
	{ "ids", OPTION_FLAG, NULL,
	  N_("With --diff: instead, each record whose labels would change") },
	{ "status", OPTION_FLAG, NULL, N_("Only say how far one is that is under way") },
};

enum { CHUNK = 1024, JOBS_A_THREAD = 3, NOTE_EVERY = 8 };

struct job {
	const uint32_t *ids;
	size_t count;	 /* of ids                          */
	size_t readable; /* of docs: the first ones are so  */
	struct opinia_stored docs[CHUNK];
	struct verdict now[CHUNK];
	struct arena arena;
	struct opinia_prepared *prepared;
};

struct retag {
	struct program *p;
	bool diff, all, listed;
	const uint32_t *ids;
	size_t id_count, next;
	struct retag_changes changes;
	struct printer *printer; /* of a row a record */
	struct progress bar;
	struct retagging state;
	uint64_t passed, chunks; /* that are behind us */
};

/* ---- one chunk ------------------------------------------------------------------------------ */

static int fill(void *self, void *job, bool *more, struct err *err)
{
	struct retag *r = self;
	struct job *j = job;
	size_t left = r->id_count - r->next;

	(void)err;
	*more = left > 0;
	j->ids = r->ids + r->next;
	j->count = left < CHUNK ? left : CHUNK;
	r->next += j->count;
	return 0;
}

/* The documents of a chunk that are to be read: those with words that the key opens. */
static int fetch_all(struct retag *r, struct job *j, struct opinia_snapshot *snap,
		     struct err *err)
{
	struct sv today = opinia_analyzer_hash(r->p->analyzer);
	int rc = 0;

	j->readable = 0;
	for (size_t i = 0; !rc && i < j->count; i++) {
		struct opinia_stored *d = &j->docs[j->readable];

		rc = opinia_fetch(snap, j->ids[i], &j->arena, d, err);
		if (!rc && d->readable && d->record.comment.n &&
		    (r->all || !sv_eq(d->lexicon, today)))
			j->readable++;
	}
	return rc;
}

static int read_all(struct retag *r, struct job *j, struct err *err)
{
	struct opinia_scratch *scratch = words_scratch(r->p->analyzer, err);
	int rc = scratch ? 0 : (int)err->code;

	for (size_t i = 0; !rc && i < j->readable; i++)
		rc = opinia_analyze(r->p->analyzer, scratch, j->docs[i].record.comment,
				    j->docs[i].record.language, &j->arena, &j->now[i],
				    err);
	if (rc || r->diff || !j->readable)
		return rc;
	return opinia_store_prepare_again(r->p->store, j->docs, j->readable, j->now,
					  opinia_analyzer_hash(r->p->analyzer),
					  &j->prepared, err);
}

static int work(void *self, void *job, struct err *err)
{
	struct retag *r = self;
	struct job *j = job;
	struct opinia_snapshot *snap;
	int rc;

	arena_reset(&j->arena);
	rc = opinia_snapshot_open(r->p->store, &snap, err);
	if (rc)
		return rc;
	rc = fetch_all(r, j, snap, err);
	if (!rc)
		rc = read_all(r, j, err);
	opinia_snapshot_close(snap);
	return rc;
}

/* ---- landing -------------------------------------------------------------------------------- */

/* Now and then, for those who ask; a run that was stopped is not counted back. */
static int note(struct retag *r, size_t count, struct err *err)
{
	r->passed += count;
	if (r->diff || ++r->chunks % NOTE_EVERY || r->passed <= r->state.read)
		return 0;
	r->state.read = r->passed;
	return retagging_write(r->p, &r->state, err);
}

static int drain(void *self, void *job, struct err *err)
{
	struct retag *r = self;
	struct job *j = job;
	struct opinia_landing got;
	int rc = 0;

	if (j->prepared)
		rc = opinia_store_land(r->p->store, j->prepared, &got, err);
	opinia_prepared_free(j->prepared);
	j->prepared = NULL;
	for (size_t i = 0; !rc && i < j->readable; i++) {
		retag_compare(&r->changes, &j->docs[i].verdict, &j->now[i]);
		if (r->listed)
			rc = retag_print_record(&r->changes, r->printer, j->docs[i].id,
						&j->docs[i].verdict, &j->now[i], err);
	}
	progress_step(&r->bar, r->changes.read, r->id_count, r->changes.read);
	return rc ? rc : note(r, j->count, err);
}

/* ---- all of them ---------------------------------------------------------------------------- */

static int run_chunks(struct retag *r, struct err *err)
{
	long threads = (long)setting_number(r->p->settings, "import", "threads");
	size_t count = (size_t)(threads > 0 ? threads : pool_cores()) * JOBS_A_THREAD;
	struct job *jobs = calloc(count, sizeof(*jobs));
	struct pool_plan plan = { .self = r,
				  .jobs = jobs,
				  .job_size = sizeof(*jobs),
				  .job_count = count,
				  .threads = threads,
				  .fill = fill,
				  .work = work,
				  .drain = drain };
	int rc;

	if (!jobs)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < count; i++)
		arena_init(&jobs[i].arena, 0);
	progress_begin(&r->bar, _("reading again"), r->p->progress);
	rc = pool_run(&plan, err);
	progress_end(&r->bar);
	for (size_t i = 0; i < count; i++) {
		opinia_prepared_free(jobs[i].prepared);
		arena_release(&jobs[i].arena);
	}
	free(jobs);
	return rc;
}

/* Ids of all feedback, oldest first; the snapshot is given back at once. */
static int all_ids(struct retag *r, struct err *err)
{
	struct opinia_filter_env env = { .now_ms = r->p->now, .zone = r->p->zone };
	struct opinia_page page = { .limit = 0 };
	struct opinia_snapshot *snap;
	struct filter *f;
	uint32_t *ids;
	int rc = opinia_snapshot_open(r->p->store, &snap, err);

	if (rc)
		return rc;
	rc = opinia_filter_parse((struct sv){ NULL, 0 }, &env, &r->p->arena, &f, err);
	if (!rc)
		rc = opinia_select(snap, f, &page, &r->p->arena, &ids, &r->id_count, err);
	opinia_snapshot_close(snap);
	if (rc)
		return rc;
	for (size_t i = 0; i < r->id_count / 2; i++) {
		uint32_t swap = ids[i];

		ids[i] = ids[r->id_count - 1 - i];
		ids[r->id_count - 1 - i] = swap;
	}
	r->ids = ids;
	return 0;
}

/* ---- how far it is -------------------------------------------------------------------------- */

/* From the lexicon of the latest landing; or, where one was stopped, from that of before it. */
static int begin(struct retag *r, struct err *err)
{
	struct sv today = opinia_analyzer_hash(r->p->analyzer);
	struct opinia_snapshot *snap;
	struct opinia_totals t;
	struct retagging was;
	int rc = r->diff ? 0 : retagging_read(r->p, &was, err);

	if (rc || r->diff)
		return rc;
	rc = opinia_snapshot_open(r->p->store, &snap, err);
	if (rc)
		return rc;
	rc = opinia_snapshot_totals(snap, &r->p->arena, &t, err);
	opinia_snapshot_close(snap);
	if (rc)
		return rc;
	snprintf(r->state.to, sizeof(r->state.to), SV_FMT, SV_ARG(today));
	if (sv_eq(sv_of(was.to), today)) {
		memcpy(r->state.from, was.from, sizeof(was.from));
		r->state.read = was.read < r->id_count ? was.read : 0;
	} else if (!sv_eq(t.lexicon, today)) {
		snprintf(r->state.from, sizeof(r->state.from), SV_FMT, SV_ARG(t.lexicon));
	}
	r->state.all = r->id_count;
	return retagging_write(r->p, &r->state, err);
}

static const struct column status_columns[] = {
	{ .name = "from", .title = N_("from"), .type = COLUMN_TEXT },
	{ .name = "to", .title = N_("to"), .type = COLUMN_TEXT },
	{ .name = "read", .title = N_("read"), .type = COLUMN_COUNT },
	{ .name = "all", .title = N_("of"), .type = COLUMN_COUNT },
	{ .name = "percent", .title = "%", .type = COLUMN_COUNT },
};

enum { STATUS_COLUMNS = sizeof(status_columns) / sizeof(status_columns[0]) };

static int print_status(struct program *p, struct err *err)
{
	struct column titled[STATUS_COLUMNS];
	struct printer *printer;
	struct retagging r;
	int rc = retagging_read(p, &r, err);

	if (rc)
		return rc;
	if (!r.to[0]) {
		if (p->format == PRINT_TABLE)
			fprintf(p->out, "%s\n", _("none is under way"));
		return 0;
	}
	for (size_t i = 0; i < STATUS_COLUMNS; i++) {
		titled[i] = status_columns[i];
		titled[i].title = _(status_columns[i].title);
	}
	rc = program_printer(p, titled, STATUS_COLUMNS, &printer, err);
	if (!rc)
		rc = printer_row(printer,
				 (struct cell[]){ r.from[0] ? cell_text(sv_of(r.from))
							    : cell_none(),
						  cell_text(sv_of(r.to)),
						  cell_count(r.read), cell_count(r.all),
						  cell_count(retagging_percent(&r)) },
				 err);
	return printer_close(printer, rc ? NULL : err) && !rc ? ERR_SYSTEM : rc;
}

static int run(struct retag *r, struct err *err)
{
	int rc = all_ids(r, err);

	if (!rc)
		rc = begin(r, err);
	if (!rc)
		rc = retag_changes_begin(&r->changes, r->p, err);
	if (!rc && r->listed)
		rc = retag_printer(&r->changes, &r->printer, err);
	if (!rc)
		rc = run_chunks(r, err);
	if (printer_close(r->printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	if (!rc && !r->diff)
		rc = retagging_done(r->p, err);
	if (!rc && !r->listed)
		rc = retag_print(&r->changes, err);
	if (!rc)
		retag_remark(&r->changes, r->diff);
	return rc;
}

static int retag_run(struct program *p, const struct options *o, struct err *err)
{
	struct retag *r;
	int rc;

	if (o->arg_count)
		return err_set(err, ERR_USAGE,
			       "retag takes no argument: it reads all comments");
	if (option_given(o, "status"))
		return print_status(p, err);
	if (option_given(o, "ids") && !option_given(o, "diff"))
		return err_set(err, ERR_USAGE, "--ids goes with --diff");
	r = calloc(1, sizeof(*r));
	if (!r)
		return err_set(err, ERR_SYSTEM, "out of memory");
	r->p = p;
	r->diff = option_given(o, "diff");
	r->all = option_given(o, "all");
	r->listed = option_given(o, "ids");
	rc = run(r, err);
	free(r);
	return rc;
}

/* To say what would change, the store is only read. */
static unsigned retag_opens(const struct options *o)
{
	return option_given(o, "diff") || option_given(o, "status") ? OPENS_STORE
								    : cmd_retag.opens;
}

const struct subcommand cmd_retag = {
	.name = "retag",
	.args = "",
	.summary = N_("Read all comments again with today's lexicon"),
	.opens = OPENS_ANALYZER | OPENS_LANDING,
	.opens_with = retag_opens,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = retag_run,
	.examples = "  opinia retag --diff --all\n"
		    "  opinia retag --status\n",
};
