/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_collect.c: ask the configured sources for what is new, once or again and again. A line a
 * source; what went wrong with one does not keep the others waiting.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/collecting.h"
#include "cli/daily.h"
#include "cli/readers.h"
#include "cli/subcommand.h"
#include "cli/words.h"
#include "core/i18n.h"

static const struct option_row rows[] = {
	OPTION_FORMAT,
	{ "watch", OPTION_FLAG, NULL,
	  N_("Keep asking: each source when it is due, or when it says that something "
	     "came") },
};

enum {
	BACKOFF_FIRST_MS = 30 * MS_SECOND,
	BACKOFF_MAX_MS = MS_HOUR,
	PARKED_MS = 6 * MS_HOUR,
};

static const struct column columns[] = {
	{ .name = "source", .title = N_("source"), .type = COLUMN_TEXT },
	{ .name = "new", .title = N_("new"), .type = COLUMN_COUNT },
	{ .name = "revised", .title = N_("revised"), .type = COLUMN_COUNT },
	{ .name = "unchanged", .title = N_("unchanged"), .type = COLUMN_COUNT },
	{ .name = "rejected", .title = N_("set aside"), .type = COLUMN_COUNT },
	{ .name = "lag", .title = N_("lag"), .type = COLUMN_TEXT },
	{ .name = "next", .title = N_("next run"), .type = COLUMN_TEXT },
	{ .name = "newest_at", .title = NULL, .type = COLUMN_TEXT },
	{ .name = "error", .title = NULL, .type = COLUMN_TEXT },
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };

/* ---- when next ----------------------------------------------------------------------------- */

static int64_t next_in(const struct opinia_source_info *info,
		       const struct source_state *s)
{
	int64_t ms = BACKOFF_FIRST_MS;

	if (!s->code)
		return info->every_ms;
	if (source_state_parked(s))
		return PARKED_MS;
	for (int64_t i = 1; i < s->failures && ms < BACKOFF_MAX_MS; i++)
		ms *= 2;
	if (ms > BACKOFF_MAX_MS)
		ms = BACKOFF_MAX_MS;
	return ms > s->again_ms ? ms : s->again_ms;
}

/* A quarter more or less, so that many sources do not come at once. */
static int64_t jittered(int64_t ms, const char *name)
{
	unsigned seed = (unsigned)when_now();

	for (; *name; name++)
		seed = seed * 31 + (unsigned char)*name;
	return ms - ms / 8 + (int64_t)(rand_r(&seed) % 1000) * (ms / 4) / 1000;
}

/* ---- saying how it went -------------------------------------------------------------------- */

static void say_tallies(const struct collected *got)
{
	for (size_t i = 0; i < got->tally_count; i++)
		fprintf(stderr, "  %s: %llu\n", _(got->tallies[i].what),
			(unsigned long long)got->tallies[i].n);
	for (size_t i = 0; i < got->said_count; i++)
		fprintf(stderr, "  %s\n", got->said[i].why);
	if (got->rejected > got->said_count)
		fprintf(stderr, _("  … and %llu more\n"),
			(unsigned long long)(got->rejected - got->said_count));
	if (got->landed.refused)
		fprintf(stderr,
			ngettext("  %llu row is of an erased person and was not taken\n",
				 "  %llu rows are of erased persons and were not taken\n",
				 got->landed.refused),
			(unsigned long long)got->landed.refused);
}

static void say_failure(const struct program *p, const struct opinia_source_info *info,
			const struct source_state *s, const struct err *why)
{
	(void)p;
	fprintf(stderr, "opinia collect: %s: %s\n", info->name, why->text);
	if (source_state_parked(s))
		fprintf(stderr,
			_("  it waits for its owner; `opinia sources test %s` shows "
			  "which step "
			  "fails\n"),
			info->name);
}

struct line {
	char lag[40], next[WHEN_TEXT_MAX], newest[WHEN_TEXT_MAX];
};

