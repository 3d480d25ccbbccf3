/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_import.c: files into the store. Says what it recognised, lands what is good, sets aside what
 * is not, and ends with a summary a file.
 */
#include <string.h>

#include "cli/configured.h"
#include "cli/pipeline.h"
#include "cli/progress.h"
#include "cli/subcommand.h"
#include "collector/opinia_collector.h"
#include "core/i18n.h"
#include "core/utf8.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	{ "source", OPTION_TEXT, "NAME",
	  N_("Where the answers come from (default: files)") },
	{ "channel", OPTION_TEXT, "NAME",
	  N_("chat, email, phone, web or other, where a row names none") },
	{ "kind", OPTION_CHOICE, "feedback|interaction|invitation|activity|customer",
	  N_("What a row is (default: recognised from the columns)") },
	{ "map", OPTION_LIST, "FIELD=COLUMN",
	  N_("This column is that field; may be given several times") },
	{ "scale", OPTION_LIST, "SCORE=MIN..MAX",
	  N_("The scale of a score: csat=1..10; csat=5..1 where 1 is best") },
	{ "values", OPTION_LIST, "SCORE=WORD=POINT…",
	  N_("Words that are points of a score: csat=\"bad=1 good=5\"") },
	{ "rejected", OPTION_TEXT, "FILE",
	  N_("Where rows go that are no records (default: FILE.rejected)") },
	{ "again", OPTION_FLAG, NULL,
	  N_("Read all of a long file anew, also what an import that was stopped had "
	     "stored") },
	{ "dry-run", OPTION_FLAG, NULL, N_("Say what is recognised, store nothing") },
};

enum { LISTS_MAX = 64 };

struct import_run {
	struct program *p;
	struct opinia_import *imp;
	bool again; /* from the start, whatever is remembered */
	struct progress bar;
};

static const struct column summary_columns[] = {
	{ .name = "file", .title = N_("file"), .type = COLUMN_TEXT },
	{ .name = "kind", .title = N_("kind"), .type = COLUMN_TEXT },
	{ .name = "rows", .title = N_("rows"), .type = COLUMN_COUNT },
	{ .name = "new", .title = N_("new"), .type = COLUMN_COUNT },
	{ .name = "revised", .title = N_("revised"), .type = COLUMN_COUNT },
	{ .name = "unchanged", .title = N_("unchanged"), .type = COLUMN_COUNT },
	{ .name = "rejected", .title = N_("rejected"), .type = COLUMN_COUNT },
};

enum { SUMMARY = sizeof(summary_columns) / sizeof(summary_columns[0]) };

/* ---- what was recognised ------------------------------------------------------------------- */

static void say_column(FILE *to, const struct import_column *c)
{
	struct buf b;

	buf_init(&b, 0);
	utf8_tame(c->name, &b);
	if (c->field.n && c->max > c->min)
		fprintf(to, "  " SV_FMT " → " SV_FMT " (%d–%d)\n", SV_ARG(buf_sv(&b)),
			SV_ARG(c->field), c->min, c->max);
	else if (c->field.n)
		fprintf(to, "  " SV_FMT " → " SV_FMT "\n", SV_ARG(buf_sv(&b)),
			SV_ARG(c->field));
	else
		fprintf(to, "  " SV_FMT " – %s\n", SV_ARG(buf_sv(&b)),
			c->why ? _(c->why)
			       : _("not understood, left out (--map FIELD=COLUMN)"));
	buf_release(&b);
}

static void say_recognised(FILE *to, const char *path, const struct import_recognised *r)
{
	fprintf(to, "%s: %s, %s%s", path, r->format, r->encoding,
		r->bom ? _(" with BOM") : "");
	if (r->delimiter)
		fprintf(to, _(", separated by %s"),
			r->delimiter == '\t' ? "TAB" : (char[]){ r->delimiter, 0 });
	if (strcmp(r->dates, "none") != 0)
		fprintf(to, _(", dates as %s"), r->dates);
	fprintf(to, r->decimal_comma ? _(", decimal comma: %s\n") : ": %s\n",
		record_kind_name(r->kind));
	for (size_t i = 0; i < r->column_count; i++)
		say_column(to, &r->columns[i]);
	for (size_t i = 0; i < r->note_count; i++)
		fprintf(to, "  " SV_FMT "\n", SV_ARG(r->notes[i]));
}

