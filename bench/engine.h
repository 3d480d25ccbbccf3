/* SPDX-License-Identifier: Apache-2.0 */
/*
 * engine.h: one kind of engine = one file = one const struct = one row in the table of growth.c.
 * An engine takes the rows in, and answers the questions of docs/performance.md; every answer is a
 * number that must be the same in all engines before any time is worth something.
 */
#ifndef OPINIA_BENCH_ENGINE_H
#define OPINIA_BENCH_ENGINE_H

#include "bench/bench.h"

#define BENCH_TOPIC "delivery.courier"
#define BENCH_WORD "curierul"
#define BENCH_PHRASE "nu merge"

enum asked {
	ASK_WEEKLY,	 /* Q1: from what is added up already */
	ASK_WEEKLY_SCAN, /* Q1: from the rows */
	ASK_RISING,
	ASK_RISING_SCAN,
	ASK_COUNT,  /* Q3 */
	ASK_NEWEST, /* Q3: the count and the newest 50 texts */
	ASK_WORD,   /* Q4: exactly this form */
	ASK_PHRASE,
	ASK_ANY,     /* Q4: any inflection; Opinia alone has it */
	ASK_NOTHING, /* what a question costs that asks for nothing */
	ASKED
};

extern const char *const asked_names[ASKED]; /* "q1", "q1_scan" … */

struct answer {
	uint64_t value; /* everything about it in one number */
	uint64_t size;	/* groups, records */
};

/* What is asked for, by the numbers that Opinia has for it. */
struct about {
	int topic, language; /* "ro" */
	int32_t last;	     /* the last day there is */
	uint64_t records;
};

int32_t about_year_first(const struct about *a); /* 52 whole weeks, ... */
int32_t about_year_last(const struct about *a);	 /* ... up to this Sunday */

struct engine_place {
	const char *lexicon, *csv; /* files */
	const char *verdicts;	   /* what rows_write() wrote */
	const char *data;	   /* the folder of the stores */
	const char *library;	   /* of an engine that is one */
	long cores;
};

struct cost {
	double wall,
		worked; /* seconds until all questions can be answered; all threads */
	double merging, rolls; /* of the wall: put in order, added up for Q1 and Q2 */
	double rolls_worked;
	uint64_t rows, bytes; /* on the disk */
};

struct engine {
	const char *name;
	long cores_max;
	void (*load)(const struct engine_place *place, struct cost *out);
	void *(*open)(const struct engine_place *place, struct about *about);
	/* false: it has no way to answer this. */
	bool (*ask)(void *self, enum asked what, struct answer *out);
	void (*close)(void *self);
};

extern const struct engine engine_opinia, engine_sqlite, engine_duckdb, engine_clickhouse,
	engine_clickhouse_words;

enum { ASK_ROUNDS = 300 };

/* The median of single answers, warm; slow ones are asked less often, for 10 seconds or 3 times. */
double ask_microseconds(const struct engine *engine, void *self, enum asked what,
			long rounds);

/* Start @c's clocks, and stop them. Work is that of the whole process. */
void cost_begin(struct cost *c);
void cost_end(struct cost *c);

/* What goes into an answer, row by row, in any order but for the newest. */
void answer_week(struct answer *a, int64_t week, int64_t channel,
		 const uint64_t figures[6]);
void answer_topic(struct answer *a, uint64_t now, uint64_t before);
void answer_text(struct answer *a, size_t bytes);

#endif
