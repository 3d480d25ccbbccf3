/* SPDX-License-Identifier: Apache-2.0 */
/*
 * query.c: the four questions of docs/performance.md to the store that import.c left behind, and to
 * SQLite: over its topic table ("scan") and over its roll-up table. Both must give the same
 * answer before any time is taken. A figure is the median of many single answers, warm.
 *
 *	query --lexicon FILE --data FOLDER [--opinia PROGRAM] [--rounds N]
 */
#include <stdio.h>

#include "bench/engine.h"
#include "bench/program.h"

enum { STARTS = 60 };

struct bench {
	void *ours, *peer;
	long rounds;
};

/* A line of the table: a question to one of the engines. */
struct line {
	const char *name;
	const struct engine *engine;
	enum asked what, as; /* as: whose answer by Opinia must be the same */
	const char *target;
};

/* clang-format off */
static const struct line lines[] = {
	{ "Q1 weekly CSAT and NPS of a topic by channel, a year", &engine_opinia, ASK_WEEKLY, ASK_WEEKLY, "<= 20 us" },
	{ "   SQLite, its roll-up table", &engine_sqlite, ASK_WEEKLY, ASK_WEEKLY, ">= 50x" },
	{ "   SQLite, scan of its topic table", &engine_sqlite, ASK_WEEKLY_SCAN, ASK_WEEKLY, ">= 1000x" },
	{ "Q2 rising negative topics, 30 days against 30", &engine_opinia, ASK_RISING, ASK_RISING, "<= 20 us" },
	{ "   SQLite, its roll-up table", &engine_sqlite, ASK_RISING, ASK_RISING, ">= 50x" },
	{ "   SQLite, scan of its topic table", &engine_sqlite, ASK_RISING_SCAN, ASK_RISING, ">= 1000x" },
	{ "Q3 count, five conditions, 90 days", &engine_opinia, ASK_COUNT, ASK_COUNT, "<= 0.3 ms" },
	{ "   SQLite", &engine_sqlite, ASK_COUNT, ASK_COUNT, "" },
	{ "Q3 count and newest 50 with words", &engine_opinia, ASK_NEWEST, ASK_NEWEST, "<= 1 ms" },
	{ "   SQLite", &engine_sqlite, ASK_NEWEST, ASK_NEWEST, "" },
	{ "Q4 word count, any inflection", &engine_opinia, ASK_ANY, ASK_ANY, "<= 20 us" },
	{ "Q4 word count, exactly this form", &engine_opinia, ASK_WORD, ASK_WORD, "" },
	{ "   SQLite FTS5", &engine_sqlite, ASK_WORD, ASK_WORD, "" },
	{ "Q4 phrase count", &engine_opinia, ASK_PHRASE, ASK_PHRASE, "<= 15 ms" },
	{ "   SQLite FTS5", &engine_sqlite, ASK_PHRASE, ASK_PHRASE, "" },
};
/* clang-format on */

static struct answer answer_of(const struct engine *engine, void *self, enum asked what)
{
	struct answer a;

	if (!engine->ask(self, what, &a))
		die("%s cannot answer %s", engine->name, asked_names[what]);
	return a;
}

static void ask_all(const struct bench *b)
{
	double ours = 0;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const struct line *l = &lines[i];
		bool peer = l->engine != &engine_opinia;
		struct answer want = answer_of(&engine_opinia, b->ours, l->as), got;
		double us;

		got = answer_of(l->engine, peer ? b->peer : b->ours, l->what);
		if (got.value != want.value)
			die("%s: the answers differ (%llu and %llu records or groups)",
			    l->name, (unsigned long long)got.size,
			    (unsigned long long)want.size);
		us = ask_microseconds(l->engine, peer ? b->peer : b->ours, l->what,
				      b->rounds);
		table_row(l->name, peer ? ratio_text(us, ours) : "1", l->target,
			  us >= 1000 ? "%.2f ms" : "%.1f us",
			  us >= 1000 ? us / 1000 : us);
		ours = peer ? ours : us;
	}
}

static void say_sizes(const struct bench *b)
{
	static const enum asked sized[] = { ASK_COUNT, ASK_WORD, ASK_PHRASE };
	unsigned long long n[3];

	for (int i = 0; i < 3; i++)
		n[i] = answer_of(&engine_opinia, b->ours, sized[i]).size;
	table_note("Q3 matches %llu records, \"" BENCH_WORD "\" %llu, \"" BENCH_PHRASE
		   "\" %llu",
		   n[0], n[1], n[2]);
}

/* ---- the whole program --------------------------------------------------------------------- */

static void time_program(const char *program, const char *data)
{
	const char *const argv[] = { program, "stats", "--store", data, NULL };
	struct rounds r = { .n = 0 };

	for (int i = 0; i < STARTS; i++)
		rounds_add(&r, program_run(argv).wall * 1e3);
	table_row("opinia stats, the whole process", "", "<= 10 ms",
		  "%.2f ms [%.2f-%.2f]", rounds_median(&r), rounds_low(&r),
		  rounds_high(&r));
}

int main(int argc, char **argv)
{
	const struct engine_place place = {
		.lexicon = argument(argc, argv, "lexicon", "opinia.lex"),
		.data = argument(argc, argv, "data", "."),
		.cores = 1,
	};
	const char *program = argument(argc, argv, "opinia", NULL);
	struct bench b = { .rounds = argument_number(argc, argv, "rounds", ASK_ROUNDS) };
	struct about about = { .topic = 0 };
	char dir[1024];

	b.ours = engine_opinia.open(&place, &about);
	b.peer = engine_sqlite.open(&place, &about);
	table_title("Questions to %llu records, in the engine",
		    (unsigned long long)about.records);
	ask_all(&b);
	say_sizes(&b);
	engine_sqlite.close(b.peer);
	engine_opinia.close(b.ours);
	snprintf(dir, sizeof(dir), "%s/store", place.data);
	if (program)
		time_program(program, dir);
	return 0;
}