static void say_rejects(const struct opinia_import *imp, uint64_t rejected)
{
	size_t n;
	const struct import_reject *r = opinia_import_rejects(imp, &n);

	if (!rejected)
		return;
	for (size_t i = 0; i < n; i++)
		fprintf(stderr, _("  line %llu: %s\n"), (unsigned long long)r[i].line,
			r[i].why);
	if (rejected > n)
		fprintf(stderr, _("  … and %llu more\n"),
			(unsigned long long)(rejected - n));
	if (opinia_import_rejected_path(imp))
		fprintf(stderr,
			_("  whole, with the reasons, in %s: mend them there and import "
			  "that file\n"),
			opinia_import_rejected_path(imp));
}

/* ---- one file ------------------------------------------------------------------------------ */

static int pull(void *self, struct batch *out, struct err *err)
{
	struct import_run *run = self;
	int rc = opinia_import_pull(run->imp, out, err);
	struct import_progress at = opinia_import_progress(run->imp);

	progress_step(&run->bar, at.bytes, at.size, at.rows);
	return rc;
}

static int drain_dry(struct opinia_import *imp, struct err *err)
{
	struct batch b;
	int rc;

	batch_init(&b);
	do
		rc = opinia_import_pull(imp, &b, err);
	while (!rc && b.count);
	batch_release(&b);
	return rc;
}

/* Where an import of this file was stopped, there it goes on. */
static int go_on(struct import_run *run, struct err *err)
{
	struct sv place = opinia_import_place(run->imp), cursor = { NULL, 0 };
	uint64_t records;
	int rc = 0;

	if (!place.n)
		return 0;
	if (!run->again)
		rc = opinia_store_cursor(run->p->store, place, &run->p->arena, &cursor,
					 err);
	if (rc)
		return rc;
	records = opinia_import_go_on(run->imp, cursor);
	if (records)
		fprintf(stderr,
			_("  goes on behind record %llu, where it was stopped (--again "
			  "reads all anew)\n"),
			(unsigned long long)records);
	return 0;
}

static int land_all(struct import_run *run, struct opinia_landing *total, struct err *err)
{
	struct pipeline line = {
		.analyzer = run->p->analyzer,
		.store = run->p->store,
		.threads = (long)setting_number(run->p->settings, "import", "threads"),
		.source = run,
		.pull = pull,
	};
	int rc = go_on(run, err);

	if (rc)
		return rc;
	progress_begin(&run->bar, _("importing"), run->p->progress);
	rc = pipeline_run(&line, total, err);
	progress_end(&run->bar);
	return rc;
}

static void say_tallies(const struct opinia_import *imp)
{
	size_t n;
	const struct source_tally *t = opinia_import_tallies(imp, &n);

	for (size_t i = 0; i < n; i++)
		fprintf(stderr, "  %s: %llu\n", _(t[i].what), (unsigned long long)t[i].n);
}

static void say_more(const struct import_progress *at, const struct opinia_landing *total)
{
	if (total->keyless)
		fprintf(stderr,
			ngettext("  %llu row has no id, time with customer or "
				 "interaction: a change "
				 "of it would be a new row\n",
				 "  %llu rows have no id, time with customer or "
				 "interaction: a change "
				 "of them would be a new row\n",
				 total->keyless),
			(unsigned long long)total->keyless);
	if (total->refused)
		fprintf(stderr,
			ngettext("  %llu row is of an erased person and was not taken\n",
				 "  %llu rows are of erased persons and were not taken\n",
				 total->refused),
			(unsigned long long)total->refused);
	if (at->unanswered)
		fprintf(stderr,
			ngettext("  %llu score of 0 was read as \"not answered\"\n",
				 "  %llu scores of 0 were read as \"not answered\"\n",
				 at->unanswered),
			(unsigned long long)at->unanswered);
}

static int import_file(struct program *p, const struct import_options *opt,
		       const char *path, bool again, struct printer *printer,
		       bool *rejected, struct err *err)
{
	struct import_run run = { .p = p, .again = again };
	struct opinia_landing total = { .added = 0 };
	struct import_progress at;
	int rc = opinia_import_open(&run.imp, path, opt, err);

	if (rc)
		return rc; /* which names the file already */
	say_recognised(opt->dry_run && p->format == PRINT_TABLE ? p->out : stderr, path,
		       opinia_import_recognised(run.imp));
	rc = opt->dry_run ? drain_dry(run.imp, err) : land_all(&run, &total, err);
	at = opinia_import_progress(run.imp);
	*rejected |= at.rejected > 0;
	say_rejects(run.imp, at.rejected);
	say_tallies(run.imp);
	say_more(&at, &total);
	if (!rc)
		rc = printer_row(
			printer,
			(struct cell[]){
				cell_text(sv_of(path)),
				cell_text(sv_of(record_kind_name(
					opinia_import_recognised(run.imp)->kind))),
				cell_count(at.rows),
				opt->dry_run ? cell_none() : cell_count(total.added),
				opt->dry_run ? cell_none() : cell_count(total.revised),
				opt->dry_run ? cell_none() : cell_count(total.unchanged),
				cell_count(at.rejected),
			},
			err);
	else
		err_at(err, "%s", path);
	opinia_import_close(run.imp);
	return rc;
}