static void line_of(struct program *p, const struct opinia_source_info *info,
		    const struct source_state *s, struct line *l)
{
	int64_t now = p->fixed_now ? p->now : when_now();

	*l = (struct line){ .lag = "" };
	if (s->newest != TIME_NONE) {
		duration_format((double)(now > s->newest ? now - s->newest : 0), l->lag);
		when_format(s->newest, l->newest);
	}
	when_format_local(p->zone, now + next_in(info, s), l->next);
}

static int print_row(struct program *p, struct printer *printer,
		     const struct opinia_source_info *info, const struct collected *got,
		     struct err *err)
{
	struct line l;

	line_of(p, info, &got->state, &l);
	return printer_row(
		printer,
		(struct cell[]){
			cell_text(sv_of(info->name)), cell_count(got->landed.added),
			cell_count(got->landed.revised),
			cell_count(got->landed.unchanged), cell_count(got->rejected),
			l.lag[0] ? cell_text(sv_of(l.lag)) : cell_none(),
			cell_text(sv_of(l.next)),
			l.newest[0] ? cell_text(sv_of(l.newest)) : cell_none(),
			got->state.code ? cell_text(sv_of(got->state.error))
					: cell_none() },
		err);
}

/* ---- which sources ------------------------------------------------------------------------- */

struct chosen {
	size_t at[SOURCES_MAX], count;
};

static int choose(const struct opinia_sources *s, const struct options *o,
		  struct chosen *c, struct err *err)
{
	int rc = 0;

	c->count = 0;
	for (size_t i = 0; !rc && i < o->arg_count && c->count < SOURCES_MAX; i++) {
		rc = opinia_sources_find(s, o->args[i], &c->at[c->count], err);
		if (!rc && !opinia_sources_at(s, c->at[c->count])->pulls)
			rc = err_set(err, ERR_USAGE,
				     "%s is not asked: it calls (`opinia serve`)",
				     o->args[i]);
		if (!rc)
			c->count++;
	}
	for (size_t i = 0; !o->arg_count && i < opinia_sources_count(s); i++)
		if (opinia_sources_at(s, i)->pulls)
			c->at[c->count++] = i;
	if (!rc && !c->count)
		rc = err_set(err, ERR_NOTHING,
			     "no source is configured: [source NAME] in opinia.conf, see "
			     "opinia-sources(5)");
	return rc;
}

/* ---- once ---------------------------------------------------------------------------------- */

struct tour {
	size_t failed;
	bool rejected;
	enum err_code first;
};

static int ask_one(struct program *p, const struct opinia_sources *s, size_t i,
		   struct printer *printer, struct tour *tour, struct err *err)
{
	const struct opinia_source_info *info = opinia_sources_at(s, i);
	long threads = (long)setting_number(p->settings, "import", "threads");
	struct collecting *c = collecting_new(p, s, i, threads);
	struct collected got;
	struct err why = ERR_NONE;
	int rc;

	if (!c)
		return err_set(err, ERR_SYSTEM, "out of memory");
	rc = collecting_round(c, &got, &why);
	collecting_free(c);
	if (rc && cancel_asked(p->stop)) {
		*err = why;
		if (collecting_did(&got))
			print_row(p, printer, info, &got, NULL);
		return rc;
	}
	if (rc) {
		say_failure(p, info, &got.state, &why);
		tour->failed++;
		tour->first = tour->first ? tour->first : (enum err_code)rc;
	}
	say_tallies(&got);
	tour->rejected |= got.rejected > 0;
	return print_row(p, printer, info, &got, err);
}

