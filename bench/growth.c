/* SPDX-License-Identifier: Apache-2.0 */
/*
 * growth.c: one step of bench/growth: one engine takes the rows in, or answers the questions, in a
 * process of its own, so that none warms or fills another's memory. Prints lines "key TAB value".
 *
 *	growth --do rows --lexicon FILE --csv FILE --verdicts FILE
 *	growth --do load --engine NAME --data FOLDER [--cores N] …
 *	growth --do ask --engine NAME --data FOLDER [--cores N] [--expect FILE] …
 *	growth --do upkeep --opinia PROGRAM --data FOLDER [--whole yes]
 *
 * --expect: what "ask" printed for Opinia. Q1 to Q3 must be the same before they are timed; words
 * are cut differently by each engine, so how far Q4 is off is printed beside its time.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/engine.h"
#include "bench/program.h"
#include "bench/rows.h"

enum { STARTS = 60 };

static const struct engine *const engines[] = {
	&engine_opinia,	    &engine_sqlite,	      &engine_duckdb,
	&engine_clickhouse, &engine_clickhouse_words,
};

struct run {
	int argc;
	char **argv;
	const struct engine *engine;
	struct engine_place place;
};

/* ---- memory -------------------------------------------------------------------------------- */

/* What the process owns; the pages of a mapped file, which the kernel may drop, are not in it. */
struct memory {
	pthread_t thread;
	atomic_bool over;
	unsigned long most_kb;
};

static unsigned long owned_kb(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	unsigned long kb = 0;
	char line[256];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "RssAnon: %lu kB", &kb) == 1)
			break;
	if (f)
		fclose(f);
	return kb;
}

static void *watch(void *arg)
{
	const struct timespec nap = { .tv_nsec = 20000000 };
	struct memory *m = arg;

	while (!atomic_load(&m->over)) {
		unsigned long kb = owned_kb();

		m->most_kb = kb > m->most_kb ? kb : m->most_kb;
		nanosleep(&nap, NULL);
	}
	return NULL;
}

/* ---- the steps ----------------------------------------------------------------------------- */

static void load(struct run *r)
{
	struct memory memory = { .most_kb = 0 };
	struct cost c = { .rows = 0 };

	if (pthread_create(&memory.thread, NULL, watch, &memory))
		die("no thread could be started");
	r->engine->load(&r->place, &c);
	atomic_store(&memory.over, true);
	pthread_join(memory.thread, NULL);
	printf("load_rows\t%" PRIu64 "\nload_s\t%.3f\nload_work_s\t%.3f\n", c.rows,
	       c.wall, c.worked);
	printf("load_merge_s\t%.3f\nload_roll_s\t%.3f\n", c.merging, c.rolls);
	printf("bytes\t%" PRIu64 "\nload_memory_kb\t%lu\n", c.bytes, memory.most_kb);
}

/* A number out of the lines that "ask" printed for Opinia. */
static uint64_t expected(struct sv lines, const char *key, const char *name)
{
	char want[64];

	snprintf(want, sizeof(want), "%s%s\t", key, name);
	while (lines.n) {
		struct sv line = sv_cut(&lines, '\n');
		uint64_t n;

		if (sv_starts(line, sv_of(want)) &&
		    sscanf(line.p + strlen(want), "%" SCNu64, &n) == 1)
			return n;
	}
	die("%s%s is not among the answers to compare with", key, name);
}

/* A scan answers the same question as the roll-up; Opinia has one way only. */
static const char *expected_name(enum asked what)
{
	if (what == ASK_WEEKLY_SCAN)
		what = ASK_WEEKLY;
	if (what == ASK_RISING_SCAN)
		what = ASK_RISING;
	return asked_names[what];
}

static void compare(struct sv lines, const struct run *r, enum asked what,
		    const struct answer *a)
{
	uint64_t want;

	if (!lines.n || what == ASK_NOTHING)
		return;
	want = expected(lines, "value_", expected_name(what));
	if (what == ASK_WORD || what == ASK_PHRASE)
		printf("off_%s\t%" PRId64 "\n", asked_names[what],
		       (int64_t)(a->value - want));
	else if (a->value != want)
		die("%s: %s says %" PRIu64 " (%" PRIu64 "), Opinia %" PRIu64,
		    asked_names[what], r->engine->name, a->value, a->size, want);
}