static size_t list_of(const struct options *o, const char *name, const char **out)
{
	size_t n = 0;

	while (n < LISTS_MAX && (out[n] = option_nth(o, name, n)))
		n++;
	return n;
}

static int import_files(struct program *p, const struct options *o,
			const struct import_options *opt, struct err *err)
{
	struct column columns[SUMMARY];
	struct printer *printer;
	bool rejected = false;
	int rc;

	for (size_t i = 0; i < SUMMARY; i++) {
		columns[i] = summary_columns[i];
		columns[i].title = _(columns[i].title);
	}
	rc = program_printer(p, columns, SUMMARY, &printer, err);
	for (size_t i = 0; !rc && i < o->arg_count; i++)
		rc = import_file(p, opt, o->args[i], option_given(o, "again"), printer,
				 &rejected, err);
	if (printer_close(printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	if (!rc && rejected)
		rc = err_set(err, ERR_INPUT, "some rows were no records; the others %s",
			     opt->dry_run ? _("are good") : _("have landed"));
	return rc;
}

/* First what goes for less: of two maps of one field, and of two scales, the last counts. */
static size_t behind(const char **list, size_t n, const char *const *saved, size_t more)
{
	if (more > LISTS_MAX - n)
		more = LISTS_MAX - n;
	memmove(list + more, list, n * sizeof(*list));
	if (more)
		memcpy(list, saved, more * sizeof(*list));
	return n + more;
}

/* `--source NAME` of a configured source: what is saved there holds, unless told otherwise. */
static int add_saved(struct program *p, struct import_options *opt, const char **maps,
		     const char **scales, const char **values, struct err *err)
{
	struct import_options saved = { .source = NULL };
	bool found;
	int rc;

	if (!opt->source || !p->settings)
		return 0;
	rc = opinia_import_saved(p->settings, opt->source, p->zone, &p->arena, &found,
				 &saved, err);
	if (rc || !found)
		return rc;
	opt->channel = opt->channel ? opt->channel : saved.channel;
	opt->kind = opt->kind ? opt->kind : saved.kind;
	opt->map_count = behind(maps, opt->map_count, saved.maps, saved.map_count);
	opt->scale_count =
		behind(scales, opt->scale_count, saved.scales, saved.scale_count);
	for (size_t i = 0; i < saved.value_count && opt->value_count < LISTS_MAX; i++)
		values[opt->value_count++] = saved.values[i]; /* the first word counts */
	return 0;
}

static int import_run(struct program *p, const struct options *o, struct err *err)
{
	const char *maps[LISTS_MAX], *scales[LISTS_MAX], *values[LISTS_MAX];
	struct import_options opt = {
		.source = option_text(o, "source", NULL),
		.channel = option_text(o, "channel", NULL),
		.kind = option_text(o, "kind", NULL),
		.maps = maps,
		.map_count = list_of(o, "map", maps),
		.scales = scales,
		.scale_count = list_of(o, "scale", scales),
		.values = values,
		.value_count = list_of(o, "values", values),
		.zone = p->zone,
		.rejected = option_text(o, "rejected", NULL),
		.dry_run = option_given(o, "dry-run"),
		.mime_program = configured_mime(p),
	};

	int rc;

	if (!o->arg_count)
		return err_set(err, ERR_USAGE, "which file? opinia import FILE…");
	rc = add_saved(p, &opt, maps, scales, values, err);
	return rc ? rc : import_files(p, o, &opt, err);
}

/* A dry run asks only the file, so it works before there is a store. */
static unsigned import_opens(const struct options *o)
{
	return option_given(o, "dry-run") ? OPENS_NOTHING : cmd_import.opens;
}

const struct subcommand cmd_import = {
	.name = "import",
	.args = "FILE…",
	.summary = N_("Bring files of answers into the store"),
	.opens = OPENS_ANALYZER | OPENS_LANDING,
	.opens_with = import_opens,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = import_run,
	.examples = "  opinia import contrib/sample/feedback-chat.csv\n"
		    "  opinia import --dry-run contrib/sample/feedback-phone.jsonl\n",
};