static int ask_all(struct program *p, const struct opinia_sources *s,
		   const struct chosen *which, struct err *err)
{
	struct column titled[COLUMNS];
	struct printer *printer;
	struct tour tour = { .failed = 0 };
	int rc;

	for (size_t i = 0; i < COLUMNS; i++) {
		titled[i] = columns[i];
		titled[i].title = columns[i].title ? _(columns[i].title) : NULL;
	}
	rc = program_printer(p, titled, COLUMNS, &printer, err);
	for (size_t i = 0; !rc && i < which->count; i++)
		rc = ask_one(p, s, which->at[i], printer, &tour, err);
	if (printer_close(printer, rc ? NULL : err) && !rc)
		rc = ERR_SYSTEM;
	if (rc)
		return rc;
	if (tour.failed)
		return err_set(err, tour.first, "%zu of %zu sources could not be asked",
			       tour.failed, which->count);
	if (tour.rejected)
		return err_set(err, ERR_INPUT,
			       "some things were no records; they are in %s",
			       "STORE/rejected");
	return 0;
}

/* ---- again and again ----------------------------------------------------------------------- */

struct watcher {
	struct program *p;
	const struct opinia_sources *sources;
	const struct opinia_source_info *info;
	size_t index;
	pthread_t thread;
	bool started;
	pthread_mutex_t *say; /* one speaks at a time */
};

static void say_round(struct watcher *w, const struct collected *got,
		      const struct err *why, int64_t next)
{
	char now[WHEN_TEXT_MAX];

	pthread_mutex_lock(w->say);
	if (why->code)
		say_failure(w->p, w->info, &got->state, why);
	if (collecting_did(got) || why->code) {
		when_format(when_now(), now);
		fprintf(w->p->out,
			_("%s %s: %llu new, %llu revised, %llu set aside; next in %lld "
			  "s\n"),
			now, w->info->name, (unsigned long long)got->landed.added,
			(unsigned long long)got->landed.revised,
			(unsigned long long)got->rejected, (long long)next / MS_SECOND);
		fflush(w->p->out);
		say_tallies(got);
	}
	pthread_mutex_unlock(w->say);
}

static void *watch_one(void *arg)
{
	struct watcher *w = arg;
	struct collecting *c = collecting_new(w->p, w->sources, w->index, 1);

	while (c && !cancel_asked(w->p->stop)) {
		struct collected got;
		struct err why = ERR_NONE, lost = ERR_NONE;
		int64_t next;

		if (collecting_round(c, &got, &why) && cancel_asked(w->p->stop)) {
			why = ERR_NONE;
			say_round(w, &got, &why,
				  0); /* what landed is told all the same */
			break;
		}
		next = next_in(w->info, &got.state);
		if (why.code)
			next = jittered(next, w->info->name);
		if (next < got.state.again_ms)
			next = got.state.again_ms;
		say_round(w, &got, &why, next);
		if (collecting_wait(c, next, &lost) && !cancel_asked(w->p->stop))
			cancel_sleep(w->p->stop, BACKOFF_FIRST_MS);
	}
	collecting_free(c);
	words_scratch_drop();
	return NULL;
}

static int64_t changed_at(const char *path)
{
	struct stat st;

	return path && !stat(path, &st) ? (int64_t)st.st_mtim.tv_sec * MS_SECOND +
						  st.st_mtim.tv_nsec / 1000000
					: 0;
}

static void say_aside(void *self, bool failed, const char *what)
{
	struct program *p = self;
	char now[WHEN_TEXT_MAX];

	when_format(when_now(), now);
	if (failed)
		fprintf(stderr, "opinia collect: %s\n", what);
	else
		fprintf(p->out, "%s %s\n", now, what);
	fflush(p->out);
}

/* Until stopped, or the configuration changed. */
static void watch_all(struct program *p, const struct opinia_sources *s,
		      const struct chosen *which, struct daily *daily,
		      struct cancel *stop)
{
	pthread_mutex_t say = PTHREAD_MUTEX_INITIALIZER;
	struct watcher w[SOURCES_MAX] = { { .started = false } };
	struct reader_watch readers = { .p = p, .say = say_aside, .self = p };
	const char *conf = settings_path(p->settings);
	int64_t seen = changed_at(conf);

