/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read.c: files into records through the collector's door, nothing analyzed, nothing stored. Beside
 * it jansson and simdjson, that read the same lines into values; what a field means, whether
 * it is valid, and a record of it are left out of their time.
 *
 *	read --csv FILE --jsonl FILE [--rounds N]
 */
#include <stdio.h>
#ifdef BENCH_JANSSON
#include <jansson.h>
#endif

#include "bench/bench.h"
#ifdef BENCH_SIMDJSON
#include "bench/read.h"
#endif
#include "collector/opinia_collector.h"

struct results {
	struct rounds csv, jsonl, jansson, simdjson;
	uint64_t records, values;
};

static uint64_t read_records(const char *path)
{
	struct import_options options = { .dry_run = true };
	struct err err = ERR_NONE;
	struct opinia_import *imp;
	uint64_t n = 0;
	struct batch b;

	must(opinia_import_open(&imp, path, &options, &err), &err);
	batch_init(&b);
	do {
		must(opinia_import_pull(imp, &b, &err), &err);
		n += b.count;
	} while (b.count);
	batch_release(&b);
	opinia_import_close(imp);
	return n;
}

#ifdef BENCH_JANSSON
static void read_jansson(const struct sv *lines, size_t count, uint64_t *values)
{
	for (size_t i = 0; i < count; i++) {
		json_t *line = json_loadb(lines[i].p, lines[i].n, 0, NULL);

		if (!line)
			die("jansson refuses line %zu", i + 1);
		*values += json_object_size(line);
		json_decref(line);
	}
}
#endif

static void run_rounds(struct results *r, const char *csv, const char *jsonl,
		       struct sv whole, const struct sv *lines, size_t count, long rounds)
{
	(void)whole, (void)lines, (void)count;
	for (long i = 0; i < rounds; i++) {
		double t = seconds_worked();

		r->records = read_records(csv);
		rounds_add(&r->csv, seconds_worked() - t);
		t = seconds_worked();
		if (read_records(jsonl) != r->records)
			die("the two files differ");
		rounds_add(&r->jsonl, seconds_worked() - t);
#ifdef BENCH_JANSSON
		t = seconds_worked();
		read_jansson(lines, count, &r->values);
		rounds_add(&r->jansson, seconds_worked() - t);
#endif
#ifdef BENCH_SIMDJSON
		t = seconds_worked();
		if (!simdjson_read(whole.p, whole.n))
			die("simdjson refuses a line");
		rounds_add(&r->simdjson, seconds_worked() - t);
#endif
	}
}

static void say(const char *engine, const struct rounds *r, double bytes, double records,
		const char *ratio, const char *target)
{
	if (!r->n) {
		table_note("%s is not installed: left out", engine);
		return;
	}
	table_row(engine, ratio, target, "%.0f MB/s [%.0f-%.0f], %.2f M/s",
		  bytes / rounds_median(r) / 1e6, bytes / rounds_high(r) / 1e6,
		  bytes / rounds_low(r) / 1e6, records / rounds_median(r) / 1e6);
}

int main(int argc, char **argv)
{
	const char *csv = argument(argc, argv, "csv", "comments.csv");
	const char *jsonl = argument(argc, argv, "jsonl", "comments.jsonl");
	struct sv whole = read_whole(jsonl);
	struct results r = { .records = 0 };
	double ours, n;
	size_t count;
	struct sv *lines = cut_lines(whole, &count);

	run_on_one_core();
	run_rounds(&r, csv, jsonl, whole, lines, count,
		   argument_number(argc, argv, "rounds", 5));
	n = (double)r.records;
	ours = rounds_median(&r.jsonl);
	table_title("Reading %.0f records from files, 1 core", n);
	say("opinia, JSON Lines into checked records", &r.jsonl, (double)whole.n, n, "1",
	    "");
	say("opinia, CSV into checked records", &r.csv, (double)read_whole(csv).n, n,
	    ratio_text(ours, rounds_median(&r.csv)), "");
	say("jansson, JSON Lines into values", &r.jansson, (double)whole.n, n,
	    ratio_text(rounds_median(&r.jansson), ours), "");
	say("simdjson on demand, JSON Lines looked at", &r.simdjson, (double)whole.n, n,
	    ratio_text(rounds_median(&r.simdjson), ours), ">= 0.5x");
	return 0;
}