static void ask(struct run *r)
{
	const char *path = argument(r->argc, r->argv, "expect", NULL);
	struct sv lines = path ? read_whole(path) : (struct sv){ NULL, 0 };
	struct about about = { .topic = 0 };
	void *self;

	if (lines.n) {
		about.topic = (int)expected(lines, "topic", "");
		about.language = (int)expected(lines, "language", "");
		about.last = (int32_t)expected(lines, "last", "");
	}
	if (!lines.n && r->engine != &engine_opinia)
		die("%s: --expect wants the answers of Opinia", r->engine->name);
	self = r->engine->open(&r->place, &about);
	if (!lines.n)
		printf("topic\t%d\nlanguage\t%d\nlast\t%d\n", about.topic, about.language,
		       (int)about.last);
	for (int i = 0; i < ASKED; i++) {
		struct answer a;

		if (!r->engine->ask(self, (enum asked)i, &a))
			continue;
		compare(lines, r, (enum asked)i, &a);
		printf("value_%s\t%" PRIu64 "\nsize_%s\t%" PRIu64 "\nus_%s\t%.3f\n",
		       asked_names[i], a.value, asked_names[i], a.size, asked_names[i],
		       ask_microseconds(r->engine, self, (enum asked)i, ASK_ROUNDS));
		fflush(stdout);
	}
	r->engine->close(self);
}

/* The start of the program, and what is done to a whole store. */
static void upkeep(const char *program, const char *data, bool whole)
{
	struct rounds wall = { .n = 0 }, worked = { .n = 0 };
	char dir[1024], copy[1024];
	const char *const stats[] = { program, "stats", "--store", dir, NULL };
	const char *const backup[] = { program, "backup", copy, "--store", dir, NULL };
	const char *const check[] = { program, "check", "--store", dir, NULL };
	const char *const retag[] = { program, "retag", "--all", "--store", dir, NULL };
	const char *const *const others[] = { backup, check, retag };

	snprintf(dir, sizeof(dir), "%s/store", data);
	snprintf(copy, sizeof(copy), "%s/backup", data);
	for (int i = 0; i < STARTS; i++) {
		struct ran ran = program_run(stats);

		rounds_add(&wall, ran.wall * 1e6);
		rounds_add(&worked, ran.worked * 1e6);
	}
	printf("us_stats\t%.1f\nwork_us_stats\t%.1f\n", rounds_median(&wall),
	       rounds_median(&worked));
	for (size_t i = 0; whole && i < sizeof(others) / sizeof(others[0]); i++) {
		struct ran ran = program_run(others[i]);

		printf("s_%s\t%.3f\nwork_s_%s\t%.3f\n", others[i][1], ran.wall,
		       others[i][1], ran.worked);
		fflush(stdout);
	}
}

static const struct engine *engine_named(const char *name)
{
	for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (name && strcmp(engines[i]->name, name) == 0)
			return engines[i];
	die("--engine wants opinia, sqlite, duckdb, clickhouse or clickhouse-words");
}

int main(int argc, char **argv)
{
	const char *step = argument(argc, argv, "do", "");
	struct run r = { .argc = argc, .argv = argv };

	r.place = (struct engine_place){
		.lexicon = argument(argc, argv, "lexicon", "opinia.lex"),
		.csv = argument(argc, argv, "csv", "rows.csv"),
		.verdicts = argument(argc, argv, "verdicts", "verdicts.csv"),
		.data = argument(argc, argv, "data", "."),
		.library = argument(argc, argv, "library", ""),
		.cores = argument_number(argc, argv, "cores", 1),
	};
	if (r.place.cores == 1)
		run_on_one_core();
	if (strcmp(step, "rows") == 0) {
		rows_write(r.place.lexicon, r.place.csv, r.place.verdicts);
	} else if (strcmp(step, "upkeep") == 0) {
		upkeep(argument(argc, argv, "opinia", "opinia"), r.place.data,
		       strcmp(argument(argc, argv, "whole", ""), "yes") == 0);
	} else if (strcmp(step, "load") == 0 || strcmp(step, "ask") == 0) {
		r.engine = engine_named(argument(argc, argv, "engine", NULL));
		if (r.place.cores > r.engine->cores_max)
			die("%s uses one core", r.engine->name);
		(strcmp(step, "load") == 0 ? load : ask)(&r);
	} else {
		die("--do wants rows, load, ask or upkeep");
	}
	return 0;
}