	for (size_t i = 0; i < which->count; i++) {
		w[i] = (struct watcher){ .p = p,
					 .sources = s,
					 .info = opinia_sources_at(s, which->at[i]),
					 .index = which->at[i],
					 .say = &say };
		w[i].started = pthread_create(&w[i].thread, NULL, watch_one, &w[i]) == 0;
	}
	do {
		if (changed_at(conf) != seen)
			cancel_ask(stop);
		daily_round(daily, stop);
		readers_round(&readers, stop);
	} while (!cancel_sleep(stop, DAILY_LOOK_MS));
	for (size_t i = 0; i < which->count; i++)
		if (w[i].started)
			pthread_join(w[i].thread, NULL);
}

static int reread(struct program *p, struct err *err)
{
	const char *conf = settings_path(p->settings);
	struct settings *fresh;
	int rc = conf ? settings_read(&fresh, conf, &p->arena, err) : 0;

	if (!rc && conf)
		p->settings = fresh;
	return rc;
}

/* All that a round of asking needs: signals, sources, which of them. */
struct asking {
	struct cancel stop;
	struct configured_sources c;
	struct chosen which;
};

static int asking_begin(struct asking *a, struct program *p, const struct options *o,
			struct err *err)
{
	int rc = cancel_init(&a->stop, err);

	a->c.sources = NULL;
	if (rc)
		return rc;
	configured_signals(&a->stop);
	p->stop = &a->stop;
	rc = configured_open(&a->c, p, &a->stop, true, err);
	return rc ? rc : choose(a->c.sources, o, &a->which, err);
}

static void asking_end(struct asking *a, struct program *p)
{
	configured_close(&a->c);
	configured_signals(NULL);
	p->stop = NULL;
	cancel_release(&a->stop);
}

/* A file that is wrong, or half written, must not end what runs: as `serve` does. */
static void keep_on(struct err *why)
{
	fprintf(stderr, "opinia collect: %s; the sources stay as they were\n", why->text);
	*why = ERR_NONE;
}

/* @good: the settings that a round began with; NULL: none did yet. */
static int begin_again(struct asking *a, struct program *p, const struct options *o,
		       struct settings **good, struct err *err)
{
	int rc = asking_begin(a, p, o, err);

	if (rc == ERR_CONFIG && *good && *good != p->settings) {
		keep_on(err);
		asking_end(a, p);
		p->settings = *good;
		rc = asking_begin(a, p, o, err);
	}
	*good = p->settings;
	return rc;
}

static int watch(struct program *p, const struct options *o, struct err *err)
{
	struct settings *good = NULL;
	struct daily daily;
	bool again = true;
	int rc = 0;

	daily_begin(&daily, p, say_aside, p);
	while (!rc && again) {
		struct asking a;
		int64_t seen = changed_at(settings_path(p->settings));

		rc = begin_again(&a, p, o, &good, err);
		if (!rc)
			watch_all(p, a.c.sources, &a.which, &daily, &a.stop);
		asking_end(&a, p);
		again = configured_asked_again() ||
			changed_at(settings_path(p->settings)) != seen;
		if (!rc && again && reread(p, err))
			keep_on(err);
	}
	return rc;
}

static int collect_run(struct program *p, const struct options *o, struct err *err)
{
	struct asking a;
	int rc;

	if (option_given(o, "watch"))
		return watch(p, o, err);
	rc = asking_begin(&a, p, o, err);
	if (!rc)
		rc = ask_all(p, a.c.sources, &a.which, err);
	asking_end(&a, p);
	return rc;
}

const struct subcommand cmd_collect = {
	.name = "collect",
	.args = "[SOURCE…]",
	.summary = N_("Ask the configured sources for what is new"),
	.opens = OPENS_ANALYZER | OPENS_LANDING,
	.options = rows,
	.option_count = sizeof(rows) / sizeof(rows[0]),
	.run = collect_run,
	.examples = "  opinia --config contrib/sample/sources.conf collect\n",
};
