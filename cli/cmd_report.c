/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_report.c: the page to forward: one HTML file. It is written beside its place and
 * then moved there, so that whoever has the old one open never reads half of a new one.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/notes.h"
#include "cli/numbers.h"
#include "cli/retagging.h"
#include "cli/subcommand.h"
#include "core/i18n.h"
#include "report/opinia_report.h"

static const struct option_row rows[] = {
	OPTION_LAST,
	{ "week", OPTION_TEXT, "TIME", N_("One week: 2026-W30 or last-week") },
	{ "month", OPTION_TEXT, "TIME", N_("One month: 2026-07 or last-month") },
	{ "quarter", OPTION_TEXT, "TIME", N_("One quarter: 2026-Q2") },
	{ "out", OPTION_TEXT, "FILE",
	  N_("Where to (default: report.html); - is stdout") },
	{ "notes", OPTION_TEXT, "FILE",
	  N_("Dated notes for the charts: CSV with date, kind, text") },
	{ "title", OPTION_TEXT, "TEXT", N_("Whose report it is") },
	{ "metric", OPTION_TEXT, "NAME,…",
	  N_("These indicators (default: those of opinia.conf)") },
};

/* --week, --month and --quarter are a `day:` term; the parser of filters knows what it
 * may be. */
static int parse_scope(struct scope *s, struct program *p, const struct options *o,
		       struct err *err)
{
	static const char *const spans[] = { "week", "month", "quarter" };
	struct options typed = *o;
	const char *term = NULL;
	int given = option_given(o, "last");

	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		if (!option_given(o, spans[i]))
			continue;
		term = arena_printf(&p->arena, "day:%s", option_text(o, spans[i], ""));
		if (!term)
			return err_set(err, ERR_SYSTEM, "out of memory");
		given++;
	}
	if (given > 1)
		return err_set(err, ERR_USAGE,
			       "only one of --last, --week, --month and --quarter");
	if (term) {
		typed.args =
			arena_take(&p->arena, (o->arg_count + 1) * sizeof(*typed.args));
		if (!typed.args)
			return err_set(err, ERR_SYSTEM, "out of memory");
		for (size_t i = 0; i < o->arg_count; i++)
			typed.args[i] = o->args[i];
		typed.args[typed.arg_count++] = term;
	}
	return scope_parse(s, p, &typed, 0, setting_number(p->settings, "kpi", "period"),
			   err);
}

/* ---- where it goes ----------------------------------------------------------------- */

static int write_all(int fd, struct sv s)
{
	while (s.n) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		s = sv_sub(s, (size_t)n, s.n);
	}
	return 0;
}

/* The mode that a new file would have, because mkstemp() gives 0600. */
static void usual_mode(int fd)
{
	mode_t mask = umask(0);

	umask(mask);
	(void)!fchmod(fd, 0666 & ~mask);
}

static int write_file(const char *path, struct sv page, struct arena *arena,
		      struct err *err)
{
	char *beside = arena_printf(arena, "%s.XXXXXX", path);
	int fd = beside ? mkostemp(beside, O_CLOEXEC) : -1;

	if (!beside)
		return err_set(err, ERR_SYSTEM, "out of memory");
	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, "%s: %s",
			       path, strerror(errno));
	usual_mode(fd);
	if (write_all(fd, page) || fsync(fd)) {
		err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
		close(fd);
		unlink(beside);
		return ERR_SYSTEM;
	}
	if (close(fd) || rename(beside, path)) {
		err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno));
		unlink(beside);
		return ERR_SYSTEM;
	}
	return 0;
}

/* A pipe, a terminal, /dev/stdout: written to, never replaced. */
static int write_stream(const char *path, struct sv page, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int rc = fd < 0 || write_all(fd, page)
			 ? err_set(err, ERR_SYSTEM, "%s: %s", path, strerror(errno))
			 : 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

static int deliver(struct program *p, const struct options *o, struct sv page,
		   struct err *err)
{
	const char *path = option_text(o, "out", "report.html");
	struct stat there;
	char *full;
	int rc;

	if (strcmp(path, "-") == 0)
		return fwrite(page.p, 1, page.n, p->out) == page.n && !fflush(p->out)
			       ? 0
			       : err_set(err, ERR_SYSTEM, "stdout: %s", strerror(errno));
	if (stat(path, &there) == 0 && !S_ISREG(there.st_mode))
		return write_stream(path, page, err);
	full = realpath(path, NULL); /* a link stays, what it points at is replaced */
	rc = write_file(full ? full : path, page, &p->arena, err);
	free(full);
	if (rc)
		return rc;
	full = realpath(path, NULL);
	fprintf(stderr, _("report written: %s\n"), full ? full : path);
	free(full);
	return 0;
}

/* ---- what goes in ------------------------------------------------------------------ */

static int read_notes(struct program *p, const struct options *o,
		      struct opinia_report_plan *plan, struct err *err)
{
	const char *path = option_text(o, "notes", NULL);
	struct opinia_note *notes;
	int rc;

	if (!path)
		return 0;
	rc = notes_read(path, p->lang, &p->arena, &notes, &plan->note_count, err);
	plan->notes = rc ? NULL : notes;
	return rc;
}

/* The language of the report is --lang, else that of opinia.conf, else that of the
 * process. */
static void choose_language(struct program *p, const struct options *o)
{
	struct sv lang = setting_text(p->settings, "report", "lang");
	char *z = arena_printf(&p->arena, SV_FMT, SV_ARG(lang));

	if (z && lang.n && !option_given(o, "lang"))
		p->lang = program_language(z);
}

static int report_run(struct program *p, const struct options *o, struct err *err)
{
	const struct metric *metrics[NUMBERS_METRICS_MAX];
	struct sv names = setting_text(p->settings, "kpi", "rows");
	struct opinia_report_plan plan = { .metrics = metrics };
	const char *mixed = retagging_words(p);
	struct scope s;
	struct buf page;
	int rc;

	choose_language(p, o);
	if (option_given(o, "metric"))
		names = sv_of(option_text(o, "metric", NULL));
	rc = parse_scope(&s, p, o, err);
	if (!rc)
		rc = metrics_parse(names, metrics, &plan.metric_count, err);
	if (!rc)
		rc = read_notes(p, o, &plan, err);
	if (rc)
		return rc;
	plan.frame = frame_of(p, &s);
	plan.title = setting_text(p->settings, "report", "title");
	if (option_given(o, "title"))
		plan.title = sv_of(option_text(o, "title", NULL));
	plan.filter_text = options_rest(o, 0, &p->arena);
	plan.program = SV("opinia " OPINIA_VERSION);
	plan.languages = p->languages;
	plan.language_count = p->language_count;
	plan.lang = p->lang;
	plan.min_n = (uint64_t)setting_number(p->settings, "topics", "min_n");
	buf_init(&page, 0);
	rc = opinia_report_html(&plan, &page, err);
	if (!rc)
		rc = deliver(p, o, buf_sv(&page), err);
	if (!rc && mixed)
		fprintf(stderr, "opinia report: %s\n", mixed);
	buf_release(&page);
	return rc;
}

const struct subcommand cmd_report = {
	.name = "report",
	.args = "[FILTER]",
	.summary =
		N_("Write a page to forward: what moved, indicators, topics, channels"),
	.opens = OPENS_ANALYZER | OPENS_STORE,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = report_run,
	.examples =
		"  opinia report --last 4w --out report.html\n"
		"  opinia report --month 2026-07 --notes contrib/sample/notes.csv "
		"--lang ro\n"
		"  opinia report channel:phone --quarter 2026-Q2 --out - > phone.html\n",
};
